/** Receivers of syslog on loopback, over TCP, TLS and UDP. */
import { createSocket } from 'node:dgram';
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createSecure } from 'node:tls';
import type { Certificate } from './certificates.ts';

export class SyslogReceiver {
  /** Messages, without the numbers in front of them. */
  readonly messages: string[] = [];
  readonly sockets: Set<Socket> = new Set();
  connections = 0;
  readonly #server: Server;

  private constructor(certificate: Certificate | undefined) {
    const serve = (socket: Socket): void => this.#serve(socket);
    const { cert = '', key = '' } = certificate ?? {};
    this.#server =
      certificate === undefined ? createPlain(serve) : createSecure({ cert, key }, serve);
  }

  static async start(t: TestContext, certificate?: Certificate, port = 0): Promise<SyslogReceiver> {
    const receiver = new SyslogReceiver(certificate);
    await new Promise<void>((resolve) => receiver.#server.listen(port, '127.0.0.1', resolve));
    t.after(() => receiver.stop());
    return receiver;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      rest = this.#take(rest);
    });
  }

  /** Reads as many whole frames as there are; returns what is left. */
  #take(bytes: Buffer): Buffer<ArrayBuffer> {
    let rest = Buffer.from(bytes);
    for (;;) {
      const space = rest.indexOf(0x20);
      const length = Number(rest.subarray(0, Math.max(space, 0)).toString());
      if (space === -1 || rest.length < space + 1 + length) return rest;
      this.messages.push(rest.subarray(space + 1, space + 1 + length).toString('utf8'));
      rest = rest.subarray(space + 1 + length);
    }
  }
}

export async function datagramReceiver(
  t: TestContext,
): Promise<{ readonly port: number; readonly messages: readonly string[] }> {
  const socket = createSocket('udp4');
  const messages: string[] = [];
  socket.on('message', (bytes) => messages.push(bytes.toString('utf8')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  t.after(() => socket.close());
  return { port: socket.address().port, messages };
}
