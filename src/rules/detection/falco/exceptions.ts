/** Exceptions of rules: which events are not meant, as data. */
import { quote } from '../../syntax/quote.ts';
import type { MappingNode, YamlNode } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import type { Check } from './compile-operator.ts';
import type { Expander } from './expand.ts';
import { splitField } from './filter-syntax.ts';
import { type Item, scalarText, type WrittenText } from './items.ts';

interface Shape {
  readonly fields: readonly string[];
  readonly comps: readonly string[];
  readonly isTuple: boolean;
}

/** A value of one field: a text, or several for operators that take lists. */
type Value = readonly string[];

/** What no event of the rule may be; undefined when there are no exceptions with values. */
export function compileExceptions(item: Item, expander: Expander): Condition | undefined {
  const shapes = new Map<string, Shape>();
  const entries: Condition[] = [];
  for (const node of item.lists.get('exceptions') ?? []) {
    if (node.kind !== 'mapping') {
      refuse(item, node, 'an exception is a mapping');
      continue;
    }
    entries.push(...compileException(node, { item, expander, shapes }));
  }
  return entries.length === 0 ? undefined : { kind: 'or', parts: entries, label: 'exceptions' };
}

interface Context {
  readonly item: Item;
  readonly expander: Expander;
  /** By name: those that are appended later may leave out the fields. */
  readonly shapes: Map<string, Shape>;
}

function compileException(node: MappingNode, context: Context): readonly Condition[] {
  const { item, shapes } = context;
  const get = (key: string): YamlNode | undefined =>
    node.entries.find((entry) => entry.key === key)?.value;
  const name = scalarText(get('name') ?? node) ?? '';
  const fields = get('fields');
  const shape = fields === undefined ? shapes.get(name) : readShape(fields, get('comps'));
  if (shape === undefined || shape.fields.length === 0) {
    refuse(item, node, `the exception ${quote(name)} has no fields`);
    return [];
  }
  shapes.set(name, shape);
  if (shape.comps.length !== shape.fields.length) {
    refuse(item, node, `${quote(name)} needs as many \`comps\` as \`fields\``);
    return [];
  }
  const values = get('values');
  if (values === undefined) return [];
  if (values.kind !== 'sequence') {
    refuse(item, values, `the values of ${quote(name)} are a list`);
    return [];
  }
  if (!shape.isTuple) {
    const all = values.items.flatMap((value) => textsOf(value));
    return all.length === 0 ? [] : [compileEntry([all], shape, context)];
  }
  return values.items.flatMap((value) => compileTuple(value, shape, context));
}

function readShape(fields: YamlNode, comps: YamlNode | undefined): Shape {
  const isTuple = fields.kind === 'sequence';
  const names = textsOf(fields);
  const standard = names.map(() => (isTuple ? '=' : 'in'));
  return { isTuple, fields: names, comps: comps === undefined ? standard : textsOf(comps) };
}

function compileTuple(node: YamlNode, shape: Shape, context: Context): readonly Condition[] {
  if (node.kind !== 'sequence' || node.items.length !== shape.fields.length) {
    refuse(context.item, node, `an entry has ${shape.fields.length} values, one for each field`);
    return [];
  }
  return [
    compileEntry(
      node.items.map((item) => textsOf(item)),
      shape,
      context,
    ),
  ];
}

function compileEntry(values: readonly Value[], shape: Shape, context: Context): Condition {
  const { item, expander } = context;
  const parts = shape.fields.map((name, at) => {
    const texts = values[at] ?? [];
    const operator = shape.comps[at] === '==' ? '=' : (shape.comps[at] ?? '=');
    const written = `${name} ${operator} ${texts.join(', ')}`;
    const check: Check = {
      ...{ kind: 'check', field: splitField(name), operator, written, at: 0 },
      // A list that is named in parentheses is looked up like any other.
      values: texts.map((text) => {
        return { kind: 'text', text: text.replace(/^\((.*)\)$/s, '$1'), isQuoted: false };
      }),
    };
    return expander.compile(check, placeOf(item));
  });
  return { kind: 'and', parts };
}

function textsOf(node: YamlNode): readonly string[] {
  if (node.kind === 'sequence') return node.items.flatMap((item) => textsOf(item));
  const text = scalarText(node);
  return text === undefined ? [] : [text];
}

function placeOf({ span, report, texts }: Item): WrittenText {
  return texts.get('condition') ?? { text: '', span, report };
}

function refuse({ report }: Item, node: YamlNode, message: string): void {
  report.error('FALCO_EXCEPTION_INVALID', node.span, { message });
}
