/** Objects as the test's API server keeps them: JSON with metadata. */

export type Json = Readonly<Record<string, unknown>>;

export interface Metadata extends Json {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface StoredObject extends Json {
  readonly metadata: Metadata;
}

/** An object, or one without fields. */
export function jsonOf(value: unknown): Json {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object(value) : {};
}

/** A field of a field: `metadata.name`, `.spec.nodeName`. Undefined where there is none. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const name of path.split('.').filter((part) => part !== '')) value = jsonOf(value)[name];
  return value;
}

/** RFC 7386: null removes, objects are merged, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...jsonOf(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** Which objects a list or a watch is about: equality of fields and labels. */
export class Selection {
  readonly #namespace: string;
  readonly #conditions: readonly (readonly [path: readonly string[], isEqual: boolean, string])[];

  constructor(namespace: string, query: URLSearchParams) {
    this.#namespace = namespace;
    this.#conditions = [
      ...parseSelector(query.get('fieldSelector'), (key) => key.split('.')),
      ...parseSelector(query.get('labelSelector'), (key) => ['metadata', 'labels', key]),
    ];
  }

  has(object: StoredObject | undefined): boolean {
    if (object === undefined) return false;
    const { namespace = '' } = object.metadata;
    if (this.#namespace !== '' && namespace !== this.#namespace) return false;
    return this.#conditions.every(([path, isEqual, wanted]) => {
      let value: unknown = object;
      for (const name of path) value = jsonOf(value)[name];
      return (String(value ?? '') === wanted) === isEqual;
    });
  }
}

function parseSelector(
  text: string | null,
  pathOf: (key: string) => readonly string[],
): readonly (readonly [readonly string[], boolean, string])[] {
  const parts = (text ?? '').split(',').filter((part) => part !== '');
  return parts.map((part) => {
    const [key = '', value = ''] = part.split(/!=|==|=/);
    return [pathOf(key), !part.includes('!='), value] as const;
  });
}
