/** The watch of an API server: changes since a version, one to a line. */
import type { ServerResponse } from 'node:http';
import { apiVersionOf, type ServedKind } from './api-kinds.ts';
import type { Fault } from './fault.ts';
import { type Change, isSelected, type ObjectStore } from './object-store.ts';

export interface ServedWatch {
  readonly store: ObjectStore;
  readonly kind: ServedKind;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
}

/** Milliseconds between bytes of a slow server. */
const BYTE_MS = 1;

/** Writes changes until the client goes away, or the fault says otherwise. */
export function serveWatch({ store, kind, query, response, fault }: ServedWatch): void {
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  const missed = store.since(Number(query.get('resourceVersion') ?? 0));
  if (missed === undefined || fault?.kind === 'gone') {
    const object = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 };
    response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    return;
  }
  response.flushHeaders();
  let writing = Promise.resolve();
  const write = (change: Change): void => {
    if (!isSelected(change.object, query)) return;
    const line = `${JSON.stringify({ type: change.type, object: change.object })}\n`;
    if (fault?.kind === 'half') {
      response.write(line.slice(0, line.length / 2));
      setTimeout(() => response.destroy(), 10);
      return;
    }
    if (fault?.kind === 'slow') writing = writing.then(() => writeSlowly(response, line));
    else response.write(line);
  };
  for (const change of missed) write(change);
  const end = store.subscribe(write);
  const bookmarks = setInterval(() => {
    if (query.get('allowWatchBookmarks') !== 'true' || fault !== undefined) return;
    const known = Number(query.get('resourceVersion') ?? 0);
    const metadata = { resourceVersion: String(Math.max(known, store.latest)) };
    const object = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }, 200);
  response.on('close', () => {
    clearInterval(bookmarks);
    end();
  });
}

async function writeSlowly(response: ServerResponse, text: string): Promise<void> {
  for (const byte of Buffer.from(text)) {
    response.write(Uint8Array.of(byte));
    await new Promise((resolve) => setTimeout(resolve, BYTE_MS));
  }
}
