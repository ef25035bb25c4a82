/** Values of a message by their names, each of the type that its name promises. */
import { isIP } from 'node:net';
import { textOf } from './json.ts';
import { SOURCES, type SourceName, type SourceType } from './sources.ts';

export type Value = string | number | readonly string[];

export type Values = Readonly<Partial<Record<SourceName, Value>>>;

/** What a reader found; nothing is known of the types yet. */
export type Found = Readonly<Partial<Record<SourceName, unknown>>>;

const NAMES = Object.keys(SOURCES) as readonly SourceName[];

/** Takes what is of its type; the rest is left out, as bodies may be of any shape. */
export function checkValues(found: Found): Values {
  const values: Partial<Record<SourceName, Value>> = {};
  for (const name of NAMES) {
    const raw = found[name];
    const value = raw === undefined ? undefined : CHECKS[SOURCES[name][0]](raw);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const TIME = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,9})?Z$/;

const CHECKS: Readonly<Record<SourceType, (value: unknown) => Value | undefined>> = {
  text: textOf,
  // A fraction or more than 53 bits would not be the number that was meant.
  number: (value) => (Number.isSafeInteger(value) ? Number(value) : undefined),
  time: (value) => {
    const text = textOf(value);
    return text !== undefined && TIME.test(text) && Date.parse(text) >= 0 ? text : undefined;
  },
  ip: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  texts: (value) => {
    if (!Array.isArray(value)) return undefined;
    const texts = value.map(textOf).filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : texts;
  },
};
