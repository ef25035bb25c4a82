/** Reads the message and the tags that events carry. */

import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import { listOf, TEXT } from './field-types.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

const TEXT_LENGTH_MIN = 2;
const MESSAGE_LENGTH_MAX = 256;
const TAG_LENGTH_MAX = 128;
const TAGS_MAX = 16;

/** The field `message` of a hook. */
export const MESSAGE: FieldSpec = {
  type: TEXT,
  description: 'A sentence for whoever reads the event, of 2 to 256 characters.',
};

/** The field `tags` of a hook. */
export const TAGS: FieldSpec = {
  type: listOf(TEXT, TAGS_MAX),
  description: 'Words that events carry, to group and to search by.',
};

/** The message, or nothing; longer ones are cut as the original system does, but with a warning. */
export function readMessage(entry: MappingEntry | undefined, report: Report): string {
  return entry === undefined ? '' : readBounded(entry.value, MESSAGE_LENGTH_MAX, report);
}

/** The tags; longer ones are cut with a warning. */
export function readTags(entry: MappingEntry | undefined, report: Report): readonly string[] {
  const items = readItems(entry, { name: 'tags', max: TAGS_MAX }, report);
  return items.map((item) => readBounded(item, TAG_LENGTH_MAX, report));
}

function readBounded(node: YamlNode, max: number, report: Report): string {
  const text = readText(node, report);
  if (text === undefined) return '';
  // By code point, so that a cut never leaves half a character.
  const characters = [...text.value];
  if (characters.length < TEXT_LENGTH_MIN) {
    const message = `this text needs at least ${TEXT_LENGTH_MIN} characters`;
    report.error('POLICY_TEXT_TOO_SHORT', text.span, { message });
  }
  if (characters.length <= max) return text.value;
  report.warning('POLICY_TEXT_TRUNCATED', text.span, {
    message: `this text has ${characters.length} characters; events carry the first ${max}`,
  });
  return characters.slice(0, max).join('');
}
