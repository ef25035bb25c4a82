/** Builds policy texts and compiles them, for tests that care about one part. */

import { compilePolicies } from '../../../src/rules/index.ts';
import { smallKernel } from './small-kernel.ts';

/** A policy around the text of one spec; the text is indented as in the file. */
export function aPolicy(spec: string, name = 'sample'): string {
  return `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
${spec}
`;
}

/** A policy with one hook on security_file_permission; `rest` is a flow mapping body. */
export function aFileHook(rest: string): string {
  const args = 'args: [{index: 0, type: file}, {index: 1, type: int}]';
  return aPolicy(`  kprobes: [{call: security_file_permission, syscall: false, ${args}, ${rest}}]`);
}

/** A policy with one selector on security_file_permission. */
export function aSelector(selector: string): string {
  return aFileHook(`selectors: [{${selector}}]`);
}

/** A policy with one matchArgs entry; `argument` is 0 for the file and 1 for the int. */
export function aMatch(argument: 0 | 1, match: string): string {
  return aSelector(`matchArgs: [{index: ${argument}, ${match}}]`);
}

/** Codes reported for a text on the small kernel, by place, each with its severity. */
export function listCodes(text: string): readonly string[] {
  return compilePolicies(text, 'policy.yaml', { kernel: smallKernel }).diagnostics.map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}
