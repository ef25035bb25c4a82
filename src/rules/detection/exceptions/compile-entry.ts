/** One comparison of an exception, whatever language its field is named in. */
import type { SourceLocation } from '../../../model/diagnostic.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import { compileCheck } from '../falco/compile-check.ts';
import { type Check, CheckProblem, compileOperator } from '../falco/compile-operator.ts';
import { mapField as mapFalcoField } from '../falco/field-mapping.ts';
import { splitField } from '../falco/filter-syntax.ts';
import { FIELDS } from '../fields/field-table.ts';
import type { Condition } from '../ir/condition.ts';
import { MAPPINGS, mapField as mapSigmaField } from '../sigma/field-mapping.ts';

/** Fields of an exception, and how each is compared. */
export interface ExceptionShape {
  readonly fields: readonly string[];
  readonly comps: readonly string[];
  /** Values come as one entry for all fields. */
  readonly isTuple: boolean;
}

/** A field, an operator of Falco's language, and texts of which one is enough. */
export interface ExceptionEntry {
  readonly field: string;
  readonly comp: string;
  readonly texts: readonly string[];
}

/** The condition, or what is wrong in a clause. */
export function compileEntry(entry: ExceptionEntry, place: SourceLocation): Condition | string {
  const { field, comp, texts } = entry;
  const operator = comp === '==' ? '=' : comp;
  const written = `${field} ${operator} ${texts.join(', ')}`;
  const check: Check = {
    ...{ kind: 'check', field: splitField(field), operator, written, at: 0 },
    values: texts.map((text) => ({ kind: 'text', text, isQuoted: true })),
  };
  const resolved = { check, texts, place };
  try {
    if (mapFalcoField(check.field) !== undefined) return compileCheck(resolved, () => undefined);
    const all = { ...MAPPINGS.process, ...MAPPINGS.file, ...MAPPINGS.network, ...MAPPINGS.dns };
    const mapped = mapSigmaField(field, all);
    if (mapped?.kind !== 'field') {
      const hint = suggest(field, Object.keys(FIELDS)) ?? '';
      return `there is no field ${quote(field)} ${hint}`.trim();
    }
    const { field: name, key } = mapped;
    const test = compileOperator(resolved, { field: name }, operator);
    return { kind: 'test', field: name, key, transforms: [], operator: test, written, place };
  } catch (error) {
    if (error instanceof CheckProblem) return error.message;
    throw error;
  }
}

/** Texts of a scalar or of a list of them. */
export function textsOf(node: YamlNode): readonly string[] {
  if (node.kind === 'sequence') return node.items.flatMap(textsOf);
  return node.kind === 'scalar' ? [node.text] : [];
}
