/** A receiver of webhooks that answers as a test says, with bytes rather than with good manners. */
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { answer, type Behaviour } from './hostile-behaviours.ts';

export interface ReceivedRequest {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class HostileReceiver {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  behave: Behaviour = answer('200 OK');
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(t: TestContext): Promise<HostileReceiver> {
    const receiver = new HostileReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      for (const socket of receiver.#sockets) socket.destroy();
      receiver.#server.close();
    });
    return receiver;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    let isDone = false;
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const request = isDone ? undefined : parse(text);
      if (request === undefined) return;
      isDone = true;
      this.requests.push(request);
      this.behave(socket);
    });
  }
}

function parse(text: string): ReceivedRequest | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...rest] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    rest.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  const body = text.slice(end + 4);
  if (body.length < Number(headers['content-length'] ?? 0)) return undefined;
  return { line, headers, body: Buffer.from(body, 'latin1').toString('utf8') };
}
