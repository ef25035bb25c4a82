/** What can be wrong with YAML, whatever it says; each kind of file has codes of its own for it. */
import type { Report } from './report.ts';

export type YamlErrorCode =
  | 'YAML_INVALID'
  | 'YAML_TOO_LARGE'
  | 'YAML_KEY_DUPLICATE'
  | 'YAML_KEY_INVALID'
  | 'YAML_ALIAS_INVALID'
  | 'YAML_TAG_UNSUPPORTED';

/** A Report that tells problems of YAML with the codes of a kind of file. */
export function yamlReport<Code extends string>(
  codes: Readonly<Record<YamlErrorCode, Code>>,
  report: Report<Code>,
): Report<YamlErrorCode> {
  return {
    error: (code, at, problem) => report.error(codes[code], at, problem),
    warning: (code, at, problem) => report.warning(codes[code], at, problem),
  };
}
