/** The objects of an API server, with versions and the changes that led to them. */

/** An object as it is stored. */
export interface StoredObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

/** One kind of objects. Changes are kept until they are compacted. */
export class ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #nextVersion: () => number;
  readonly #watchers = new Set<(change: Change) => void>();
  #changes: Change[] = [];
  /** Changes up to this one are forgotten. */
  #compacted = 0;
  /** Nothing changed after it. */
  latest = 0;

  constructor(nextVersion: () => number) {
    this.#nextVersion = nextVersion;
  }

  get(name: string, namespace = ''): StoredObject | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  list(): readonly StoredObject[] {
    return [...this.#objects.values()];
  }

  put(object: StoredObject): StoredObject {
    const { name, namespace = '' } = object.metadata;
    const key = `${namespace}/${name}`;
    const known = this.#objects.get(key);
    const version = this.#nextVersion();
    const stored: StoredObject = {
      ...object,
      metadata: {
        uid: known?.metadata['uid'] ?? `uid-${version}`,
        creationTimestamp: known?.metadata['creationTimestamp'] ?? new Date().toISOString(),
        generation: known === undefined ? 1 : generationOf(known, object),
        ...object.metadata,
        resourceVersion: String(version),
      },
    };
    this.#objects.set(key, stored);
    this.#tell({ version, type: known === undefined ? 'ADDED' : 'MODIFIED', object: stored });
    return stored;
  }

  delete(name: string, namespace = ''): StoredObject | undefined {
    const key = `${namespace}/${name}`;
    const known = this.#objects.get(key);
    if (known === undefined) return undefined;
    this.#objects.delete(key);
    const version = this.#nextVersion();
    const object = { ...known, metadata: { ...known.metadata, resourceVersion: String(version) } };
    this.#tell({ version, type: 'DELETED', object });
    return object;
  }

  /** Changes after a version; undefined when they are forgotten. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#compacted) return undefined;
    return this.#changes.filter((change) => change.version > version);
  }

  subscribe(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Forgets all changes so far, as servers do after some minutes. */
  compact(): void {
    this.#compacted = this.#nextVersion();
    this.latest = this.#compacted;
    this.#changes = [];
  }

  #tell(change: Change): void {
    this.#changes.push(change);
    this.latest = change.version;
    for (const watcher of this.#watchers) watcher(change);
  }
}

function generationOf(known: StoredObject, next: StoredObject): number {
  const generation = Number(known.metadata['generation'] ?? 1);
  const isSame = JSON.stringify(known['spec']) === JSON.stringify(next['spec']);
  return isSame ? generation : generation + 1;
}

/** `spec.nodeName=a,metadata.name=b`; fields of fields by their path. */
export function isSelected(object: StoredObject, query: URLSearchParams): boolean {
  const fields = (query.get('fieldSelector') ?? '').split(',').filter((part) => part !== '');
  return fields.every((field) => {
    const [path = '', value = ''] = field.split('=');
    let found: unknown = object;
    for (const step of path.split('.')) found = { ...Object(found) }[step];
    return found === value;
  });
}
