/** The annotation of policies that makes alerts of their events. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilePolicies } from '../../../src/rules/policy/index.ts';

function compile(annotations: string): readonly unknown[] {
  const text = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata:
  name: told
  annotations: ${annotations}
spec:
  kprobes:
    - {call: sys_mkdir, syscall: true, args: [{index: 0, type: string}]}
`;
  const { plans, diagnostics } = compilePolicies(text, 'a.yaml');
  const problems = diagnostics.map(({ code, location, hint }) => {
    return `${code} ${location.line}:${location.column} ${hint ?? ''}`;
  });
  return [...plans.map(({ alert }) => alert), ...problems];
}

describe('the annotation warder.io/alert', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ['{warder.io/alert: critical}', ['critical']],
    ['{warder.io/alarm: critical}', [undefined]],
    ['{}', [undefined]],
    ['{warder.io/alert: hgih}', ['POLICY_VALUE_INVALID 5:34 did you mean `high`?']],
  ];
  for (const [annotations, expected] of cases) {
    it(`is read from ${annotations}`, () => {
      assert.deepStrictEqual(compile(annotations), expected);
    });
  }
});
