/** Files to items: later ones replace, extend and override earlier ones. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import { changeItem } from './change-item.ts';
import type { Hints } from './check-problem.ts';
import { KEYS, TEXT_KEYS } from './item-keys.ts';
import { type Item, type ItemKind, type Items, readFlag, scalarText } from './items.ts';
import { checkRequirements, REQUIREMENTS } from './requirements.ts';
import { type FileReport, writtenText } from './written-text.ts';

const KINDS: readonly ItemKind[] = ['rule', 'macro', 'list'];

const NAMES: Readonly<Record<ItemKind, RegExp>> = {
  rule: /\S/,
  macro: /^[a-zA-Z]\w*$/,
  list: /^[^()"'\s=,]+$/,
};

/** What is read into, and who is told. */
export interface ReadContext {
  readonly items: Items;
  readonly hints: Hints;
  readonly report: FileReport;
}

/** Takes in the items of one document, in their order. */
export function readItems(node: YamlNode, context: ReadContext): void {
  const { report } = context;
  if (isNull(node)) return;
  if (node.kind !== 'sequence') {
    report.error('FALCO_ITEM_INVALID', node.span, { message: 'a file of rules is a list' });
    return;
  }
  for (const item of node.items) if (!isNull(item)) readItem(item, context);
}

function readItem(node: YamlNode, { items, hints, report }: ReadContext): void {
  if (node.kind !== 'mapping') {
    report.error('FALCO_ITEM_INVALID', node.span, { message: 'an item is a mapping' });
    return;
  }
  const entries = new Map(node.entries.map((entry) => [entry.key, entry]));
  if (REQUIREMENTS.some((key) => entries.has(key))) {
    checkRequirements(entries, report);
    return;
  }
  const made = createItem(entries, node.span, report);
  if (made === undefined) return;
  const { kind, name } = made;
  warnOfKeys(entries, kind, report);
  if (!isAppendClear(entries, report)) return;
  if (changesOnly(kind, entries)) changeItem(items[kind], made, { entries, hints });
  else if (fill(made, entries, report)) items[kind].set(name, made);
}

function createItem(
  entries: ReadonlyMap<string, MappingEntry>,
  span: Span,
  report: FileReport,
): Item | undefined {
  const kind = KINDS.find((key) => entries.has(key));
  const named = kind && entries.get(kind);
  if (kind === undefined || named === undefined) {
    const message = 'an item begins with `rule`, `macro` or `list`, and a name';
    report.error('FALCO_ITEM_INVALID', span, { message });
    return undefined;
  }
  const name = scalarText(named.value) ?? '';
  const place = { report, span: named.value.span };
  if (NAMES[kind].test(name)) return { kind, name, place, texts: new Map(), lists: new Map() };
  const message =
    name === '' ? `this ${kind} has no name` : `${quote(name)} is no name of a ${kind}`;
  report.error('FALCO_ITEM_INVALID', place.span, { message });
  return undefined;
}

/** What is meant to add to an item must not take its place because of a mistyped flag. */
function isAppendClear(entries: ReadonlyMap<string, MappingEntry>, report: FileReport): boolean {
  const append = entries.get('append')?.value;
  if (append === undefined || isNull(append)) return true;
  if (readFlag(scalarText(append) ?? '') !== undefined) return true;
  report.error('FALCO_VALUE_INVALID', append.span, { message: '`append` is true or false' });
  return false;
}

/** `append`, `override`, and the short way to switch a rule on or off. */
function changesOnly(kind: ItemKind, entries: ReadonlyMap<string, MappingEntry>): boolean {
  const append = entries.get('append');
  if (entries.has('override')) return true;
  if (append !== undefined && readFlag(scalarText(append.value) ?? '') === true) return true;
  const needed = ['condition', 'output', 'desc', 'priority'];
  return kind === 'rule' && entries.has('enabled') && !needed.some((key) => entries.has(key));
}

/** False when something that the item cannot do without is not as it should be. */
function fill(item: Item, entries: ReadonlyMap<string, MappingEntry>, report: FileReport): boolean {
  const { all, needed, optional } = KEYS[item.kind];
  let isGood = true;
  for (const entry of entries.values()) {
    if (!all.includes(entry.key)) continue;
    if (isNull(entry.value) && optional.includes(entry.key)) continue;
    isGood = setKey(item, entry, report) && isGood;
  }
  const lacking = needed.find((key) => !entries.has(key));
  if (lacking === undefined) return isGood;
  const message = `the ${item.kind} ${quote(item.name)} has no ${quote(lacking)}`;
  report.error('FALCO_KEY_MISSING', item.place.span, { message });
  return false;
}

function setKey(item: Item, { key, value }: MappingEntry, report: FileReport): boolean {
  const isText = TEXT_KEYS.has(key);
  if (isText && value.kind === 'scalar') item.texts.set(key, writtenText(value, report));
  else if (!isText && value.kind === 'sequence') {
    item.lists.set(
      key,
      value.items.map((node) => ({ node, report })),
    );
  } else {
    const message = `${quote(key)} is a ${isText ? 'text' : 'list'}`;
    report.error('FALCO_VALUE_INVALID', value.span, { message });
    return false;
  }
  return true;
}

function warnOfKeys(
  entries: ReadonlyMap<string, MappingEntry>,
  kind: ItemKind,
  report: FileReport,
): void {
  const known = [kind, ...KEYS[kind].all, 'append', 'override'];
  for (const [key, { keySpan }] of entries) {
    if (known.includes(key)) continue;
    const message = `the key ${quote(key)} of a ${kind} has no meaning`;
    report.warning('FALCO_KEY_UNKNOWN', keySpan, { message, hint: suggest(key, known) });
  }
}
