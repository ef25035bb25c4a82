/** What conditions in CEL can read: fields by their names, and their types. */
import type { FieldValue } from '../fields/field-value.ts';

/** `texts` and `numbers` have several values at once; `named` are texts by a name. */
export type CelType = 'text' | 'number' | 'flag' | 'texts' | 'numbers' | 'named';

/** Types of variables by their names, which may have dots: `process.exe.path`. */
export type CelVariables = Readonly<Record<string, CelType>>;

/** Where values come from; undefined: not known. `key` goes with `named`. */
export interface CelValues {
  value(name: string, key?: string): FieldValue | undefined;
}

/** What may stand in a list of one condition or of one value; the bounds of a cost. */
export const VALUES_MAX = 32_768;
/** Characters of all texts of one value. */
export const VALUE_LENGTH_MAX = 65_536;

const NAMES: Readonly<Record<CelType, string>> = {
  text: 'string',
  number: 'int',
  flag: 'bool',
  texts: 'list<string>',
  numbers: 'list<int>',
  named: 'string',
};

/** The type as CEL calls it; that of one value, where values have names. */
export function celNameOf(type: CelType): string {
  return NAMES[type];
}

type Prepared = string | bigint | boolean | readonly string[] | readonly bigint[];

/** A value as the language has it; undefined when it is of another type, or beyond the bounds. */
export function prepareValue(value: FieldValue, type: CelType): Prepared | undefined {
  switch (type) {
    case 'texts':
    case 'numbers':
      return prepareList(Array.isArray(value) ? value : [value], type);
    case 'number':
      return typeof value === 'number' ? toInteger(value) : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    default:
      return prepareText(value);
  }
}

function prepareText(value: FieldValue): string | undefined {
  const single = Array.isArray(value) ? value[0] : value;
  return typeof single === 'string' && single.length <= VALUE_LENGTH_MAX ? single : undefined;
}

function prepareList(
  values: readonly unknown[],
  type: 'texts' | 'numbers',
): readonly string[] | readonly bigint[] | undefined {
  if (values.length > VALUES_MAX) return undefined;
  if (type === 'numbers') {
    const numbers = values.flatMap((value) => {
      return typeof value === 'number' ? (toInteger(value) ?? []) : [];
    });
    return numbers.length === values.length ? numbers : undefined;
  }
  const texts = values.filter((value) => typeof value === 'string');
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  return texts.length === values.length && length <= VALUE_LENGTH_MAX ? texts : undefined;
}

/** Numbers of fields are whole; what is not has no place among integers. */
function toInteger(value: number): bigint | undefined {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}
