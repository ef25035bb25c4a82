/** The policy front end: text to diagnostics and plans. */

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { PolicyPlan } from '../../model/plan.ts';
import { parseDocuments } from '../syntax/parse-documents.ts';
import { createCollector } from '../syntax/report.ts';
import { type YamlErrorCode, yamlReport } from '../syntax/yaml-errors.ts';
import { checkNames } from './check/names.ts';
import { readPolicy } from './check/policy.ts';
import { compilePolicy } from './compile/compile-policy.ts';
import type { PolicyErrorCode } from './errors.ts';

/** Kubernetes accepts objects of at most 1.5 MiB; a policy file of more than 1 MiB is a mistake. */
const TEXT_LENGTH_MAX = 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, PolicyErrorCode>> = {
  YAML_INVALID: 'POLICY_YAML_INVALID',
  YAML_TOO_LARGE: 'POLICY_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'POLICY_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'POLICY_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'POLICY_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'POLICY_YAML_TAG_UNSUPPORTED',
};

/** What became of one file. */
export interface CompiledPolicies {
  /** One per document; empty if the file has any error. */
  readonly plans: readonly PolicyPlan[];
  /** Sorted by place, at most 100. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompileOptions {
  /** Functions and argument types are checked against this kernel. */
  readonly kernel?: KernelTypes;
  /** `allow` leaves hooks the kernel lacks to the policy's state on that node; default `report`. */
  readonly missingHooks?: 'report' | 'allow';
}

/**
 * Checks and compiles a file of policies. A file with an error is rejected whole. Never throws
 * because of what the text says.
 */
export function compilePolicies(
  text: string,
  file: string,
  options: CompileOptions = {},
): CompiledPolicies {
  const { kernel } = options;
  const reportsMissing = options.missingHooks !== 'allow';
  const report = createCollector<PolicyErrorCode>(text, file);
  const documents = parseDocuments({
    text,
    lengthMax: TEXT_LENGTH_MAX,
    report: yamlReport(YAML_CODES, report),
  });
  if (documents.length === 0 && !report.hasErrors()) {
    const message = 'the file contains no policy';
    report.error('POLICY_DOCUMENT_MISSING', { start: 0, end: 0 }, { message });
  }
  const policies = documents
    .map((document) => readPolicy(document, { report, kernel, reportsMissing }))
    .filter((policy) => policy !== undefined);
  checkNames(policies, report);
  const plans = report.hasErrors() ? [] : policies.map((policy) => compilePolicy(policy, file));
  return { plans, diagnostics: report.diagnostics() };
}
