/** Keeps the objects of the test's API server, with versions and what changed between them. */
import { randomUUID } from 'node:crypto';
import { apiVersionOf, DEFINITIONS, type ResourceKind } from './resources.ts';
import { type Json, jsonOf, type StoredObject } from './stored-object.ts';

/** One change: an object that is new has no `before`, one that is gone no `after`. */
export interface Change {
  readonly version: number;
  readonly resource: ResourceKind;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

export interface ObjectKey {
  readonly resource: ResourceKind;
  readonly namespace: string;
  readonly name: string;
}

const FIRST_VERSION = 1000;

export class ObjectStore {
  readonly #objects = new Map<string, { resource: ResourceKind; object: StoredObject }>();
  readonly #listeners = new Set<(change: Change) => void>();
  #changes: Change[] = [];
  #version = FIRST_VERSION;
  #oldest = FIRST_VERSION;

  get version(): number {
    return this.#version;
  }

  /** Versions before this one are forgotten. */
  get oldestVersion(): number {
    return this.#oldest;
  }

  /** Forgets what changed until now, as etcd does every five minutes. */
  compact(): void {
    this.#changes = [];
    this.#oldest = this.#version;
  }

  /** Lets the version grow as if something else had changed. */
  touch(): void {
    this.#version += 1;
  }

  get(key: ObjectKey): StoredObject | undefined {
    return this.#objects.get(keyText(key))?.object;
  }

  /** In the order of their keys, as pages are cut. */
  list(resource: ResourceKind): readonly StoredObject[] {
    return [...this.#objects]
      .filter(([, entry]) => entry.resource === resource)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, entry]) => entry.object);
  }

  /** The CustomResourceDefinition of a resource, if somebody created it. */
  definitionOf({ plural, group }: ResourceKind): StoredObject | undefined {
    return this.get({ resource: DEFINITIONS, namespace: '', name: `${plural}.${group}` });
  }

  changesSince(version: number): readonly Change[] {
    return this.#changes.filter((change) => change.version > version);
  }

  /** Adds what makes it an object of a server; the key must be free. */
  create(key: ObjectKey, body: Json): StoredObject {
    const { resource, namespace, name } = key;
    const creationTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
    const metadata = {
      ...jsonOf(body['metadata']),
      name,
      ...(namespace === '' ? {} : { namespace }),
      uid: String(jsonOf(body['metadata'])['uid'] ?? randomUUID()),
      creationTimestamp,
      ...(resource.isCustom ? { generation: 1 } : {}),
    };
    return this.#put(key, { ...body, ...typeOf(resource), metadata });
  }

  /** Nothing changes when nothing would. */
  replace(key: ObjectKey, before: StoredObject, body: Json): StoredObject {
    const { uid, creationTimestamp, generation, resourceVersion, namespace } = before.metadata;
    const isOther = JSON.stringify(body['spec']) !== JSON.stringify(before['spec']);
    const metadata = {
      ...jsonOf(body['metadata']),
      name: key.name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
      ...(generation === undefined ? {} : { generation: generation + (isOther ? 1 : 0) }),
    };
    const after = { ...body, ...typeOf(key.resource), metadata };
    if (sameJson(before, after)) return before;
    return this.#put(key, after);
  }

  delete(key: ObjectKey): StoredObject | undefined {
    const before = this.get(key);
    if (before === undefined) return undefined;
    this.#version += 1;
    this.#objects.delete(keyText(key));
    this.#announce({ version: this.#version, resource: key.resource, before, after: undefined });
    return before;
  }

  /** Returns the end of listening. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(key: ObjectKey, body: Json & { metadata: Json & { name: string; uid: string } }) {
    const before = this.get(key);
    this.#version += 1;
    const metadata = { ...body.metadata, resourceVersion: String(this.#version) };
    const object: StoredObject = { ...body, metadata };
    this.#objects.set(keyText(key), { resource: key.resource, object });
    this.#announce({ version: this.#version, resource: key.resource, before, after: object });
    return object;
  }

  #announce(change: Change): void {
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}

function typeOf(resource: ResourceKind): Json {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function keyText({ resource, namespace, name }: ObjectKey): string {
  return `${resource.group}/${resource.plural}/${namespace}/${name}`;
}

/** The order of fields does not matter. */
function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sortFields) === JSON.stringify(other, sortFields);
}

function sortFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort());
}
