/** Exceptions of rules: which events are not meant, as data. */
import { quote, suggest } from '../../syntax/quote.ts';
import { isNull, type MappingNode, type YamlNode } from '../../syntax/tree.ts';
import { CheckProblem } from './check-problem.ts';
import { parseWholeField } from './field-syntax.ts';
import { parseItem, parseList } from './filter-syntax.ts';
import type { Check, FilterValue, ListModifier } from './filter-tree.ts';
import { type Item, type PlacedNode, scalarText } from './items.ts';
import type { Expansion, Macros } from './macros.ts';

interface Shape {
  readonly fields: readonly string[];
  readonly comps: readonly string[];
  readonly isTuple: boolean;
}

/** What is wrong with an exception. */
class ExceptionProblem extends Error {
  readonly node: YamlNode;
  readonly hint: string | undefined;

  constructor(node: YamlNode, message: string, hint?: string) {
    super(message);
    this.node = node;
    this.hint = hint;
  }
}

const KEYS = ['name', 'fields', 'comps', 'values'];

/** Operators that take a list. */
const LIST_OPERATORS: ReadonlySet<string> = new Set(['in', 'intersects', 'pmatch']);

const OPERATORS = [
  ...['=', '!=', '<', '<=', '>', '>=', 'contains', 'icontains', 'bcontains', 'startswith'],
  ...['bstartswith', 'istartswith', 'endswith', 'iendswith', 'glob', 'iglob', 'regex'],
  ...['in', 'intersects', 'pmatch', 'exists'],
];

/** What no event of the rule may be: one expansion for each entry. */
export function expandExceptions(item: Item, macros: Macros): readonly Expansion[] {
  // By name: those that are appended later leave out the fields.
  const shapes = new Map<string, Shape>();
  return (item.lists.get('exceptions') ?? []).flatMap((placed) => {
    try {
      return expandException(placed, { macros, shapes });
    } catch (error) {
      if (!(error instanceof ExceptionProblem)) throw error;
      return [failed(error, placed)];
    }
  });
}

function failed({ message, hint, node }: ExceptionProblem, { report }: PlacedNode): Expansion {
  const problem = new CheckProblem('FALCO_EXCEPTION_INVALID', message, hint);
  return {
    ...{ condition: { kind: 'constant', value: false }, missing: [], warnings: [] },
    ...{ problems: [{ problem, place: { report, span: node.span } }] },
    ...{ size: 1, depth: 1 },
  };
}

interface Context {
  readonly macros: Macros;
  readonly shapes: Map<string, Shape>;
}

function expandException(
  { node, report }: PlacedNode,
  { macros, shapes }: Context,
): readonly Expansion[] {
  if (node.kind !== 'mapping') throw new ExceptionProblem(node, 'an exception is a mapping');
  const stray = node.entries.find(({ key }) => !KEYS.includes(key));
  if (stray !== undefined) {
    const message = `an exception has no ${quote(stray.key)}`;
    throw new ExceptionProblem(stray.value, message, suggest(stray.key, KEYS));
  }
  const name = scalarText(get(node, 'name') ?? node) ?? '';
  if (name === '') throw new ExceptionProblem(node, 'an exception has a name');
  const shape = readShape(node, shapes.get(name));
  shapes.set(name, shape);
  const values = get(node, 'values');
  if (values === undefined) return [];
  if (values.kind !== 'sequence') {
    throw new ExceptionProblem(values, `the values of ${quote(name)} are a list`);
  }
  const entries = shape.isTuple
    ? values.items.map((item) => readTuple(item, shape))
    : readSingle(values.items);
  return entries.map(({ parts, at }) => {
    const place = { report, span: at.span };
    return join(
      shape.fields.map((field, position) => {
        const comp = shape.comps[position] ?? '=';
        return macros.compile(makeCheck({ field, comp, values: parts[position] ?? [] }), place);
      }),
    );
  });
}

function get(node: MappingNode, key: string): YamlNode | undefined {
  const value = node.entries.find((entry) => entry.key === key)?.value;
  return value === undefined || isNull(value) ? undefined : value;
}

