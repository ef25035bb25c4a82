/** Reads values of Tetragon's keys that are JSON. */
import type { ConfigValue, Reading } from './tetragon-key.ts';

/** One object of JSON a line. */
export function readJsonLines(text: string): Reading {
  const lines = text.split('\n').map((line) => line.trim());
  const values: ConfigValue[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const value = parse(line);
    if (value === undefined)
      return { kind: 'invalid', reason: `line ${index + 1} is no object of JSON` };
    values.push(value);
  }
  return values.length === 0 ? { kind: 'nothing' } : { kind: 'value', value: values };
}

function parse(line: string): ConfigValue | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isMap(value) && isConfigValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JSON without null. */
function isConfigValue(value: unknown): value is ConfigValue {
  if (Array.isArray(value)) return value.every(isConfigValue);
  if (isMap(value)) return Object.values(value).every(isConfigValue);
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** An object that is no list. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
