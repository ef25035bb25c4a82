/** A real nats-server on loopback, with its own port and directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { NatsConnection } from 'nats';
import { closeNats, connectNats } from '../../src/exporters/sinks/nats/connect.ts';
import type { NatsCredentials } from '../../src/exporters/sinks/nats/options.ts';
import { repositoryRoot } from './root.ts';

const CACHED = join(repositoryRoot(), '.cache', 'nats-server', 'usr', 'sbin', 'nats-server');

export class NatsProcess {
  readonly port: number;
  readonly #directory: string;
  readonly #settings: string;
  #child: ChildProcess | undefined;

  readonly #store: string;

  private constructor(port: number, settings: string, store: string | undefined) {
    this.port = port;
    this.#settings = settings;
    this.#directory = mkdtempSync(join(tmpdir(), 'warder-nats-'));
    this.#store = store ?? join(this.#directory, 'store');
  }

  /**
   * `settings` are lines of its configuration, beside address and JetStream, whose files are in
   * `store`.
   */
  static async start(t: TestContext, settings = '', store?: string): Promise<NatsProcess> {
    const server = await NatsProcess.begin(settings, store);
    t.after(() => server.end());
    return server;
  }

  /** The same, to be ended by whoever asks. */
  static async begin(settings = '', store?: string): Promise<NatsProcess> {
    const server = new NatsProcess(await freePort(), settings, store);
    await server.run();
    return server;
  }

  get url(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** A place for files that its settings name. */
  get directory(): string {
    return this.#directory;
  }

  /** Starts, or starts again with what it stored. */
  async run(): Promise<void> {
    const path = join(this.#directory, 'server.conf');
    const lines = [
      `listen: "127.0.0.1:${this.port}"`,
      // Also where the disk is smaller than what streams may come to have.
      `jetstream { store_dir: "${this.#store}", max_file_store: 16GB }`,
      `${this.#settings}\n`,
    ];
    writeFileSync(path, lines.join('\n'));
    const program = existsSync(CACHED) ? CACHED : 'nats-server';
    this.#child = spawn(program, ['-c', path], { stdio: 'ignore' });
    await answersAt(this.port);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A client for the time of the test, which leaves no socket behind when the server goes first. */
export async function connectTo(
  t: TestContext,
  server: NatsProcess,
  credentials: NatsCredentials = { kind: 'none' },
): Promise<NatsConnection> {
  const connection = await connectNats({ servers: [server.url], credentials, name: 'test' });
  t.after(() => closeNats(connection));
  return connection;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}

async function answersAt(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nats-server does not answer: run "node scripts/setup.mjs test"');
}
