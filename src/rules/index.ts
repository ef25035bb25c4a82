/** The rules room: policies, which decide in the kernel, and detections, which see more. */

export {
  compileRules,
  DetectionEngine,
  type DetectionRule,
  decodeState,
  type ExplainedPart,
  encodeState,
  explainCondition,
  type FieldContext,
  type FindingListener,
  findWanted,
  isOfSource,
  lintRules,
  RecordingDecoder,
  RecordingEncoder,
  type RecordingHead,
  RULE_ERRORS,
  type RuleCounts,
  type RuleFile,
  readWrittenEvent,
  SOURCE_FALLBACKS,
  SOURCE_PREFIX,
  type SourcePolicy,
  sourcePolicies,
  translateEvent,
} from './detection/index.ts';

export {
  type CompiledPolicies,
  compilePolicies,
  type FormatOptions,
  formatDiagnostic,
  POLICY_ERRORS,
  type PolicyErrorCode,
  policySchema,
} from './policy/index.ts';
