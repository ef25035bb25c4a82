/** Answers lists: whole, or page by page from one snapshot. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { StatusAnswer, toList } from './answers.ts';
import { BodyWriter } from './body-writer.ts';
import type { Fault } from './faults.ts';
import type { ObjectStore } from './object-store.ts';
import type { ResourceKind } from './resources.ts';
import type { Selection, StoredObject } from './stored-object.ts';
import { columnsOf, toTable } from './table.ts';

export interface ListRequest {
  readonly resource: ResourceKind;
  readonly selection: Selection;
  readonly query: URLSearchParams;
  readonly wantsTable: boolean;
  readonly fault: Fault | undefined;
}

interface Snapshot {
  readonly version: number;
  readonly rest: readonly StoredObject[];
}

export class ListHandler {
  readonly #store: ObjectStore;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  answer(response: ServerResponse, request: ListRequest): void {
    const page = this.#readPage(request);
    const { resource, fault, wantsTable } = request;
    const { items, metadata } = page;
    const list = wantsTable
      ? toTable(resource, { items, metadata, columns: columnsOf(this.#store, resource) })
      : toList(resource, items, metadata);
    const writer = new BodyWriter(response, fault);
    writer.write(JSON.stringify(list));
    writer.end();
  }

  #readPage({ resource, selection, query }: ListRequest) {
    const snapshot = this.#findSnapshot(resource, selection, query.get('continue'));
    const limit = Number(query.get('limit') ?? 0) || snapshot.rest.length;
    const items = snapshot.rest.slice(0, limit);
    const rest = snapshot.rest.slice(limit);
    const resourceVersion = String(snapshot.version);
    if (rest.length === 0) return { items, metadata: { resourceVersion } };
    const token = randomUUID();
    this.#snapshots.set(token, { version: snapshot.version, rest });
    const metadata = { resourceVersion, continue: token, remainingItemCount: rest.length };
    return { items, metadata };
  }

  #findSnapshot(resource: ResourceKind, selection: Selection, token: string | null): Snapshot {
    if (token === null || token === '') {
      const rest = this.#store.list(resource).filter((object) => selection.has(object));
      return { version: this.#store.version, rest };
    }
    const snapshot = this.#snapshots.get(token);
    if (snapshot !== undefined && snapshot.version >= this.#store.oldestVersion) return snapshot;
    throw new StatusAnswer(410, 'Expired', 'the provided continue parameter is too old');
  }
}
