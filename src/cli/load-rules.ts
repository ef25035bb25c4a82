/** Rules of a command line: read, compiled, and their problems told. */
import type { Diagnostic } from '../model/diagnostic.ts';
import {
  applyExceptions,
  applyResponses,
  compileRules,
  type DetectionRule,
  maySpare,
  type ResponseMode,
} from '../rules/index.ts';
import type { FileDiagnostics } from './agent-options.ts';
import type { Arguments } from './command.ts';
import { FILE_SIZE_MAX, readPolicyFile } from './policy-files.ts';
import { excessOf, listRuleFiles, readRuleFiles } from './rule-files.ts';

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

/** What command lines name. */
export interface NamedRules {
  readonly rules: readonly string[];
  readonly exceptions: readonly string[];
  readonly detectors: readonly string[];
}

/** By the options that all commands have for them. */
export function namedRules(args: Arguments): NamedRules {
  const [rules, exceptions] = [args.values('rules'), args.values('exceptions')];
  return { rules, exceptions, detectors: args.values('detectors') };
}

/** The shipped rules stand in when neither rules nor detectors are named. */
export function loadNamedRules({ rules, exceptions, detectors }: NamedRules): LoadedRules {
  const isOnlyDetectors = rules.length === 0 && detectors.length > 0;
  return isOnlyDetectors ? { rules: [], files: [] } : loadRules(rules, exceptions);
}

/**
 * A file that is too large is left out with a diagnostic, and unread: the agent starts with the
 * others. While one is, or exceptions, responses or what changes rules have a mistake, every
 * response is a dry run. Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY; what is wrong inside
 * is a diagnostic.
 */
export function loadRules(
  paths: readonly string[],
  exceptionPaths: readonly string[] = [],
  responses: ResponseSettings = NO_RESPONSES,
): LoadedRules {
  const names = listRuleFiles(paths.length === 0 ? [SHIPPED_RULES] : paths);
  const refused = names.filter((file) => excessOf(file) !== undefined);
  const excess = refused.map(refuseExcess);
  const ruleFiles = names.filter((file) => !refused.includes(file)).map(readPolicyFile);
  const exceptionFiles = readRuleFiles(exceptionPaths);
  const compiled = compileRules(ruleFiles);
  const excepted = applyExceptions(compiled.rules, exceptionFiles, Date.now());
  const responseFiles = readRuleFiles(responses.paths);
  const asked = applyResponses(excepted.rules, responseFiles, responses.mode);
  const changes = compiled.diagnostics.filter((each) => maySpare(each, ruleFiles));
  const others = [...excepted.diagnostics, ...asked.diagnostics];
  const doubt = [...excess, ...changes, ...others].find(isError);
  const isDry = doubt !== undefined && responses.mode === 'enforce';
  const { rules } = isDry ? applyResponses(excepted.rules, responseFiles, 'dry-run') : asked;
  const told = [...excess, ...compiled.diagnostics, ...others];
  const diagnostics = [...told, ...(isDry ? [tellDry(doubt)] : [])];
  const unread = refused.map((file) => ({ file, text: '' }));
  const files = [...unread, ...ruleFiles, ...exceptionFiles, ...responseFiles];
  const found = files.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  return { rules, files: found };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** A mistake may be in what says whom to spare: nobody is killed because of it. */
function tellDry({ location }: Diagnostic): Diagnostic {
  return {
    ...{ code: 'RULE_RESPONSE_ALL_DRY', severity: 'error', location },
    message: 'because of this every response is a dry run: it may be what spares somebody',
    hint: 'correct the mistakes that are shown, and let the agent read the files again',
  };
}

function refuseExcess(file: string): Diagnostic {
  return {
    code: 'RULE_FILE_TOO_LARGE',
    severity: 'error',
    message: `the file has ${excessOf(file)} bytes; a file of rules has ${FILE_SIZE_MAX} at most`,
    hint: 'divide it into several files',
    location: { file, line: 1, column: 1, start: 0, end: 0 },
  };
}
