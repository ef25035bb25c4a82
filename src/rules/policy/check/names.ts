/** Policies of one file must have different names. */

import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { PolicySpec } from '../spec.ts';

/** A name identifies a policy to everything that comes later, so the second one is an error. */
export function checkNames(policies: readonly PolicySpec[], report: Report): void {
  const seen = new Set<string>();
  for (const { name, scope } of policies) {
    const identity = `${scope?.namespace ?? ''}/${name.value}`;
    if (seen.has(identity)) {
      const message = `another policy in this file has the name ${quote(name.value)}`;
      report.error('POLICY_NAME_DUPLICATE', name.span, { message });
    }
    seen.add(identity);
  }
}
