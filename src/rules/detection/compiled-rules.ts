/** What front ends take and give. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DetectionRule } from './ir/rule.ts';

/** Text of rules, and what the file is called in diagnostics. */
export interface RuleFile {
  readonly file: string;
  readonly text: string;
}

/**
 * A rule with an error is left out, and what needs it; the other rules of the file are there.
 * Front ends never throw because of what a text says.
 */
export interface CompiledRules {
  readonly rules: readonly DetectionRule[];
  /** Of all files, in their order and by place. */
  readonly diagnostics: readonly Diagnostic[];
}
