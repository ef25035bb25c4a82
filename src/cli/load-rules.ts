/** Rules of a command line: read, compiled, and their problems told. */
import {
  applyExceptions,
  applyResponses,
  compileRules,
  type DetectionRule,
  type ResponseMode,
} from '../rules/index.ts';
import type { FileDiagnostics } from './agent-options.ts';
import { readRuleFiles } from './rule-files.ts';

/** Looked for below the working directory when no rules are named. */
const SHIPPED_RULES = 'policies/rules';

export interface LoadedRules {
  readonly rules: readonly DetectionRule[];
  readonly files: readonly FileDiagnostics[];
}

/** How findings of the rules are answered. */
export interface ResponseSettings {
  readonly mode: ResponseMode;
  readonly paths: readonly string[];
}

const NO_RESPONSES: ResponseSettings = { mode: 'off', paths: [] };

/** Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY; what is wrong inside is a diagnostic. */
export function loadRules(
  paths: readonly string[],
  exceptionPaths: readonly string[] = [],
  responses: ResponseSettings = NO_RESPONSES,
): LoadedRules {
  const ruleFiles = readRuleFiles(paths.length === 0 ? [SHIPPED_RULES] : paths);
  const exceptionFiles = readRuleFiles(exceptionPaths);
  const compiled = compileRules(ruleFiles);
  const excepted = applyExceptions(compiled.rules, exceptionFiles, Date.now());
  const responseFiles = readRuleFiles(responses.paths);
  const answered = applyResponses(excepted.rules, responseFiles, responses.mode);
  const parts = [compiled, excepted, answered];
  const diagnostics = parts.flatMap((part) => part.diagnostics);
  const files = [...ruleFiles, ...exceptionFiles, ...responseFiles];
  const found = files.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  return { rules: answered.rules, files: found };
}
