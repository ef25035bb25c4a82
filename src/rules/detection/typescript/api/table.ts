/** What detectors remember. */

/** Data that can be kept in a file and read again: no functions, and nothing that has some. */
export type Plain<T> = { readonly [Key in keyof T]: PlainMember<T[Key]> };

type PlainMember<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends bigint | symbol | ((...values: never) => unknown)
    ? never
    : Plain<T>;

/** Values by text, and no more of them than was declared. */
export interface Table<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  /** When the table is full, what was set longest ago goes, and is counted. */
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Bounds of a table. */
export interface TableBounds {
  readonly entriesMax: number;
  /** Milliseconds after which what was not set again is gone. Absent: only for want of room. */
  readonly forgetAfterMs?: number;
}

/** A table that a detector declares. */
export interface TableDeclaration<Value> extends TableBounds {
  readonly kind: 'table';
  /** Never there: it carries the type. */
  readonly sample?: Value;
}

/** Declares a table, empty at first; it survives a restart of the agent. */
export function table<Value extends Plain<Value>>(bounds: TableBounds): TableDeclaration<Value> {
  return { kind: 'table', ...bounds };
}

/** What a detector remembers: tables by name. */
export type StateDeclaration = Readonly<Record<string, TableDeclaration<unknown>>>;

/** The tables that were declared. */
export type DetectorState<State extends StateDeclaration> = {
  readonly [Name in keyof State]: State[Name] extends TableDeclaration<infer Value>
    ? Table<Value>
    : never;
};
