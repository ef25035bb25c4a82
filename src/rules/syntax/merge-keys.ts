/** Keys of one mapping: unique, textual, with `<<` replaced by the entries it brings in. */

import type { Report } from './report.ts';
import type { MappingEntry, MappingNode, YamlNode } from './tree.ts';
import type { YamlErrorCode } from './yaml-errors.ts';

/** A pair as it is written. */
export interface KeyedValue {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** Whether the key asks for the entries of other mappings. */
export function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.isPlain && key.text === '<<';
}

/** Entries of a mapping. What is written in it wins over what is merged, earlier over later. */
export function mergeEntries(
  pairs: readonly KeyedValue[],
  report: Report<YamlErrorCode>,
): readonly MappingEntry[] {
  const entries = new Map<string, MappingEntry>();
  for (const { key, value } of pairs) {
    if (!isMergeKey(key)) addEntry(entries, { key, value }, report);
  }
  for (const pair of pairs) {
    if (!isMergeKey(pair.key)) continue;
    for (const source of mergeSources(pair, report)) {
      for (const entry of source.entries) {
        if (!entries.has(entry.key)) entries.set(entry.key, entry);
      }
    }
  }
  return [...entries.values()];
}

function addEntry(
  entries: Map<string, MappingEntry>,
  pair: KeyedValue,
  report: Report<YamlErrorCode>,
): void {
  const { key, value } = pair;
  if (key.kind !== 'scalar') {
    report.error('YAML_KEY_INVALID', key.span, {
      message: `a key is text, not a ${key.kind}`,
    });
  } else if (entries.has(key.text)) {
    report.error('YAML_KEY_DUPLICATE', key.span, {
      message: `the key \`${key.text}\` is already in this mapping`,
    });
  } else {
    entries.set(key.text, { key: key.text, keySpan: key.span, value });
  }
}

function mergeSources(
  { key, value }: KeyedValue,
  report: Report<YamlErrorCode>,
): readonly MappingNode[] {
  const candidates = value.kind === 'sequence' ? value.items : [value];
  const sources = candidates.filter((node) => node.kind === 'mapping');
  if (sources.length !== candidates.length) {
    report.error('YAML_KEY_INVALID', key.span, {
      message: '`<<` merges mappings, and this value is something else',
    });
  }
  return sources;
}
