/** What the detection engine offers. */

export type { CelValues, CelVariables } from './cel/cel-variables.ts';
export {
  type CelCondition,
  type CelCounts,
  type CelResult,
  compileCel,
} from './cel/compile-cel.ts';
export {
  EVENT_VARIABLES,
  FINDING_VARIABLES,
  valuesOfEvent,
  valuesOfFinding,
} from './cel/event-values.ts';
export type { CelProblem } from './cel/read-names.ts';
export { compileRules } from './compile-rules.ts';
export type { CompiledRules, RuleFile } from './compiled-rules.ts';
export { decodeState, encodeState } from './correlate/state-text.ts';
export {
  DetectionEngine,
  type FindingListener,
  mayAct,
  type RuleCounts,
} from './detection-engine.ts';
export { RULE_ERRORS, type RuleErrorCode } from './errors.ts';
export { type ExplainedPart, explainCondition } from './evaluate/explain.ts';
export { applyExceptions } from './exceptions/apply-exceptions.ts';
export type { FieldContext } from './fields/event-fields.ts';
export { FIELDS, type FieldName } from './fields/field-table.ts';
export { readWrittenEvent } from './fields/written-event.ts';
export {
  detectCases,
  RULE_FIXTURE_ERRORS,
  type RuleFixtureErrorCode,
  readFixtures,
  runFixtures,
} from './fixtures/index.ts';
export type { DetectionRule } from './ir/rule.ts';
export { type LintRemark, lintRules } from './lint-rules.ts';
export { maySpare } from './may-spare.ts';
export { compileRegex } from './pattern/regex.ts';
export { type CapturingPattern, compileTextPattern } from './pattern/text-pattern.ts';
export { RecordingDecoder } from './recording/decode-recording.ts';
export { RecordingEncoder, type RecordingHead } from './recording/encode-recording.ts';
export { applyResponses, type ResponseMode } from './responses/apply-responses.ts';
export { EventTranslator } from './sources/event-translator.ts';
export { isOfSource, SOURCE_PREFIX } from './sources/of-source.ts';
export {
  type SourcePolicy,
  type SourceText,
  sourcePolicies,
  type WantedSource,
} from './sources/source-policies.ts';
export { findWanted, wantsNames } from './sources/wanted.ts';
export {
  type DetectorCounts,
  type DetectorHead,
  DetectorHost,
  type DetectorHostOptions,
  type DetectorLimits,
  type DetectorState,
  type LoadedDetectors,
  type LoadProblem,
  listDetectors,
  rulesOfDetectors,
} from './typescript/index.ts';
