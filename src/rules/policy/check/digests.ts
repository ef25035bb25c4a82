/** Reads which contents of a program an entry of `uprobes` is for. */

import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import { readItems, readText } from './scalars.ts';

/** Versions of one program that an entry is for. */
export const DIGESTS_MAX = 64;

/** Digits, by algorithm; linkers make build ids of several lengths. */
const DIGITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  sha1: [40, 40],
  sha256: [64, 64],
  sha384: [96, 96],
  sha512: [128, 128],
  'build-id': [2, 128],
};

/** In lower case and sorted, so that the same digests are the same hook; undefined: any file. */
export function readDigests(
  entry: MappingEntry | undefined,
  report: Report,
): readonly string[] | undefined {
  const items = readItems(entry, { name: 'binaryDigests', max: DIGESTS_MAX }, report);
  if (items.length === 0) return undefined;
  return [...new Set(items.flatMap((item) => readDigest(item, report) ?? []))].sort();
}

function readDigest(node: YamlNode, report: Report): string | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const [algorithm = '', digits = '', ...rest] = text.value.split(':');
  const bounds = Object.hasOwn(DIGITS, algorithm) ? DIGITS[algorithm] : undefined;
  if (bounds === undefined || rest.length > 0) {
    report.error('POLICY_VALUE_INVALID', text.span, {
      message: `${quote(text.value)} is not a digest of a file`,
      hint: `write one of ${Object.keys(DIGITS).join(', ')}, a colon and the hexadecimal digits`,
    });
    return undefined;
  }
  const [min, max] = bounds;
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(digits);
  if (isHex && digits.length >= min && digits.length <= max) {
    return `${algorithm}:${digits.toLowerCase()}`;
  }
  const length = min === max ? `${min}` : `an even number of, at most ${max},`;
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `${quote(text.value)} has not the digits of a ${algorithm}`,
    hint: `a ${algorithm} has ${length} hexadecimal digits`,
  });
  return undefined;
}
