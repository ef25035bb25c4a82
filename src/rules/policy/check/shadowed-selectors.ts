/** Warns of selectors that are never tried. */

import type { Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';

/** The first selector that holds acts, so nothing after one without conditions can. */
export function checkShadowedSelectors(spec: HookSpec, report: Report): void {
  const always = spec.selectors.findIndex((selector) => selector.conditionCount === 0);
  if (always < 0) return;
  for (const selector of spec.selectors.slice(always + 1)) {
    report.warning('POLICY_SELECTOR_SHADOWED', selector.span, {
      message: `this selector is never tried: selector ${always} before it has no conditions`,
      hint: 'move the selector without conditions to the end',
    });
  }
}
