/** Files to documents: what `action` shares among them, and the ids by which they go. */
import { parseDocuments } from '../../syntax/parse-documents.ts';
import type { Collector } from '../../syntax/report.ts';
import type { MappingEntry, MappingNode } from '../../syntax/tree.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import { type Entries, optionalText, RuleReport } from './context.ts';
import type { SigmaErrorCode } from './errors.ts';

/** One document of a file, before it is known what it is. */
export interface SigmaDocument {
  /** Its own, or one that is made of its name or title. */
  readonly id: string;
  readonly node: MappingNode;
  readonly entries: Entries;
  readonly report: RuleReport;
  /** The text that it was read from, with what is shared. */
  readonly source: string;
}

type UnnamedDocument = Omit<SigmaDocument, 'id'>;

/** Of which each document has one. */
const KEYS = '`detection`, `correlation` or `filter`';

/** Collections of thousands of rules in one file are long, and all are read at once. */
const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

/** A file of the greatest length has no more rules than this. */
const DOCUMENTS_MAX = 20_000;

const YAML_CODES: Readonly<Record<YamlErrorCode, SigmaErrorCode>> = {
  YAML_INVALID: 'SIGMA_YAML_INVALID',
  YAML_TOO_LARGE: 'SIGMA_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'SIGMA_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'SIGMA_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'SIGMA_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'SIGMA_YAML_TAG_UNSUPPORTED',
};

/** Documents of one file; none when it cannot be read as a whole. */
export function readDocuments(
  text: string,
  collector: Collector<SigmaErrorCode>,
): readonly UnnamedDocument[] {
  const report = yamlReport(YAML_CODES, collector);
  const nodes = parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report });
  // A file that cannot be read as a whole cannot be trusted in parts.
  if (collector.hasErrors()) return [];
  if (nodes.length > DOCUMENTS_MAX) {
    const message = `the file has ${nodes.length} documents, more than ${DOCUMENTS_MAX}`;
    collector.error('SIGMA_YAML_TOO_LARGE', { start: 0, end: 0 }, { message });
    return [];
  }
  const sharing: Sharing = { text, collector, shared: NOTHING, last: NOTHING };
  return nodes.flatMap((node) => {
    if (node.kind === 'mapping') return takeDocument(node, sharing);
    const kind = node.kind === 'sequence' ? 'list' : 'text';
    const message = `a document is a mapping with ${KEYS}, no ${kind}`;
    collector.error('SIGMA_DOCUMENT_INVALID', node.span, { message });
    return [];
  });
}

/** What documents have in common, and the text that says so. */
interface Shared {
  readonly entries: Entries;
  readonly source: string;
}

interface Sharing {
  readonly text: string;
  readonly collector: Collector<SigmaErrorCode>;
  /** Counts for all documents behind it. */
  shared: Shared;
  /** The document before, for one that repeats it with changes. */
  last: Shared;
}

const NOTHING: Shared = { entries: new Map(), source: '' };

/** A document, or nothing when it only says what others have in common. */
function takeDocument(node: MappingNode, sharing: Sharing): readonly UnnamedDocument[] {
  const { text, collector } = sharing;
  const own = new Map(node.entries.map((entry) => [entry.key, entry]));
  const action = optionalText(own.get('action'));
  own.delete('action');
  const before = action === 'repeat' ? sharing.last : sharing.shared;
  const merged: Shared = {
    entries: mergeEntries(before.entries, own),
    source: before.source + text.slice(node.span.start, node.span.end),
  };
  if (action === 'global') sharing.shared = merged;
  else if (action === 'reset') sharing.shared = NOTHING;
  else {
    sharing.last = merged;
    return [{ node, ...merged, report: new RuleReport(collector) }];
  }
  return [];
}

/** Mappings are merged, and everything else is replaced by what comes later. */
function mergeEntries(before: Entries, own: Entries): Entries {
  const merged = new Map(before);
  for (const [key, entry] of own) {
    const shared = merged.get(key);
    const { value } = entry;
    if (shared?.value.kind !== 'mapping' || value.kind !== 'mapping') merged.set(key, entry);
    else {
      const both = mergeEntries(byKey(shared.value), byKey(value));
      merged.set(key, { ...entry, value: { ...value, entries: [...both.values()] } });
    }
  }
  return merged;
}

function byKey({ entries }: MappingNode): ReadonlyMap<string, MappingEntry> {
  return new Map(entries.map((entry) => [entry.key, entry]));
}

/**
 * Gives each document its id. Those that have none of their own go by name or title, and by a
 * number too when another one does.
 */
export function nameDocuments(documents: readonly UnnamedDocument[]): readonly SigmaDocument[] {
  const ownIds = documents.map(({ node }) => optionalText(byKey(node).get('id')));
  const taken = new Map(ownIds.map((id) => [id, 1]));
  return documents.map((document, at) => {
    const ownId = ownIds[at] ?? '';
    return { ...document, id: ownId === '' ? makeId(document, taken) : ownId };
  });
}

function makeId({ entries, node }: UnnamedDocument, taken: Map<string, number>): string {
  const [id, name, title] = ['id', 'name', 'title'].map((key) => optionalText(entries.get(key)));
  const base = id || name || title || `rule-at-${node.span.start}`;
  let made = base;
  while (taken.has(made)) {
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    made = `${base} (${count})`;
  }
  taken.set(made, 1);
  return made;
}
