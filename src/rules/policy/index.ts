/** What the policy front end offers. */

export { type CompiledPolicies, type CompileOptions, compilePolicies } from './compile-policies.ts';
export { POLICY_ERRORS, type PolicyErrorCode } from './errors.ts';
export { policySchema } from './schema/policy-schema.ts';
