/** Parts of JSON that may be of any shape. */

export type Json = Readonly<Record<string, unknown>>;

/** Text that is not empty; halves of surrogate pairs are replaced, as no reader takes them. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : undefined;
}

/** The object, or undefined for anything else. */
export function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects of a list; what is none of them is left out. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The last part of a path. */
export function baseName(path: unknown): string | undefined {
  return typeof path === 'string' ? path.slice(path.lastIndexOf('/') + 1) : undefined;
}

/** A path without its last part; undefined for names without any. */
export function directoryOf(path: unknown): string | undefined {
  if (typeof path !== 'string' || !path.includes('/')) return undefined;
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** `key=value` of members that are texts, sorted by key. */
export function pairsOf(value: unknown): readonly string[] {
  return Object.entries(objectOf(value) ?? {})
    .filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    .map(([key, text]) => `${key}=${text}`)
    .sort();
}
