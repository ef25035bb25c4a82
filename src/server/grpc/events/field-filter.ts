/** Which fields of events a client is given. */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ServerError } from '../../errors.ts';
import {
  type FieldFilter,
  FieldFilterAction,
  GetEventsResponseSchema,
} from '../generated/tetragon/events_pb.ts';
import { type EventView, withBody } from './event-view.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';

/** Names by the names of their fields; an empty one stands for all that is in the field. */
interface FieldTree extends ReadonlyMap<string, FieldTree> {}
type GrowingTree = Map<string, GrowingTree>;

interface Rule {
  readonly isExclude: boolean;
  readonly tree: FieldTree;
  appliesTo(type: number): boolean;
}

/** Fields in one request at most; each is looked for in every event. */
const PATHS_MAX = 256;

export type ShapeEvent = (event: EventView) => EventView;

/**
 * Makes one function of all filters; undefined without any. What one of them excludes is left out
 * even where another includes it. Throws SERVER_FILTER_INVALID for a field that no event has.
 */
export function compileFieldFilters(filters: readonly FieldFilter[]): ShapeEvent | undefined {
  if (filters.length === 0) return undefined;
  const paths = filters.reduce(
    (sum, { fields }) => sum + Math.max(fields?.paths.length ?? 0, 1),
    0,
  );
  if (paths > PATHS_MAX) throw invalid(`there are more than ${PATHS_MAX} fields`);
  const rules = filters.map(compileRule);
  return (event) => {
    const own = rules.filter((rule) => rule.appliesTo(event.type));
    const included = own.filter(({ isExclude }) => !isExclude);
    let { body } = event;
    if (included.length > 0) {
      const [only, ...others] = included.map(({ tree }) => tree);
      const tree = only !== undefined && others.length === 0 ? only : mergeTrees(included);
      body = pick(event.body, tree);
    }
    for (const { isExclude, tree } of own) if (isExclude) body = omit(body, tree);
    return withBody(event, body);
  };
}

function compileRule({ eventSet, fields, action, invertEventSet }: FieldFilter): Rule {
  const paths = fields?.paths ?? [];
  for (const path of paths) checkPath(path);
  const types = new Set<number>(eventSet);
  const isInverted = invertEventSet === true;
  return {
    isExclude: action === FieldFilterAction.EXCLUDE,
    tree: treeOf(paths.map((path) => path.split('.'))),
    appliesTo: (type) => types.size === 0 || types.has(type) !== isInverted,
  };
}

function treeOf(paths: readonly (readonly string[])[]): GrowingTree {
  const root: GrowingTree = new Map();
  for (const path of paths) {
    let at = root;
    for (const [index, name] of path.entries()) {
      const known = at.get(name);
      // A whole field was named before: what is in it adds nothing.
      if (known?.size === 0) break;
      const next = known ?? new Map();
      at.set(name, next);
      if (index === path.length - 1) next.clear();
      at = next;
    }
  }
  return root;
}

function mergeTrees(rules: readonly Rule[]): FieldTree {
  return treeOf(rules.flatMap(({ tree }) => pathsOf(tree)));
}

function pathsOf(tree: FieldTree): readonly (readonly string[])[] {
  return [...tree].flatMap(([name, below]) => {
    return below.size === 0 ? [[name]] : pathsOf(below).map((path) => [name, ...path]);
  });
}

function pick(from: JsonObject, tree: FieldTree): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [name, below] of tree) {
    if (!Object.hasOwn(from, name)) continue;
    kept[name] = below.size === 0 ? from[name] : mapObjects(from[name], (one) => pick(one, below));
  }
  return kept;
}

function omit(from: JsonObject, tree: FieldTree): JsonObject {
  const kept: Record<string, unknown> = { ...from };
  for (const [name, below] of tree) {
    if (!Object.hasOwn(from, name)) continue;
    if (below.size === 0) delete kept[name];
    else kept[name] = mapObjects(from[name], (one) => omit(one, below));
  }
  return kept;
}

/** Paths go through lists as if they were not there. */
function mapObjects(value: unknown, change: (one: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) return value.map((one) => mapObjects(one, change));
  return isJsonObject(value) ? change(value) : value;
}

/** A path begins in the body of an event, whichever has such a field. */
function checkPath(path: string): void {
  const names = path.split('.');
  const bodies = GetEventsResponseSchema.oneofs.flatMap(({ fields }) => fields.flatMap(bodyOf));
  if (bodies.some((body) => hasPath(body, names))) return;
  throw invalid(`no event has a field ${JSON.stringify(path)}`);
}

function hasPath(message: DescMessage, [name, ...rest]: readonly string[]): boolean {
  const field = message.fields.find((one) => one.name === name);
  if (field === undefined) return false;
  if (rest.length === 0) return true;
  // Of a map, any key.
  if (field.fieldKind === 'map') return rest.length === 1;
  return bodyOf(field).some((body) => hasPath(body, rest));
}

function bodyOf({ message }: DescField): readonly DescMessage[] {
  return message === undefined ? [] : [message];
}

function invalid(problem: string): ServerError {
  return new ServerError('SERVER_FILTER_INVALID', `a field filter cannot be used: ${problem}`);
}
