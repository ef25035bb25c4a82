/** Keywords: values without a field, which are looked for in the whole event. */
import { quote } from '../../syntax/quote.ts';
import { isNull, type ScalarNode, type YamlNode } from '../../syntax/tree.ts';
import type { FieldName } from '../fields/field-table.ts';
import type { Condition, TestOperator } from '../ir/condition.ts';
import { regexOperators, textsOf, type ValueContext } from './compare-values.ts';
import type { Modifiers } from './modifiers.ts';
import { textOperators } from './sigma-text.ts';

/** What a log of the event would have in it. */
const FIELDS: readonly FieldName[] = [
  'process.cmdline',
  'process.exe.path',
  'file.path',
  'file.old_path',
  'dns.query',
  'network.remote.name',
];

const PLAIN: Modifiers = {
  ...{ values: [], comparison: { kind: 'text', placement: 'contains' }, timePart: undefined },
  ...{ isAll: false, isCased: false, isNegated: false },
};

const NEVER: Condition = { kind: 'constant', value: false };

/** Reads words of which one has to be there, or all of them. */
export function readKeywords(
  nodes: readonly YamlNode[],
  modifiers: Modifiers | undefined,
  context: ValueContext,
): Condition {
  const found = nodes.map((node) => readKeyword(node, inside(modifiers ?? PLAIN), context));
  const [only] = found;
  const isAll = modifiers?.isAll === true;
  const whole: Condition =
    found.length === 1 && only !== undefined ? only : { kind: isAll ? 'and' : 'or', parts: found };
  return modifiers?.isNegated === true ? { kind: 'not', part: whole } : whole;
}

/** A word stands anywhere in the event, whatever it is compared with. */
function inside(modifiers: Modifiers): Modifiers {
  const { comparison } = modifiers;
  if (comparison.kind !== 'text') return modifiers;
  return { ...modifiers, comparison: { kind: 'text', placement: 'contains' } };
}

function readKeyword(node: YamlNode, modifiers: Modifiers, context: ValueContext): Condition {
  const { report } = context;
  if (node.kind !== 'scalar' || isNull(node) || node.text === '') {
    report.error('SIGMA_VALUE_INVALID', node.span, {
      message: 'a keyword is a text that is not empty',
    });
    return NEVER;
  }
  const operators = readOperators(node, modifiers, context);
  return {
    kind: 'or',
    parts: FIELDS.flatMap((field) =>
      operators.map((operator): Condition => {
        return { kind: 'test', field, transforms: [], operator, written: node.text };
      }),
    ),
  };
}

function readOperators(
  node: ScalarNode,
  modifiers: Modifiers,
  context: ValueContext,
): readonly TestOperator[] {
  const { comparison, isCased, values, timePart } = modifiers;
  if (comparison.kind === 'text' && timePart === undefined) {
    return textOperators(textsOf([node], modifiers, context) ?? [], !isCased);
  }
  if (comparison.kind === 'regex') {
    return regexOperators([node], { flags: comparison.flags, values }, context);
  }
  const asked = context.asked ?? timePart ?? comparison.kind;
  const message = `keywords are texts: ${quote(asked)} needs a field`;
  context.report.error('SIGMA_MODIFIER_CONFLICT', node.span, { message });
  return [];
}
