/** stub */
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
export function compileFalco(_files: readonly RuleFile[]): CompiledRules {
  return { rules: [], diagnostics: [] };
}
