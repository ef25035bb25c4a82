/** Finds the files of detectors. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../model/errors.ts';

/**
 * Files right in the directory, by name: `.ts`, `.mts`, `.js` and `.mjs`, without tests and
 * declarations. What several detectors share lies in a subdirectory. Throws
 * RULE_DETECTOR_UNREADABLE.
 */
export function listDetectors(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && isDetectorName(entry.name))
      .map(({ name }) => join(directory, name))
      .sort();
  } catch (error) {
    throw new CodedError('RULE_DETECTOR_UNREADABLE', `${directory} cannot be read`, {
      cause: error,
    });
  }
}

function isDetectorName(name: string): boolean {
  return /\.m?[jt]s$/.test(name) && !/\.(test|d)\.m?[jt]s$/.test(name);
}
