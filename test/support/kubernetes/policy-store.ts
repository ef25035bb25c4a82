/** Policies and events as an API server keeps them, with its answers to requests about them. */
import { checkObject } from './custom-resource-server.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** Where an object is; the namespace of cluster policies is empty. */
export interface ObjectPlace {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Objects by place, with versions that count up. */
export class PolicyStore {
  /** Bodies of the patches that were asked for, also of those that were refused. */
  readonly patches: Json[] = [];
  readonly events: Map<string, Json> = new Map();
  readonly #objects = new Map<string, Json>();
  #version = 100;
  #uids = 0;

  /** Creates a policy, or changes its spec, and returns its metadata. */
  put(place: ObjectPlace): { readonly uid: string; readonly generation: number } {
    const { kind, namespace, name } = place;
    const before = this.#objects.get(keyOf(place));
    const { uid = `uid-${++this.#uids}`, generation = 0 } = Object(before?.['metadata']);
    const metadata = {
      name,
      ...(namespace !== '' && { namespace }),
      uid,
      generation: generation + 1,
      resourceVersion: String(++this.#version),
    };
    const spec = { kprobes: [{ call: 'sys_mount' }] };
    const apiVersion = 'cilium.io/v1alpha1';
    this.#objects.set(keyOf(place), { ...before, apiVersion, kind, metadata, spec });
    return { uid, generation: generation + 1 };
  }

  remove(place: ObjectPlace): void {
    this.#objects.delete(keyOf(place));
  }

  statusOf(place: ObjectPlace): unknown {
    return this.#objects.get(keyOf(place))?.['status'];
  }

  /** Writes a status as another node would, whatever it says. */
  setStatus(place: ObjectPlace, status: unknown): void {
    this.#store(place, { ...this.#objects.get(keyOf(place)), status });
  }

  read(place: ObjectPlace): Answer {
    const found = this.#objects.get(keyOf(place));
    return found === undefined ? failure(404, 'not found') : { status: 200, body: found };
  }

  patchStatus(place: ObjectPlace, patch: Json): Answer {
    this.patches.push(patch);
    const found = this.#objects.get(keyOf(place));
    if (found === undefined) return failure(404, 'not found');
    // Of the metadata, nothing else counts when a status is written: not even a wrong uid.
    const { resourceVersion } = Object(patch['metadata']);
    const metadata = Object(found['metadata']);
    if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
      return failure(409, 'the object has been modified');
    }
    const changed = { ...found, status: merge(found['status'], patch['status']) };
    const problems = checkObject(changed);
    if (problems.length > 0) return failure(422, problems.join('; '));
    return { status: 200, body: this.#store(place, changed) };
  }

  createEvent(namespace: string, event: Json): Answer {
    const { name } = Object(event['metadata']);
    const key = `${namespace}/${name}`;
    if (this.events.has(key)) return failure(409, `events "${name}" already exists`);
    this.events.set(key, event);
    return { status: 201, body: event };
  }

  #store(place: ObjectPlace, object: Json): Json {
    const metadata = { ...Object(object['metadata']), resourceVersion: String(++this.#version) };
    const stored = { ...object, metadata };
    this.#objects.set(keyOf(place), stored);
    return stored;
  }
}

function keyOf({ kind, namespace, name }: ObjectPlace): string {
  return `${kind} ${namespace}/${name}`;
}

/** As API servers say what went wrong. */
export function failure(status: number, message: string): Answer {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message } };
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
