/** Files of rules for the tests of Falco's language. */
import type { SourceLocation } from '../../../../src/model/diagnostic.ts';
import { compileFalco } from '../../../../src/rules/detection/falco/index.ts';
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';

/** Macros and lists that the cases use. */
export const SHARED: string = `
- list: inner_names
  items: [inner, other]
- list: names
  items: [inner_names, last]
- list: single
  items: [one]
- list: none
  items: []
- list: quoted
  items: ['"a b"', "'(c)'"]
- macro: is_a
  condition: proc.name=a
- macro: is_a_twice
  condition: is_a and (not proc.name exists or is_a)
- macro: order
  condition: proc.name=order
- macro: android
  condition: proc.name=android
- macro: rename
  condition: (proc.name = a)
`;

/** What became of files. */
export interface Compiled {
  readonly rules: readonly DetectionRule[];
  /** Severity and code. */
  readonly problems: readonly string[];
  readonly messages: readonly string[];
  readonly hints: readonly (string | undefined)[];
  readonly places: readonly SourceLocation[];
}

/** Compiles files that are loaded one after the other. */
export function compile(...texts: readonly string[]): Compiled {
  const files = texts.map((text, at) => ({ file: `${at}.yaml`, text }));
  const { rules, diagnostics } = compileFalco(files);
  return {
    rules,
    problems: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    messages: diagnostics.map(({ message }) => message),
    hints: diagnostics.map(({ hint }) => hint),
    places: diagnostics.map(({ location }) => location),
  };
}

/** A rule with the condition; `more` are lines of the rule. */
export function aRuleText(condition: string, more = ''): string {
  const quoted = JSON.stringify(condition);
  return `- rule: R\n  desc: x\n  condition: ${quoted}\n  output: o\n  priority: ERROR\n${more}`;
}