function readShape(node: MappingNode, known: Shape | undefined): Shape {
  const fields = get(node, 'fields');
  if (fields === undefined) {
    if (known !== undefined) return known;
    throw new ExceptionProblem(node, 'an exception has `fields`');
  }
  const isTuple = fields.kind === 'sequence';
  const names = textsIn(fields);
  const strange = names.find((name) => parseWholeField(name) === undefined);
  if (names.length === 0 || strange !== undefined) {
    throw new ExceptionProblem(fields, `${quote(strange ?? '')} is no field`);
  }
  const written = get(node, 'comps');
  const comps = written === undefined ? names.map(() => (isTuple ? '=' : 'in')) : textsIn(written);
  const at = written ?? node;
  if (comps.length !== names.length) {
    throw new ExceptionProblem(at, 'an exception has as many `comps` as `fields`');
  }
  for (const comp of comps) checkComp(comp, isTuple, at);
  return { isTuple, fields: names, comps };
}

function checkComp(comp: string, isTuple: boolean, at: YamlNode): void {
  const { operator, modifier } = splitComp(comp);
  if (!OPERATORS.includes(operator)) {
    const hint = suggest(operator, OPERATORS);
    throw new ExceptionProblem(at, `${quote(comp)} is no operator`, hint);
  }
  if (isTuple || modifier !== undefined || LIST_OPERATORS.has(operator)) return;
  throw new ExceptionProblem(at, `an exception of one field compares with a list`, 'write `in`');
}

/** `startswith anyof`: an operator and how many values have to fit. */
function splitComp(comp: string): { operator: string; modifier?: ListModifier } {
  const [, first = comp, second] = /^(\S+)\s+(anyof|allof|oneof)$/.exec(comp.trim()) ?? [];
  const operator = first === '==' ? '=' : first.trim();
  return second === undefined ? { operator } : { operator, modifier: second as ListModifier };
}

interface Entry {
  /** Values by the position of the field. */
  readonly parts: readonly (readonly YamlNode[])[];
  readonly at: YamlNode;
}

/** All values of one field are one entry: a list to look into. */
function readSingle(items: readonly YamlNode[]): readonly Entry[] {
  const [first] = items;
  const strange = items.find((item) => item.kind !== 'scalar');
  if (strange !== undefined) {
    throw new ExceptionProblem(strange, 'values of an exception of one field are texts');
  }
  return first === undefined ? [] : [{ parts: [items], at: first }];
}

function readTuple(node: YamlNode, { fields }: Shape): Entry {
  if (node.kind !== 'sequence' || node.items.length !== fields.length) {
    const message = `an entry has ${fields.length} values, one for each field`;
    throw new ExceptionProblem(node, message);
  }
  return { parts: node.items.map((item) => [item]), at: node };
}

interface Comparison {
  readonly field: string;
  readonly comp: string;
  readonly values: readonly YamlNode[];
}

function makeCheck({ field, comp, values }: Comparison): Check {
  const { operator, modifier } = splitComp(comp);
  const isList = modifier !== undefined || LIST_OPERATORS.has(operator);
  const shown = values.flatMap(textsIn).join(', ');
  return {
    ...{ kind: 'check', operator, modifier, at: 0, end: 0 },
    field: parseWholeField(field) ?? { name: field, transformers: [] },
    values: values.flatMap((value) => valuesIn(value, isList)),
    written: isList ? `${field} ${comp} (${shown})` : `${field} ${comp} ${shown}`,
  };
}

/** A list may be written as text, with parentheses or without. */
function valuesIn(node: YamlNode, isList: boolean): readonly FilterValue[] {
  if (node.kind === 'sequence') return node.items.flatMap((item) => valuesIn(item, false));
  const text = scalarText(node) ?? '';
  if (!isList) return [parseItem(text)];
  return parseList(text) ?? [parseItem(text)];
}

function join(parts: readonly Expansion[]): Expansion {
  return {
    condition: { kind: 'and', parts: parts.map((part) => part.condition) },
    problems: parts.flatMap((part) => part.problems),
    missing: parts.flatMap((part) => part.missing),
    warnings: parts.flatMap((part) => part.warnings),
    size: parts.reduce((sum, part) => sum + part.size, 1),
    depth: 2,
  };
}

function textsIn(node: YamlNode): readonly string[] {
  if (node.kind === 'sequence') return node.items.flatMap(textsIn);
  const text = scalarText(node);
  return text === undefined ? [] : [text];
}
