/** The policy front end: text to diagnostics and plans. */

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { PolicyPlan } from '../../model/plan.ts';
import { checkNames } from './check/names.ts';
import { readPolicy } from './check/policy.ts';
import { compilePolicy } from './compile/compile-policy.ts';
import { createCollector } from './report.ts';
import { parseDocuments } from './syntax/parse-documents.ts';

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
  const report = createCollector(text, file);
  const documents = parseDocuments(text, report);
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
