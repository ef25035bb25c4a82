/** An event as a detector sees it. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldValue } from '../fields/field-value.ts';
import type { EventRow, RowPlan } from './protocol.ts';

const NO_ROW: EventRow = { class: 'process.exec', timeMs: 0, place: '', values: [] };

/** Made once for each detector, and given one event after the other. */
export class EventView {
  readonly #fields: readonly string[];
  /** By class: where the values of the declared fields are. */
  #positions: Partial<Record<EventClass, ReadonlyMap<string, number>>> = {};
  #row = NO_ROW;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  get class(): EventClass {
    return this.#row.class;
  }

  get timeMs(): number {
    return this.#row.timeMs;
  }

  value(field: string): FieldValue | undefined {
    const position = this.#positions[this.#row.class]?.get(field);
    if (position !== undefined) return this.#row.values[position];
    throw new RangeError(`the field ${String(field)} is not declared`);
  }

  setPlan(plan: RowPlan): void {
    this.#positions = {};
    for (const [eventClass, names] of Object.entries(plan)) {
      const positions = names.map((name, position) => [name, position] as const);
      const declared = positions.filter(([name]) => this.#fields.includes(name));
      this.#positions[eventClass as EventClass] = new Map(declared);
    }
  }

  set(row: EventRow): void {
    this.#row = row;
  }
}
