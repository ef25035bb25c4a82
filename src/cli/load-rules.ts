/** Rules of a command line: read, compiled, and their problems told. */
import { compileRules, type DetectionRule } from '../rules/index.ts';
import type { FileDiagnostics } from './agent-options.ts';
import { readRuleFiles } from './rule-files.ts';

export interface LoadedRules {
  readonly rules: readonly DetectionRule[];
  readonly files: readonly FileDiagnostics[];
}

/** Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY; what is wrong inside is a diagnostic. */
export function loadRules(paths: readonly string[]): LoadedRules {
  const files = readRuleFiles(paths);
  const { rules, diagnostics } = compileRules(files);
  const found = files.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  return { rules, files: found };
}
