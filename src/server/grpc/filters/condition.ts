/** Conditions in CEL, as the room of rules compiles them. */

/** Types of what conditions in CEL can read. */
export type VariableType = 'text' | 'number' | 'flag' | 'texts' | 'numbers' | 'named';
export type VariableTypes = Readonly<Record<string, VariableType>>;
type Single = string | number | boolean;
export type VariableValue = Single | readonly string[] | readonly number[];

/** Where conditions get values from; undefined: not known. `key` goes with `named`. */
export interface VariableValues {
  value(name: string, key?: string): VariableValue | undefined;
}

export interface Condition {
  evaluate(values: VariableValues): boolean;
}
