/** Syslog over UDP: each message is a datagram, and may be lost without anybody noticing. */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { ExportError } from '../../errors.ts';
import type { SyslogTransport } from './stream-transport.ts';

export interface DatagramTarget {
  readonly host: string;
  readonly port: number;
}

export class DatagramTransport implements SyslogTransport {
  readonly #target: DatagramTarget;
  #socket: Socket | undefined;
  #isClosed = false;
  /** Of the answers to earlier datagrams, such as that nobody listens there. */
  #error: Error | undefined;

  constructor(target: DatagramTarget) {
    this.#target = target;
  }

  async open(): Promise<void> {
    if (this.#isClosed) throw new ExportError('SINK_SYSLOG_FAILED', 'the agent ends');
    if (this.#socket !== undefined) return;
    const { host, port } = this.#target;
    try {
      const { address, family } = await lookup(host);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      socket.unref();
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        // Only a connected socket is told that nobody listens.
        socket.connect(port, address, resolve);
      });
      socket.removeAllListeners('error');
      socket.on('error', (error) => {
        this.#error = error;
      });
      this.#socket = socket;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExportError('SINK_SYSLOG_FAILED', reason, { cause: error });
    }
  }

  async send(texts: readonly string[]): Promise<void> {
    await this.open();
    try {
      for (const text of texts) await this.#sendOne(text);
      if (this.#error !== undefined) throw this.#error;
    } catch (error) {
      // The name may lead elsewhere by now.
      this.#drop();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #drop(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#error = undefined;
  }

  #sendOne(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (socket === undefined) return reject(new Error('the agent ends'));
      return socket.send(text, (error) => (error === null ? resolve() : reject(error)));
    });
  }
}
