/** Lists with the lists in them. */
import { quote } from '../../syntax/quote.ts';
import { orderByNeed } from './dependency-order.ts';
import { parseItem } from './filter-syntax.ts';
import type { FilterValue } from './filter-tree.ts';
import { type Item, type PlacedNode, refuse } from './items.ts';

/** Values of all lists together; lists in lists in lists add up. */
const VALUES_MAX = 2_000_000;

/** Values by the name of the list. */
export type ListValues = ReadonlyMap<string, readonly string[]>;

/** Resolves all lists. A list that needs itself has no values, and is told of. */
export function resolveLists(lists: ReadonlyMap<string, Item>): ListValues {
  const items = new Map(
    [...lists].map(([name, list]) => [name, (list.lists.get('items') ?? []).flatMap(readItem)]),
  );
  const needs = new Map(
    [...items].map(([name, values]) => [name, values.flatMap((value) => nameIn(value, lists))]),
  );
  const { order, endless } = orderByNeed(needs);
  for (const name of endless) {
    const place = lists.get(name)?.place;
    if (place === undefined) continue;
    refuse(place, 'FALCO_CONDITION_TOO_LARGE', { message: `the list ${quote(name)} needs itself` });
  }
  const resolved = new Map<string, readonly string[]>();
  let count = 0;
  for (const name of order) {
    // A set: lists that are named twice in lists that are named twice would grow without bound.
    const values = new Set<string>();
    for (const value of items.get(name) ?? []) addValues(value, resolved, values);
    count += values.size;
    if (count <= VALUES_MAX) resolved.set(name, [...values]);
    else refuseSize(name, lists);
  }
  return resolved;
}

function refuseSize(name: string, lists: ReadonlyMap<string, Item>): void {
  const place = lists.get(name)?.place;
  const message = `with the list ${quote(name)} there are more than ${VALUES_MAX} values`;
  if (place !== undefined) refuse(place, 'FALCO_CONDITION_TOO_LARGE', { message });
}

/** Texts of values, with those of the lists that they name. */
export function textsOf(values: readonly FilterValue[], lists: ListValues): readonly string[] {
  const [only] = values;
  if (values.length === 1 && only?.kind === 'text' && !only.isQuoted) {
    return lists.get(only.text) ?? [only.text];
  }
  const texts = new Set<string>();
  for (const value of values) addValues(value, lists, texts);
  return [...texts];
}

function addValues(value: FilterValue, lists: ListValues, texts: Set<string>): void {
  if (value.kind !== 'text') return;
  const named = value.isQuoted ? undefined : lists.get(value.text);
  if (named === undefined) texts.add(value.text);
  else for (const text of named) texts.add(text);
}

function readItem({ node, report }: PlacedNode): readonly FilterValue[] {
  if (node.kind === 'scalar') return [parseItem(node.text)];
  const message = 'a value of a list is a text';
  refuse({ report, span: node.span }, 'FALCO_VALUE_INVALID', { message });
  return [];
}

function nameIn(value: FilterValue, lists: ReadonlyMap<string, unknown>): readonly string[] {
  return value.kind === 'text' && !value.isQuoted && lists.has(value.text) ? [value.text] : [];
}
