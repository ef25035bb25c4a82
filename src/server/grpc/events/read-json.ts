/** Members of parsed JSON: what is not of the type that is asked for is as if it was not there. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether it is an object with members by name. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(from: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = from?.[key];
  return isJsonObject(value) ? value : undefined;
}

/** Empty where there is none, as in a message. */
export function textAt(from: JsonObject | undefined, key: string): string {
  const value = from?.[key];
  return typeof value === 'string' ? value : '';
}

export function numberAt(from: JsonObject | undefined, key: string): number | undefined {
  const value = from?.[key];
  return typeof value === 'number' ? value : undefined;
}

export function flagAt(from: JsonObject | undefined, key: string): boolean {
  return from?.[key] === true;
}

/** The objects of a list. */
export function objectsAt(from: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = from?.[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts of a list. */
export function textsAt(from: JsonObject | undefined, key: string): readonly string[] {
  const value = from?.[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
