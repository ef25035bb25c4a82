/** Rules as front ends hand them over. */
import type { SourceLocation } from '../../../model/diagnostic.ts';
import type { AttackTechnique, FindingLevel, RuleResponse } from '../../../model/finding.ts';
import type { CelCondition } from '../cel/compile-cel.ts';
import type { FieldName } from '../fields/field-table.ts';
import type { Condition, FieldReference, Transform } from './condition.ts';
import type { CorrelationRule } from './correlation.ts';

export type RuleLanguage = 'sigma' | 'falco' | 'typescript';

/** Text with fields in it, for the message of a finding. */
export type OutputPart =
  | { readonly kind: 'text'; readonly text: string }
  | ({
      readonly kind: 'field';
      readonly written: string;
      readonly transforms?: readonly Transform[] | undefined;
      /** The field is a number, which is multiplied. */
      readonly factor?: number | undefined;
      /** Read when the field is not known. */
      readonly instead?: FieldName | undefined;
      /** Shown when nothing is known. */
      readonly otherwise?: string | undefined;
    } & FieldReference);

/** What is done about those findings of a rule for which a condition holds. */
export interface ConditionalResponse {
  readonly when: CelCondition;
  /** None: they are not answered. */
  readonly response: RuleResponse | undefined;
}

/** What is said of a rule, whatever its language and kind. */
export interface RuleHead {
  /** Unique over all rules: the id of Sigma, the name of Falco. */
  readonly id: string;
  /** Other name by which correlations refer to it. */
  readonly name?: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly language: RuleLanguage;
  readonly level: FindingLevel;
  /** stable, incubating, experimental, test, deprecated, …; empty when not said. */
  readonly status: string;
  readonly tags: readonly string[];
  readonly attack: readonly AttackTechnique[];
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  readonly author: string;
  /** What to do when it fires. */
  readonly runbook: string;
  readonly place: SourceLocation;
  /** First 16 hexadecimal digits of the SHA-256 of what the rule was compiled from. */
  readonly version: string;
  /** Switched off rules are compiled, so that they are checked, and not evaluated. */
  readonly isEnabled: boolean;
  /** False for rules that only correlations use. */
  readonly emits: boolean;
  readonly output: readonly OutputPart[];
  /** Fields that findings carry besides those that matched. */
  readonly shownFields: readonly FieldReference[];
  /** How many go out, as the author says; Infinity: all; absent: as the configuration says. */
  readonly findingsPerSecond?: number | undefined;
  /** What the author asks to be done, and from `applyResponses` on what is done. */
  readonly respond?: RuleResponse | undefined;
  /** The first whose condition holds stands in for `respond`. */
  readonly respondWhen?: readonly ConditionalResponse[] | undefined;
}

/** A rule that one event decides. */
export interface EventRule extends RuleHead {
  readonly kind: 'event';
  readonly condition: Condition;
}

export type DetectionRule = EventRule | CorrelationRule;

/** The rule of this id, or else all that have it for a name or a title. */
export function rulesCalled(
  rules: readonly DetectionRule[],
  wanted: string,
): readonly DetectionRule[] {
  const exact = rules.filter(({ id }) => id === wanted);
  if (exact.length > 0) return exact;
  return rules.filter(({ name, title }) => name === wanted || title === wanted);
}
