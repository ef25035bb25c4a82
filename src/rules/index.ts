/** The rules room: policies today. */

export {
  type CompiledPolicies,
  compilePolicies,
  type FormatOptions,
  formatDiagnostic,
  POLICY_ERRORS,
  type PolicyErrorCode,
  policySchema,
} from './policy/index.ts';
