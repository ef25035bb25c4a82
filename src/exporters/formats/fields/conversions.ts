/** What becomes of values on their way into a field. */
import { isIP } from 'node:net';
import type { Value } from '../reading/values.ts';
import type { Conversion } from './rows.ts';

/** Times as ms since 1970. */
export const AS_MS: Conversion = {
  says: 'ms since 1970',
  convert: (value) => (typeof value === 'string' ? Date.parse(value) : undefined),
};

/** Numbers in digits. */
export const AS_TEXT: Conversion = {
  says: 'as text',
  convert: (value) => (typeof value === 'number' ? String(value) : value),
};

export const AS_ONE_TEXT: Conversion = {
  says: 'joined by `, `',
  convert: (value) => (isList(value) ? value.join(', ') : value),
};

/** The only element of a list. */
export const AS_LIST: Conversion = { says: 'as a list', convert: (value) => [value].flat() };

export const ONLY_ADDRESSES: Conversion = {
  says: 'those that are addresses',
  convert: (value) => (isList(value) ? value.filter((text) => isIP(text) !== 0) : undefined),
};

/** One value for each of a few; `other` for the rest, or nothing. */
export function byTable(
  table: Readonly<Record<string, string | number | readonly string[]>>,
  other?: string | number,
): Conversion {
  const pairs = Object.entries(table).map(([from, to]) => `${from} → ${[to].flat().join(' ')}`);
  return {
    says: [...pairs, ...(other === undefined ? [] : [`else ${other}`])].join(', '),
    convert: (value) => {
      const key = String(value);
      return Object.hasOwn(table, key) ? table[key] : other;
    },
  };
}

/** The hash in `algorithm:hash`, if it is of that algorithm. */
export function hashOf(value: Value, algorithm: string): string | undefined {
  const [name, hash = ''] = String(value).split(':', 2);
  return name === algorithm && /^[\da-f]{32,128}$/.test(hash) ? hash : undefined;
}

export function isList(value: Value): value is readonly string[] {
  return typeof value !== 'string' && typeof value !== 'number';
}
