/** Members of JSON of any shape, as the types that are hoped for. */

export type JsonMap = Readonly<Record<string, unknown>>;

/** An empty map for whatever is none. */
export function mapOf(value: unknown): JsonMap {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as JsonMap) : {};
}

/** '' for what is no text and no number. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An empty map for a text that is no JSON, or JSON of something else. */
export function parseMap(text: string): JsonMap {
  try {
    return mapOf(JSON.parse(text));
  } catch {
    return {};
  }
}
