/** Loads one file of a detector. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../../model/errors.ts';
import { type CheckedDetector, checkDefinition } from './check-definition.ts';
import { describeError } from './detector-run.ts';
import type { DetectorErrorCode } from './errors.ts';
import type { LoadProblem } from './head.ts';

/** Digits of the hash of a file. */
const HASH_LENGTH = 16;

/** A detector, and the hash of its file. */
export interface LoadedDetector {
  readonly detector: CheckedDetector;
  readonly fileHash: string;
}

/** The detector of a file, or why there is none. */
export async function loadDetector(file: string): Promise<LoadedDetector | LoadProblem> {
  const problem = (code: DetectorErrorCode, message: string): LoadProblem => {
    return { file, code, message };
  };
  let fileHash: string;
  try {
    fileHash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, HASH_LENGTH);
  } catch (error) {
    return problem('RULE_DETECTOR_UNREADABLE', describeError(error));
  }
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    return problem(codeOf(error), `${placeOf(error)}${describeError(error)}`);
  }
  const exported = findDefault(loaded);
  if (exported === undefined) {
    return problem('RULE_DETECTOR_EXPORT', 'the file has no default export');
  }
  const detector = checkDefinition(exported);
  if ('head' in detector) return { detector, fileHash };
  return problem('RULE_DETECTOR_DEFINITION', detector.join('; '));
}

function findDefault(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded
    ? loaded.default
    : undefined;
}

function codeOf(error: unknown): DetectorErrorCode {
  if (error instanceof CodedError) return 'RULE_DETECTOR_IMPORT';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // What the remover of types cannot read, and what it does not remove.
  const isTypes = code.endsWith('_TYPESCRIPT_SYNTAX') || code === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (error instanceof SyntaxError || isTypes) return 'RULE_DETECTOR_SYNTAX';
  return code === 'ERR_MODULE_NOT_FOUND' ? 'RULE_DETECTOR_IMPORT' : 'RULE_DETECTOR_LOAD';
}

/** Syntax errors have their place in the first line of the stack only. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, line] = /^(?:file:\/\/)?\/\S*?:(\d+)\n/.exec(stack) ?? [];
  return line === undefined ? '' : `line ${line}: `;
}
