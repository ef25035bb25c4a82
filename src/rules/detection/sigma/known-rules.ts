/** Rules by the names that correlations have for them. */
import { suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import { optionalText, textsOf } from './context.ts';
import type { SigmaDocument } from './documents.ts';
import type { ReadRule } from './event-rule.ts';
import type { FieldMapping } from './field-mapping.ts';

/** A document that is a correlation, with the entry that says so. */
export interface CorrelationDocument {
  readonly document: SigmaDocument;
  readonly at: MappingEntry;
}

/** What correlations know of the rules that they name. */
export interface KnownRule {
  readonly id: string;
  /** What fields of its events are called; of a correlation, those of the rules it is made of. */
  readonly mapping: FieldMapping | undefined;
  /** Of correlations: what their matches have in common, as it is written. */
  readonly group: readonly string[];
}

/** By id, by name and by title; of what is called the same, the id counts first. */
export interface KnownRules {
  get(name: string): KnownRule | undefined;
  /** A hint at the nearest name; looking through all names takes a while, and is done so often. */
  suggest(name: string): string | undefined;
}

/** Hints in one set of files. */
const HINTS_MAX = 100;

/** Correlations of correlations; a longer chain is a cycle. */
const DEPTH_MAX = 16;

/** Names all rules and correlations. */
export function nameRules(
  rules: readonly ReadRule[],
  correlations: readonly CorrelationDocument[],
): KnownRules {
  const known = new Map<string, KnownRule>();
  const parts = new Map<string, readonly string[]>();
  const name = (kind: 'title' | 'name' | 'id'): void => {
    for (const { rule, logsource } of rules) {
      const key = rule[kind];
      if (key) known.set(key, { id: rule.id, mapping: logsource.mapping, group: [] });
    }
    for (const { document, at } of correlations) {
      const key = kind === 'id' ? document.id : optionalText(document.entries.get(kind));
      if (key === '') continue;
      const entries = entriesIn(at);
      parts.set(document.id, textsOf(entries.get('rules')));
      const group = textsOf(entries.get('group-by'));
      known.set(key, { id: document.id, mapping: undefined, group });
    }
  };
  for (const kind of ['title', 'name', 'id'] as const) name(kind);
  const mappingOf = (each: KnownRule | undefined, depth: number): FieldMapping | undefined => {
    if (each === undefined || each.mapping !== undefined) return each?.mapping;
    if (depth > DEPTH_MAX) return undefined;
    const [first] = parts.get(each.id) ?? [];
    return first === undefined ? undefined : mappingOf(known.get(first), depth + 1);
  };
  const whole = new Map(
    [...known].map(([key, each]) => [key, { ...each, mapping: mappingOf(each, 0) }]),
  );
  let hints = 0;
  return {
    get: (key) => whole.get(key),
    suggest(word): string | undefined {
      hints += 1;
      return hints > HINTS_MAX ? undefined : suggest(word, whole.keys());
    },
  };
}

function entriesIn({ value }: MappingEntry): ReadonlyMap<string, MappingEntry> {
  const entries = value.kind === 'mapping' ? value.entries : [];
  return new Map(entries.map((entry) => [entry.key, entry]));
}
