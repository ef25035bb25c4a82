/** Reads headers that a configuration adds to requests. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { ConfigPlace, SecretSource } from '../../../model/config-place.ts';

/** What the sink says itself, or what says where a request ends. */
const RESERVED = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** Values may be secrets. Undefined when the place has no value. */
export function compileHeaders(
  place: ConfigPlace,
  source: SecretSource,
): Readonly<Record<string, string>> | undefined {
  if (place.isAbsent) return undefined;
  const headers = place.entries().map(([name, at]) => {
    const lower = name.toLowerCase();
    const value = at.required().secret(source) ?? '';
    if (RESERVED.has(lower) || lower.startsWith('webhook-')) {
      at.report('CONFIG_VALUE_INVALID', `the header "${name}" is the sink's own`);
    }
    if (!isPossible(name, value)) {
      at.report('CONFIG_VALUE_INVALID', 'HTTP has no header with this name or such a value');
    }
    return [lower, value] as const;
  });
  return Object.fromEntries(headers);
}

function isPossible(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
