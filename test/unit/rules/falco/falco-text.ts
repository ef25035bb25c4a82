/** Files of rules for the tests of Falco's language. */
import { compileFalco } from '../../../../src/rules/detection/falco/index.ts';
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';

/** Macros and lists that the cases use. */
export const SHARED: string = `
- list: inner_names
  items: [inner, other]
- list: names
  items: [inner_names, last]
- macro: is_a
  condition: proc.name=a
- macro: rename
  condition: (proc.name = a)
`;

/** What became of files. */
export interface Compiled {
  readonly rules: readonly DetectionRule[];
  readonly problems: readonly string[];
}

/** Compiles files that are loaded one after the other. */
export function compile(...texts: readonly string[]): Compiled {
  const files = texts.map((text, at) => ({ file: `${at}.yaml`, text }));
  const { rules, diagnostics } = compileFalco(files);
  return { rules, problems: diagnostics.map(({ severity, code }) => `${severity} ${code}`) };
}

/** A rule with the condition; `more` are lines of the rule. */
export function aRuleText(condition: string, more = ''): string {
  const quoted = JSON.stringify(condition);
  return `- rule: R\n  desc: x\n  condition: ${quoted}\n  output: o\n  priority: ERROR\n${more}`;
}
