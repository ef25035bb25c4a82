/** Connects to NATS, and sees to it that no socket of it outlives its use. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { NatsConnection } from 'nats';
import { connectionOptions, type NatsServer } from './options.ts';

/** How long what is written may take to leave when a connection is closed. */
const CLOSE_MS = 1000;

/** Of Node: told of each socket that is made, by whoever makes it. */
const CHANNEL = 'net.client.socket';

/**
 * The library never closes a socket whose server said nothing: each try would keep one, and the
 * process. It does one try after another, so that a new socket is the end of the one before.
 */
class Sockets {
  #last: Socket | undefined;
  #isClosed = false;

  take(socket: Socket): void {
    this.#last?.destroy();
    this.#last = socket;
    if (this.#isClosed) this.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#last?.destroy();
    this.#last = undefined;
  }
}

const current = new AsyncLocalStorage<Sockets>();
const socketsOf = new WeakMap<NatsConnection, Sockets>();
let users = 0;

/** As connect of the library, which is loaded now; to be closed by `closeNats`. */
export async function connectNats(server: NatsServer): Promise<NatsConnection> {
  const { connect } = await import('nats');
  const options = await connectionOptions(server);
  const sockets = new Sockets();
  follow(1);
  try {
    const connection = await current.run(sockets, () => connect(options));
    socketsOf.set(connection, sockets);
    connection.closed().then(
      () => end(sockets),
      () => end(sockets),
    );
    return connection;
  } catch (error) {
    end(sockets);
    throw error;
  }
}

/** Lets what is written leave, but for a server that takes nothing. Never rejects. */
export async function closeNats(connection: NatsConnection): Promise<void> {
  const timer = setTimeout(() => socketsOf.get(connection)?.close(), CLOSE_MS);
  const closed = connection.close().catch(() => undefined);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const end = setTimeout(resolve, CLOSE_MS + 100);
  await Promise.race([closed, late]);
  clearTimeout(timer);
  clearTimeout(end);
}

function end(sockets: Sockets): void {
  sockets.close();
  follow(-1);
}

/** Listens while there are connections. */
function follow(change: 1 | -1): void {
  const before = users;
  users += change;
  if (before === 0) subscribe(CHANNEL, onSocket);
  if (users === 0) unsubscribe(CHANNEL, onSocket);
}

/** The context tells whose socket it is, also of one that the library makes later by itself. */
function onSocket(message: unknown): void {
  const isOne = typeof message === 'object' && message !== null && 'socket' in message;
  if (isOne && message.socket instanceof Socket) current.getStore()?.take(message.socket);
}
