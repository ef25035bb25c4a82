/** Columns: what rules look at, each read once for an event, and every literal looked for in it. */
import type { FieldSource, FieldValue } from '../fields/field-value.ts';
import type { FieldReference, TestOperator, Transform } from '../ir/condition.ts';
import { numberOf, textOf, transform, valuesOf } from './run-operator.ts';
import { TextIndex } from './text-index.ts';

/** A field with what is done to it before it is compared. */
export interface ColumnReference extends FieldReference {
  readonly transforms: readonly Transform[];
}

type TextTest = Extract<TestOperator, { texts: readonly string[] }>;

const NOTHING: readonly number[] = [];

/** The same for references that read the same. */
export function columnName({ field, key, transforms }: ColumnReference): string {
  return JSON.stringify([field, key ?? null, ...transforms]);
}

/** Values after transforms; those that a transform does not apply to are left out. */
export function readColumn(
  { field, key, transforms }: ColumnReference,
  source: FieldSource,
): readonly (string | number | boolean)[] {
  const values = valuesOf(source.value(field, key) as FieldValue | undefined);
  if (transforms.length === 0) return values;
  return values.map((value) => transform(value, transforms)).filter((value) => value !== undefined);
}

/** One column of a set of rules. Read it for an event before asking. */
export class Column {
  readonly reference: ColumnReference;
  readonly #texts = new TextIndex();
  readonly #testsOfNumber = new Map<number, number[]>();
  values: readonly (string | number | boolean)[] = [];

  constructor(reference: ColumnReference) {
    this.reference = reference;
  }

  addTexts(operator: TextTest, test: number): void {
    const { kind, ignoresCase } = operator;
    for (const written of operator.texts) {
      const text = ignoresCase ? written.toLowerCase() : written;
      this.#texts.add({ kind, text, ignoresCase }, test);
    }
  }

  addNumbers(numbers: readonly number[], test: number): void {
    for (const number of numbers) {
      const tests = this.#testsOfNumber.get(number) ?? [];
      if (!tests.includes(test)) tests.push(test);
      this.#testsOfNumber.set(number, tests);
    }
  }

  freeze(): void {
    this.#texts.freeze();
  }

  /** Reads the values of an event, and tells each indexed test that holds, perhaps twice. */
  read(source: FieldSource, onHolds: (test: number) => void): void {
    this.values = readColumn(this.reference, source);
    if (this.#texts.size > 0) this.#findTexts(onHolds);
    if (this.#testsOfNumber.size > 0) this.#findNumbers(onHolds);
  }

  #findTexts(onHolds: (test: number) => void): void {
    for (const value of this.values) {
      for (const test of this.#texts.find(textOf(value))) onHolds(test);
    }
  }

  #findNumbers(onHolds: (test: number) => void): void {
    for (const value of this.values) {
      for (const test of this.#testsOfNumber.get(numberOf(value)) ?? NOTHING) onHolds(test);
    }
  }
}
