/** Which fields of events are exported: the field filters of Tetragon. */
import type { ConfigPlace } from '../../../model/config-place.ts';
import { mapOf } from '../../json-members.ts';
import { listPlaces } from './event-filter.ts';
import { EVENT_TYPES, typeOf, viewEvent } from './event-view.ts';

const KEYS: readonly string[] = ['event_set', 'invert_event_set', 'fields', 'action'];
/** Members in members. */
const DEPTH_MAX = 12;

/** Names in names; an end is where the whole value is meant. */
interface PathTree {
  readonly members: Map<string, PathTree>;
  isEnd: boolean;
}

interface FieldMask {
  readonly takes: (type: string) => boolean;
  readonly paths: PathTree;
  readonly isInclude: boolean;
}

/** Shapes the JSON of an event; undefined when there are no masks. */
export function compileFieldMasks(place: ConfigPlace): ((body: unknown) => unknown) | undefined {
  const masks = listPlaces(place).flatMap((one) => compileMask(one));
  if (masks.length === 0) return undefined;
  return (body) => {
    const view = viewEvent(body);
    const type = typeOf(view);
    if (type === '') return body;
    const wanted = masks.filter(({ takes }) => takes(type));
    const event = wanted.reduce<unknown>(applyMask, view.event);
    return wanted.length === 0 ? body : { ...mapOf(body), [view.key]: event };
  };
}

function compileMask(place: ConfigPlace): readonly FieldMask[] {
  place.required().expectKeys(KEYS);
  if (place.isAbsent) return [];
  const types = place.at('event_set').someOf(EVENT_TYPES) ?? [];
  const isInverted = place.at('invert_event_set').flag() ?? false;
  const isAll = types.length === 0 && !isInverted;
  const action = place
    .at('action')
    .required()
    .oneOf(['INCLUDE', 'EXCLUDE'] as const);
  const paths = readPaths(place.at('fields'));
  const takes = (type: string): boolean => isAll || types.includes(type) !== isInverted;
  return [{ takes, paths, isInclude: action === 'INCLUDE' }];
}

/** A list, or a text with commas as Tetragon has it. */
function readPaths(place: ConfigPlace): PathTree {
  const root: PathTree = { members: new Map(), isEnd: false };
  const isText = typeof place.required().value === 'string';
  const texts = isText ? place.text()?.split(',') : place.texts();
  for (const text of texts ?? []) {
    const names = text.trim().split('.');
    const isFine = names.length <= DEPTH_MAX && names.every((name) => /^\w{1,64}$/.test(name));
    if (!isFine) {
      place.report('CONFIG_VALUE_INVALID', `"${text.slice(0, 64)}" is no path as process.binary`);
      continue;
    }
    addPath(root, names);
  }
  return root;
}

function addPath(root: PathTree, names: readonly string[]): void {
  let tree = root;
  for (const name of names) {
    const next = tree.members.get(name) ?? { members: new Map(), isEnd: false };
    tree.members.set(name, next);
    tree = next;
  }
  tree.isEnd = true;
}

function applyMask(event: unknown, { isInclude, paths }: FieldMask): unknown {
  return isInclude ? include(event, paths) : exclude(event, paths);
}

/** In a list, the path goes on in each item. */
function include(value: unknown, tree: PathTree): unknown {
  if (tree.isEnd) return value;
  if (Array.isArray(value)) return value.map((item) => include(item, tree));
  const kept = Object.entries(mapOf(value)).flatMap(([name, member]) => {
    const next = tree.members.get(name);
    return next === undefined ? [] : [[name, include(member, next)] as const];
  });
  return Object.fromEntries(kept);
}

function exclude(value: unknown, tree: PathTree): unknown {
  if (Array.isArray(value)) return value.map((item) => exclude(item, tree));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const next = tree.members.get(name);
    if (next === undefined) return [[name, member] as const];
    return next.isEnd ? [] : [[name, exclude(member, next)] as const];
  });
  return Object.fromEntries(kept);
}
