/** Answers everything that is about one object, or makes one. */
import { notFound, StatusAnswer } from './answers.ts';
import type { ObjectStore } from './object-store.ts';
import type { ResourceKind, ResourcePath } from './resources.ts';
import { type Json, jsonOf, mergePatch, type StoredObject } from './stored-object.ts';

const MERGE_PATCH = 'application/merge-patch+json';

export class WriteHandler {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get(path: ResourcePath): StoredObject {
    const { resource, name } = path;
    const object = this.#store.get(path);
    if (object === undefined) throw notFound(resource, name);
    return object;
  }

  create(path: ResourcePath, body: Json): StoredObject {
    const { resource } = path;
    const name = nameOf(body);
    const namespace = this.#namespaceOf(path, body);
    const key = { resource, namespace, name };
    if (this.#store.get(key) !== undefined) {
      const message = `${resource.plural} "${name}" already exists`;
      throw new StatusAnswer(409, 'AlreadyExists', message, { name, kind: resource.plural });
    }
    // Status has a path of its own.
    const { status: _, ...rest } = body;
    return this.#store.create(key, resource.isCustom ? rest : body);
  }

  replace(path: ResourcePath, body: Json): StoredObject {
    const before = this.get(path);
    const version = jsonOf(body['metadata'])['resourceVersion'];
    if (version !== undefined && version !== before.metadata.resourceVersion) {
      throw conflict(path.resource, path.name);
    }
    return this.#store.replace(path, before, visiblePart(path, before, body));
  }

  patch(path: ResourcePath, contentType: string, body: Json): StoredObject {
    if (contentType !== MERGE_PATCH) {
      const message = `the body of the request was in an unknown format: ${contentType}`;
      throw new StatusAnswer(415, 'UnsupportedMediaType', message);
    }
    const before = this.get(path);
    return this.replace(path, jsonOf(mergePatch(before, body)));
  }

  delete(path: ResourcePath): Json {
    const { resource, name } = path;
    const gone = this.#store.delete(path);
    if (gone === undefined) throw notFound(resource, name);
    const details = { name, group: resource.group, kind: resource.plural, uid: gone.metadata.uid };
    return { ...new StatusAnswer(200, '', '').body, details };
  }

  #namespaceOf({ resource, namespace }: ResourcePath, body: Json): string {
    const stated = jsonOf(body['metadata'])['namespace'];
    if (stated !== undefined && resource.isNamespaced && stated !== namespace) {
      const message = 'the namespace of the object does not match the namespace on the request';
      throw new StatusAnswer(400, 'BadRequest', message);
    }
    return namespace;
  }
}

function nameOf(body: Json): string {
  const { name, generateName } = jsonOf(body['metadata']);
  if (typeof name === 'string' && name !== '') return name;
  if (typeof generateName === 'string') return `${generateName}${process.hrtime.bigint()}`;
  throw new StatusAnswer(422, 'Invalid', 'metadata.name: Required value: name is required');
}

/** The path of the status changes the status only, and the other path everything else. */
function visiblePart(path: ResourcePath, before: StoredObject, body: Json): Json {
  if (path.subresource === 'status') return { ...before, status: body['status'] };
  if (!path.resource.isCustom) return body;
  const { status: _, ...rest } = body;
  return before['status'] === undefined ? rest : { ...rest, status: before['status'] };
}

function conflict({ plural }: ResourceKind, name: string): StatusAnswer {
  const message = `Operation cannot be fulfilled on ${plural} "${name}": it has been modified`;
  return new StatusAnswer(409, 'Conflict', message, { name, kind: plural });
}
