/** YAML text to located trees; nothing else than this folder knows the YAML library. */

import { buildDocuments } from './build-tree.ts';
import { readEvents } from './read-events.ts';
import type { Report } from './report.ts';
import type { YamlNode } from './tree.ts';
import type { YamlErrorCode } from './yaml-errors.ts';

/** A file, and how long it may be in UTF-16 units. */
export interface YamlSource {
  readonly text: string;
  readonly lengthMax: number;
  readonly report: Report<YamlErrorCode>;
}

/**
 * Parses a file of any number of documents. Reports what is malformed and returns the documents
 * that could be built; a syntax error leaves none. Never throws.
 */
export function parseDocuments(source: YamlSource): readonly YamlNode[] {
  const { text, lengthMax, report } = source;
  if (text.length > lengthMax) {
    const message = `the file has ${text.length} characters, more than ${lengthMax}`;
    report.error('YAML_TOO_LARGE', { start: 0, end: 0 }, { message });
    return [];
  }
  const read = readEvents(text);
  if (!('reason' in read)) return buildDocuments({ text, report, ...read });
  const { reason, at } = read;
  report.error('YAML_INVALID', { start: at, end: at }, { message: reason });
  return [];
}
