/** What schemas are made of. */

export type Schema = Readonly<Record<string, unknown>>;

export type Members = Readonly<Record<string, Schema>>;

export const TEXT: Schema = { type: 'string', minLength: 1 };
export const INTEGER: Schema = { type: 'integer' };
export const FLAG: Schema = { type: 'boolean' };
export const TEXTS: Schema = { type: 'array', items: TEXT, minItems: 1 };
