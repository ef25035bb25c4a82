/** YAML text to located trees; the only place that knows the YAML library. */

import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Report } from '../report.ts';
import { buildDocuments } from './build-tree.ts';
import type { YamlNode } from './tree.ts';

/** Kubernetes accepts objects of at most 1.5 MiB; a policy file of more than 1 MiB is a mistake. */
const TEXT_LENGTH_MAX = 1024 * 1024;

/**
 * Parses a file of any number of documents. Reports what is malformed and returns the documents
 * that could be built; a syntax error leaves none. Never throws.
 */
export function parseDocuments(text: string, report: Report): readonly YamlNode[] {
  if (text.length > TEXT_LENGTH_MAX) {
    const message = `the file has ${text.length} characters, more than ${TEXT_LENGTH_MAX}`;
    report.error('POLICY_YAML_TOO_LARGE', { start: 0, end: 0 }, { message });
    return [];
  }
  const events = readEvents(text, report);
  return events === undefined ? [] : buildDocuments({ text, events, report });
}

function readEvents(text: string, report: Report): readonly Event[] | undefined {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const at = error.mark?.position ?? 0;
    report.error('POLICY_YAML_INVALID', { start: at, end: at }, { message: error.reason });
    return undefined;
  }
}
