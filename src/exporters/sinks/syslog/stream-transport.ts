/** A connection to a receiver of syslog over TCP or TLS. It has no acks: written is delivered. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { ExportError } from '../../errors.ts';
import { type TlsFiles, tlsOptions } from '../tls/compile-tls.ts';

export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  /** Over TLS when given, with the authorities of the system unless it names others. */
  readonly tls?: TlsFiles | undefined;
  readonly timeoutMs: number;
}

/** Sends texts that are framed already. */
export interface SyslogTransport {
  open(): Promise<void>;
  /** Rejects when not all of them are on their way in time. */
  send(texts: readonly string[]): Promise<void>;
  close(): void;
}

export class StreamTransport implements SyslogTransport {
  readonly #target: StreamTarget;
  #socket: Socket | undefined;
  /** Made and not connected yet. */
  #pending: Socket | undefined;
  #isClosed = false;

  constructor(target: StreamTarget) {
    this.#target = target;
  }

  async open(): Promise<void> {
    if (this.#isClosed) throw new ExportError('SINK_SYSLOG_FAILED', 'the agent ends');
    if (this.#socket?.writable === true) return;
    this.#socket?.destroy();
    this.#socket = await this.#connect();
  }

  async send(texts: readonly string[]): Promise<void> {
    await this.open();
    const socket = this.#socket;
    if (socket === undefined) throw new ExportError('SINK_SYSLOG_FAILED', 'no connection');
    await this.#inTime(
      socket,
      new Promise<void>((resolve, reject) => {
        const stop = (): void => reject(new Error('the connection was closed'));
        socket.once('close', stop);
        socket.write(texts.join(''), (error) => {
          socket.off('close', stop);
          if (error) reject(error);
          else resolve();
        });
      }),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#pending?.destroy();
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connect(): Promise<Socket> {
    const { host, port, tls } = this.#target;
    const socket =
      tls === undefined
        ? connectPlain({ host, port })
        : connectSecure({ host, port, ...serverName(host), ...tlsOptions(tls) });
    this.#pending = socket;
    // An error ends in `close`, which is what is waited for.
    let reason = 'it was closed';
    socket.on('error', (error) => {
      reason = error.message;
    });
    // What a receiver says is not read, but its end has to be seen.
    socket.resume();
    const ready = new Promise<void>((resolve, reject) => {
      socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('close', () => reject(new ExportError('SINK_SYSLOG_FAILED', reason)));
    });
    try {
      await this.#inTime(socket, ready);
      socket.setKeepAlive(true);
      return socket;
    } finally {
      this.#pending = undefined;
    }
  }

  /** A socket that is late is given up: nobody knows what of it has arrived. */
  async #inTime(socket: Socket, work: Promise<void>): Promise<void> {
    const { timeoutMs } = this.#target;
    const { promise: late, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      reject(new ExportError('SINK_SYSLOG_FAILED', `nothing was taken within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      await Promise.race([work, late]);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Certificates of addresses are checked too, but their servers are not asked by name. */
function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
