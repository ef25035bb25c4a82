/** Changes of items that are there already: `append`, `override`, and rules switched on or off. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Problem, Span } from '../../syntax/report.ts';
import { isNull, type MappingEntry } from '../../syntax/tree.ts';
import type { Hints } from './check-problem.ts';
import { KEYS, TEXT_KEYS } from './item-keys.ts';
import { type Item, readFlag, refuse, scalarText } from './items.ts';
import { joinTexts, type WrittenText, writtenText } from './written-text.ts';

type Entries = ReadonlyMap<string, MappingEntry>;
type Way = 'append' | 'replace';

/** A change with a mistake is not made at all: half of it would be another rule. */
export function changeItem(
  known: ReadonlyMap<string, Item>,
  made: Item,
  { entries, hints }: { readonly entries: Entries; readonly hints: Hints },
): void {
  const { kind, name, place } = made;
  const item = known.get(name);
  if (item === undefined) {
    const message = `there is no ${kind} ${quote(name)} before this`;
    fail(made, place.span, { message, hint: hints.find({ word: name, names: known }) });
    return;
  }
  const ways = readWays(made, entries);
  if (ways === undefined) return;
  const changes = [...ways].map(([key, way]) => changeOf(item, { key, way, entries, made }));
  if (changes.every((change) => change !== undefined)) for (const change of changes) change();
}

/** How each key is changed; undefined when that is not said well. */
function readWays(made: Item, entries: Entries): ReadonlyMap<string, Way> | undefined {
  const override = entries.get('override');
  const append = entries.get('append');
  const isAppended = append !== undefined && readFlag(scalarText(append.value) ?? '') === true;
  const keys = KEYS[made.kind];
  if (override === undefined) {
    const way: Way = isAppended ? 'append' : 'replace';
    const allowed = isAppended ? keys.append : ['enabled'];
    return new Map([...entries.keys()].filter((key) => allowed.includes(key)).map((k) => [k, way]));
  }
  if (append !== undefined && isAppended) {
    const message = '`append` and `override` do not go together';
    return fail(made, append.keySpan, { message });
  }
  if (override.value.kind !== 'mapping') {
    const message = '`override` is a mapping of keys to what is done';
    return fail(made, override.value.span, { message });
  }
  const ways = new Map<string, Way>();
  for (const entry of override.value.entries) {
    const way = readWay(made, entry);
    if (way === undefined) return undefined;
    ways.set(entry.key, way);
  }
  const stray = [...entries.values()].find(
    ({ key }) => keys.replace.includes(key) && !ways.has(key),
  );
  if (stray !== undefined) {
    const message = `${quote(stray.key)} is given, and not named in \`override\``;
    return fail(made, stray.keySpan, { message });
  }
  return ways;
}

function readWay(made: Item, { key, keySpan, value }: MappingEntry): Way | undefined {
  const way = scalarText(value);
  if (way !== 'append' && way !== 'replace') {
    const hint = suggest(way ?? '', ['append', 'replace']);
    const message = `${quote(key)} is overridden by \`append\` or \`replace\``;
    return fail(made, value.span, { message, hint });
  }
  const allowed = KEYS[made.kind][way];
  if (allowed.includes(key)) return way;
  const verb = way === 'append' ? 'extended' : 'replaced';
  const message = `${quote(key)} of a ${made.kind} cannot be ${verb}`;
  return fail(made, keySpan, { message, hint: suggest(key, allowed) });
}

interface Change {
  readonly key: string;
  readonly way: Way;
  readonly entries: Entries;
  readonly made: Item;
}

/** What makes the change; undefined when its value is not one. */
function changeOf(item: Item, { key, way, entries, made }: Change): (() => void) | undefined {
  const entry = entries.get(key);
  const { report } = made.place;
  if (entry === undefined || (isNull(entry.value) && TEXT_KEYS.has(key))) {
    const message = `${quote(key)} is to be changed, and not given`;
    return fail(made, made.place.span, { message });
  }
  const { value } = entry;
  if (isNull(value)) return () => undefined;
  if (TEXT_KEYS.has(key)) {
    if (value.kind !== 'scalar') {
      return fail(made, value.span, { message: `${quote(key)} is a text` });
    }
    return () => changeText(item, key, { way, text: writtenText(value, report) });
  }
  if (value.kind !== 'sequence') {
    return fail(made, value.span, { message: `${quote(key)} is a list` });
  }
  const placed = value.items.map((node) => ({ node, report }));
  return () => {
    const before = way === 'append' ? (item.lists.get(key) ?? []) : [];
    item.lists.set(key, [...before, ...placed]);
  };
}

interface TextChange {
  readonly way: Way;
  readonly text: WrittenText;
}

function changeText(item: Item, key: string, { way, text }: TextChange): void {
  const before = way === 'append' ? item.texts.get(key) : undefined;
  item.texts.set(key, before === undefined ? text : joinTexts(before, text));
}

function fail({ place }: Item, span: Span, problem: Problem): undefined {
  refuse({ report: place.report, span }, 'FALCO_OVERRIDE_INVALID', problem);
  return undefined;
}
