/** Mistakes in files of rules that take away from what other rules match. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RuleFile } from './compiled-rules.ts';
import type { FalcoErrorCode } from './falco/errors.ts';

/** Of an item that stays as it was before. What a rule alone lacks leaves that rule out. */
const FALCO_CODES: ReadonlySet<string> = new Set<FalcoErrorCode>([
  ...(['FALCO_YAML_INVALID', 'FALCO_YAML_TOO_LARGE', 'FALCO_YAML_KEY_DUPLICATE'] as const),
  ...(['FALCO_YAML_KEY_INVALID', 'FALCO_YAML_ALIAS_INVALID'] as const),
  ...(['FALCO_YAML_TAG_UNSUPPORTED', 'FALCO_ITEM_INVALID', 'FALCO_KEY_MISSING'] as const),
  ...(['FALCO_VALUE_INVALID', 'FALCO_OVERRIDE_INVALID'] as const),
]);

/** As files of Sigma begin a filter; selections of that name stand further in. */
const FILTER = /^["']?filter["']?\s*:/m;

/**
 * Whether somebody may not be spared because of an error: it is in a filter of Sigma, or in what
 * changes a list, a macro or a rule of Falco's language. When in doubt, it is.
 */
export function maySpare(
  { code, severity, location }: Diagnostic,
  files: readonly RuleFile[],
): boolean {
  if (severity !== 'error') return false;
  if (!code.startsWith('SIGMA_')) return FALCO_CODES.has(code);
  return files.some(({ file, text }) => file === location.file && FILTER.test(text));
}
