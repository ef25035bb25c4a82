/** The tests of a set of rules, each once, and whether they hold for the event at hand. */
import type { FieldSource } from '../fields/field-value.ts';
import type { Condition, Test, TestOperator } from '../ir/condition.ts';
import { Column, type ColumnReference, columnName, readColumn } from './column.ts';
import { indexedForm } from './guard.ts';
import { runFieldTest } from './run-field-test.ts';
import { compileOperator, type ValueTest } from './run-operator.ts';

interface Entry {
  readonly column: number;
  /** Absent for tests that the index of the column answers. */
  readonly holds?: (values: Column['values'], source: FieldSource) => boolean;
  /** Test of the same column, answered by its index, without which this one does not hold. */
  readonly needed?: number | undefined;
}

/** Add tests, freeze, then `open` an event and ask. */
export class TestTable {
  readonly #columns: Column[] = [];
  readonly #columnNumbers = new Map<string, number>();
  readonly #entries: Entry[] = [];
  readonly #testNumbers = new Map<string, number>();
  /** By test: the event for which it is known to hold, or not to. */
  #holdsAt = new Uint32Array(0);
  #failsAt = new Uint32Array(0);
  #readAt = new Uint32Array(0);
  #event = 0;
  #source: FieldSource | undefined;
  readonly #hits: number[] = [];
  readonly #onHolds = (test: number): void => {
    if (this.#holdsAt[test] === this.#event) return;
    this.#holdsAt[test] = this.#event;
    this.#hits.push(test);
  };

  /** Number of the test; the same for tests that ask the same. */
  add(test: Test): number {
    const column = this.#columnOf(test);
    const name = JSON.stringify([column, test.operator]);
    const known = this.#testNumbers.get(name);
    if (known !== undefined) return known;
    const needed = this.#addNeeded(test);
    const number = this.#entries.length;
    this.#testNumbers.set(name, number);
    const holds = this.#decideHow(test.operator, column, number);
    this.#entries.push({ column, ...holds, needed });
    return number;
  }

  columnOf(test: number): number {
    return this.#entries[test]?.column ?? 0;
  }

  freeze(): void {
    for (const column of this.#columns) column.freeze();
    this.#holdsAt = new Uint32Array(this.#entries.length);
    this.#failsAt = new Uint32Array(this.#entries.length);
    this.#readAt = new Uint32Array(this.#columns.length);
    this.#testNumbers.clear();
  }

  /** Begins with an event. Answers about the one before are gone. */
  open(source: FieldSource): void {
    this.#source = source;
    this.#event += 1;
    if (this.#event < 0xffffffff) return;
    this.#event = 1;
    for (const marks of [this.#holdsAt, this.#failsAt, this.#readAt]) marks.fill(0);
  }

  /** Reads columns at once; gives the indexed tests that hold. Valid until the next call. */
  readColumns(columns: readonly number[]): readonly number[] {
    this.#hits.length = 0;
    for (const column of columns) this.#read(column);
    return this.#hits;
  }

  holds(test: number): boolean {
    const event = this.#event;
    if (this.#holdsAt[test] === event) return true;
    if (this.#failsAt[test] === event) return false;
    const entry = this.#entries[test];
    const source = this.#source;
    if (entry === undefined || source === undefined) return false;
    if (this.#readAt[entry.column] !== event) this.#read(entry.column);
    const holds = this.#decide(entry, test, source);
    (holds ? this.#holdsAt : this.#failsAt)[test] = event;
    return holds;
  }

  #decide({ column, holds, needed }: Entry, test: number, source: FieldSource): boolean {
    if (holds === undefined) return this.#holdsAt[test] === this.#event;
    if (needed !== undefined && this.#holdsAt[needed] !== this.#event) return false;
    return holds(this.#columns[column]?.values ?? [], source);
  }

  #read(column: number): void {
    const event = this.#event;
    const source = this.#source;
    if (source === undefined || this.#readAt[column] === event) return;
    this.#readAt[column] = event;
    this.#columns[column]?.read(source, this.#onHolds);
  }

  #columnOf(reference: ColumnReference): number {
    const name = columnName(reference);
    const known = this.#columnNumbers.get(name);
    if (known !== undefined) return known;
    const { field, key, transforms } = reference;
    this.#columnNumbers.set(name, this.#columns.length);
    return this.#columns.push(new Column({ field, key, transforms })) - 1;
  }

  /** An expression need not run on a text without the literals that it is made of. */
  #addNeeded(test: Test): number | undefined {
    const operator = indexedForm(test.operator);
    if (operator === undefined || operator.kind === test.operator.kind) return undefined;
    return this.add({ ...test, operator });
  }

  #decideHow(operator: TestOperator, column: number, test: number): Partial<Entry> {
    switch (operator.kind) {
      case 'equals':
      case 'contains':
      case 'starts_with':
      case 'ends_with':
        this.#columns[column]?.addTexts(operator, test);
        return {};
      case 'number_equals':
        this.#columns[column]?.addNumbers(operator.numbers, test);
        return {};
      case 'exists':
        return { holds: (values) => values.length > 0 };
      case 'field': {
        const other = { ...operator.other, transforms: operator.otherTransforms };
        return {
          holds: (values, source) => runFieldTest(operator, values, readColumn(other, source)),
        };
      }
      default: {
        const holds: ValueTest = compileOperator(operator);
        return { holds: (values) => values.some(holds) };
      }
    }
  }
}

/** Turns a condition without classes into a function over the event that is open in the table. */
export function compileCondition(condition: Condition, table: TestTable): () => boolean {
  switch (condition.kind) {
    case 'constant':
    case 'class': {
      const value = condition.kind === 'constant' && condition.value;
      return () => value;
    }
    case 'not': {
      const part = compileCondition(condition.part, table);
      return () => !part();
    }
    case 'test': {
      const test = table.add(condition);
      return () => table.holds(test);
    }
    default: {
      const ordered = [...condition.parts].sort((a, b) => costOf(a) - costOf(b));
      const parts = ordered.map((part) => compileCondition(part, table));
      const decides = condition.kind === 'or';
      return () => {
        for (const part of parts) if (part() === decides) return decides;
        return !decides;
      };
    }
  }
}

/** What no index answers, by what it takes to look at one text. */
const COSTS: Partial<Readonly<Record<TestOperator['kind'], number>>> = {
  glob: 10,
  field: 10,
  in_network: 10,
  regex: 100,
};

/** Roughly; conditions mean the same in any order, and what is cheap often decides. */
function costOf(condition: Condition): number {
  switch (condition.kind) {
    case 'constant':
    case 'class':
      return 0;
    case 'not':
      return costOf(condition.part);
    case 'test':
      return COSTS[condition.operator.kind] ?? 1;
    default:
      return condition.parts.reduce((sum, part) => sum + costOf(part), 0);
  }
}
