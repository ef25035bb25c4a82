/** Items of files, put together: later ones replace, extend and override earlier ones. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Collector, Problem, Span } from '../../syntax/report.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { FalcoErrorCode } from './errors.ts';

/** Where what is found is told; each file has its own. */
export type FileReport = Collector<FalcoErrorCode>;

/** Text that was written in one place or put together from several. */
export interface WrittenText {
  readonly text: string;
  readonly span: Span;
  readonly report: FileReport;
}

/** A rule, a macro or a list with everything that was said of it. */
export interface Item {
  readonly kind: 'rule' | 'macro' | 'list';
  readonly name: string;
  readonly span: Span;
  readonly report: FileReport;
  /** By key; texts that were appended are joined by a blank. */
  readonly texts: Map<string, WrittenText>;
  /** Lists by key, one after the other. */
  readonly lists: Map<string, YamlNode[]>;
}

/** Items by their names. */
export interface Items {
  readonly rules: Map<string, Item>;
  readonly macros: Map<string, Item>;
  readonly lists: Map<string, Item>;
}

const TEXT_KEYS: ReadonlySet<string> = new Set([
  ...['desc', 'condition', 'output', 'priority', 'enabled', 'source'],
  ...['skip-if-unknown-filter', 'warn_evttypes', 'capture', 'capture_duration'],
]);
const LIST_KEYS: ReadonlySet<string> = new Set(['tags', 'exceptions', 'items']);
const OTHER_KEYS: readonly string[] = ['rule', 'macro', 'list', 'append', 'override'];

/** Items at the top of files that say what they need, and are no rules. */
const HEADS: readonly string[] = ['required_engine_version', 'required_plugin_versions'];

const isTrue = (text: string): boolean => /^(true|yes|on)$/i.test(text);

/** Takes in the items of one document, in their order. */
export function readItems(node: YamlNode, items: Items, report: FileReport): void {
  if (node.kind !== 'sequence') {
    report.error('FALCO_ITEM_INVALID', node.span, { message: 'a file of rules is a list' });
    return;
  }
  for (const item of node.items) readItem(item, items, report);
}

function readItem(node: YamlNode, items: Items, report: FileReport): void {
  const refuse = (code: FalcoErrorCode, at: Span, problem: Problem): void =>
    report.error(code, at, problem);
  if (node.kind !== 'mapping') {
    refuse('FALCO_ITEM_INVALID', node.span, { message: 'a rule is a mapping' });
    return;
  }
  const entries = new Map(node.entries.map((entry) => [entry.key, entry]));
  if (HEADS.some((key) => entries.has(key))) return;
  const kind = (['rule', 'macro', 'list'] as const).find((key) => entries.has(key));
  const name = kind && textOf(entries.get(kind));
  if (kind === undefined || name === undefined || name === '') {
    refuse('FALCO_ITEM_INVALID', node.span, {
      message: 'an item begins with `rule`, `macro` or `list`, and a name',
    });
    return;
  }
  warnOfKeys(entries, report);
  const all = kind === 'rule' ? items.rules : kind === 'macro' ? items.macros : items.lists;
  const known = all.get(name);
  const made: Item = { kind, name, span: node.span, report, texts: new Map(), lists: new Map() };
  if (changesOnly(kind, entries)) changeItem(known, made, entries);
  else {
    fill(made, entries, () => 'replace');
    all.set(name, made);
  }
}

/** `append`, `override`, and the short way to switch a rule on or off. */
function changesOnly(kind: Item['kind'], entries: ReadonlyMap<string, MappingEntry>): boolean {
  if (entries.has('override') || isTrue(textOf(entries.get('append')) ?? '')) return true;
  return kind === 'rule' && entries.has('enabled') && !entries.has('condition');
}

function changeItem(
  known: Item | undefined,
  made: Item,
  entries: ReadonlyMap<string, MappingEntry>,
): void {
  if (known === undefined) {
    made.report.error('FALCO_OVERRIDE_INVALID', made.span, {
      message: `there is no ${made.kind} ${quote(made.name)} before this`,
    });
    return;
  }
  const override = entries.get('override');
  if (override === undefined) {
    fill(known, entries, (key) => (key === 'enabled' ? 'replace' : 'append'), made.report);
    return;
  }
  if (override.value.kind !== 'mapping') {
    const message = '`override` says for each key `append` or `replace`';
    made.report.error('FALCO_OVERRIDE_INVALID', override.value.span, { message });
    return;
  }
  const ways = new Map(override.value.entries.map(({ key, value }) => [key, scalarText(value)]));
  for (const [key, way] of ways) {
    if (way === 'append' || way === 'replace') continue;
    ways.delete(key);
    const message = `${quote(key)} is overridden by \`append\` or \`replace\``;
    made.report.error('FALCO_OVERRIDE_INVALID', override.value.span, { message });
  }
  fill(known, entries, (key) => ways.get(key) ?? '', made.report);
}

function fill(
  item: Item,
  entries: ReadonlyMap<string, MappingEntry>,
  wayOf: (key: string) => string,
  report: FileReport = item.report,
): void {
  for (const [key, { value }] of entries) {
    const way = wayOf(key);
    if (way === '' || isNull(value)) continue;
    if (TEXT_KEYS.has(key)) setText(item, key, { value, way, report });
    else if (LIST_KEYS.has(key)) setList(item, key, { value, way, report });
  }
}

interface Change {
  readonly value: YamlNode;
  readonly way: string;
  readonly report: FileReport;
}

function setText(item: Item, key: string, { value, way, report }: Change): void {
  const text = scalarText(value);
  if (text === undefined) {
    report.error('FALCO_VALUE_INVALID', value.span, { message: `${quote(key)} is a text` });
    return;
  }
  const before = way === 'append' ? item.texts.get(key) : undefined;
  const joined = before === undefined ? text : `${before.text} ${text}`;
  item.texts.set(key, { text: joined, span: value.span, report });
}

function setList(item: Item, key: string, { value, way, report }: Change): void {
  if (value.kind !== 'sequence') {
    report.error('FALCO_VALUE_INVALID', value.span, { message: `${quote(key)} is a list` });
    return;
  }
  const before = way === 'append' ? (item.lists.get(key) ?? []) : [];
  item.lists.set(key, [...before, ...value.items]);
}

function warnOfKeys(entries: ReadonlyMap<string, MappingEntry>, report: FileReport): void {
  const known = [...TEXT_KEYS, ...LIST_KEYS, ...OTHER_KEYS];
  for (const [key, { keySpan }] of entries) {
    if (known.includes(key)) continue;
    const message = `the key ${quote(key)} has no meaning`;
    report.warning('FALCO_KEY_UNKNOWN', keySpan, { message, hint: suggest(key, known) });
  }
}

function textOf(entry: MappingEntry | undefined): string | undefined {
  return entry && scalarText(entry.value);
}

/** Text of a scalar. */
export function scalarText(node: YamlNode): string | undefined {
  return node.kind === 'scalar' ? node.text : undefined;
}
