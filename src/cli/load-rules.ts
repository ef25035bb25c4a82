/** Rules of a command line: read, compiled, and their problems told. */
import { applyExceptions, compileRules, type DetectionRule } from '../rules/index.ts';
import type { FileDiagnostics } from './agent-options.ts';
import { readRuleFiles } from './rule-files.ts';

/** Looked for below the working directory when no rules are named. */
const SHIPPED_RULES = 'policies/rules';

export interface LoadedRules {
  readonly rules: readonly DetectionRule[];
  readonly files: readonly FileDiagnostics[];
}

/** Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY; what is wrong inside is a diagnostic. */
export function loadRules(
  paths: readonly string[],
  exceptionPaths: readonly string[] = [],
): LoadedRules {
  const ruleFiles = readRuleFiles(paths.length === 0 ? [SHIPPED_RULES] : paths);
  const exceptionFiles = readRuleFiles(exceptionPaths);
  const compiled = compileRules(ruleFiles);
  const excepted = applyExceptions(compiled.rules, exceptionFiles, Date.now());
  const diagnostics = [...compiled.diagnostics, ...excepted.diagnostics];
  const files = [...ruleFiles, ...exceptionFiles];
  const found = files.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  return { rules: excepted.rules, files: found };
}
