/** Policies of one file must have different names. */

import type { Report } from '../report.ts';
import type { PolicySpec } from '../spec.ts';
import { quote } from './context.ts';

/** A name identifies a policy to everything that comes later, so the second one is an error. */
export function checkNames(policies: readonly PolicySpec[], report: Report): void {
  const seen = new Set<string>();
  for (const { name } of policies) {
    if (seen.has(name.value)) {
      const message = `another policy in this file has the name ${quote(name.value)}`;
      report.error('POLICY_NAME_DUPLICATE', name.span, { message });
    }
    seen.add(name.value);
  }
}
