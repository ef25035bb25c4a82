/** Reads what came from outside: everything may be missing or of another type. */

export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

/** An object, or one without fields. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : NOTHING;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Empty when it is not text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What is not text is left out. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The fields of metadata that say which object it is, and in which version. */
export interface ObjectIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

/** Undefined for what is no object of an API server. */
export function identityOf(object: unknown): ObjectIdentity | undefined {
  const metadata = fieldsOf(fieldsOf(object)['metadata']);
  const uid = textOf(metadata['uid']);
  const name = textOf(metadata['name']);
  const resourceVersion = textOf(metadata['resourceVersion']);
  if (uid === '' || name === '' || resourceVersion === '') return undefined;
  return { uid, name, resourceVersion, namespace: textOf(metadata['namespace']) };
}
