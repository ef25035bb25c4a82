/** Answers watches: what changed since a version, then what changes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusAnswer } from './answers.ts';
import { BodyWriter } from './body-writer.ts';
import type { Fault } from './faults.ts';
import type { Change, ObjectStore } from './object-store.ts';
import { apiVersionOf, type ResourceKind } from './resources.ts';
import type { Json, Selection, StoredObject } from './stored-object.ts';
import { columnsOf, toTable } from './table.ts';

export interface WatchRequest {
  readonly resource: ResourceKind;
  readonly selection: Selection;
  readonly query: URLSearchParams;
  readonly wantsTable: boolean;
  readonly fault: Fault | undefined;
}

/** Of a watch that is open. */
interface Watch {
  readonly resource: ResourceKind;
  readonly wantsBookmarks: boolean;
  send(type: string, object: Json): void;
  /** As a table, if one was asked for. */
  show(type: string, object: StoredObject): void;
  end(): void;
  drop(): void;
}

export class WatchHandler {
  readonly #store: ObjectStore;
  readonly #watches = new Set<Watch>();
  /** Whether a version that is forgotten is refused, or told in the stream. */
  tellsExpiryInStream = false;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get count(): number {
    return this.#watches.size;
  }

  answer(request: IncomingMessage, response: ServerResponse, watch: WatchRequest): void {
    const { selection, query, fault } = watch;
    const version = Number(query.get('resourceVersion') ?? 0);
    const isExpired = version > 0 && version < this.#store.oldestVersion;
    const expired = new StatusAnswer(410, 'Expired', `too old resource version: ${version}`);
    if (isExpired && !this.tellsExpiryInStream) throw expired;

    const open = this.#open(request, response, watch);
    if (isExpired) {
      open.send('ERROR', expired.body);
      open.end();
      return;
    }
    if (fault?.kind === 'error_event') {
      open.send('ERROR', new StatusAnswer(fault.code, fault.reason, 'a fault').body);
      open.end();
      return;
    }
    if (fault?.kind === 'text' && fault.isWhole) {
      open.end();
      return;
    }
    const tell = (change: Change): void => tellChange(open, selection, change);
    if (version === 0) this.#sendAll(open, watch);
    else this.#store.changesSince(version).forEach(tell);
    const stop = this.#store.onChange(tell);
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    const timer = seconds > 0 ? setTimeout(() => open.end(), seconds * 1000) : undefined;
    this.#watches.add(open);
    response.on('close', () => {
      stop();
      clearTimeout(timer);
      this.#watches.delete(open);
    });
  }

  /** To all watches that asked for them: that nothing else changed until now. */
  sendBookmarks(): void {
    const resourceVersion = String(this.#store.version);
    for (const watch of this.#watches) {
      const { kind } = watch.resource;
      const object = { kind, apiVersion: apiVersionOf(watch.resource) };
      if (watch.wantsBookmarks) {
        watch.send('BOOKMARK', { ...object, metadata: { resourceVersion } });
      }
    }
  }

  /** As servers do after a while. */
  endAll(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** As networks do. */
  dropAll(): void {
    for (const watch of this.#watches) watch.drop();
  }

  #open(request: IncomingMessage, response: ServerResponse, watch: WatchRequest): Watch {
    const writer = new BodyWriter(response, watch.fault);
    const { resource, wantsTable } = watch;
    const toContent = (item: StoredObject) => ({
      items: [item],
      metadata: { resourceVersion: item.metadata.resourceVersion },
      columns: columnsOf(this.#store, resource),
    });
    const send = (type: string, object: Json): void =>
      writer.write(`${JSON.stringify({ type, object })}\n`);
    return {
      resource,
      wantsBookmarks: watch.query.get('allowWatchBookmarks') === 'true',
      send,
      show: (type, item) => send(type, wantsTable ? toTable(resource, toContent(item)) : item),
      end: () => writer.end(),
      drop: () => request.socket.destroy(),
    };
  }

  #sendAll(open: Watch, { resource, selection }: WatchRequest): void {
    for (const object of this.#store.list(resource)) {
      if (selection.has(object)) open.show('ADDED', object);
    }
  }
}

/** An object that leaves the selection is gone for the watch, and the other way round. */
function tellChange(watch: Watch, selection: Selection, change: Change): void {
  const { resource, before, after, version } = change;
  if (resource !== watch.resource) return;
  const wasIn = selection.has(before);
  const isIn = selection.has(after);
  if (isIn && after) watch.show(wasIn ? 'MODIFIED' : 'ADDED', after);
  else if (wasIn && before) {
    const object = after ?? before;
    const metadata = { ...object.metadata, resourceVersion: String(version) };
    watch.show('DELETED', { ...object, metadata });
  }
}
