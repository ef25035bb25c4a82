/** Options of gRPC, and how its server goes with the other one. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createRunCommand } from '../../../src/cli/commands/run.ts';
import { type GrpcRequest, openGrpc } from '../../../src/cli/grpc.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { FakeIo, waitUntil } from './fake-io.ts';
import { RunnableAgent } from './run-bench.ts';

interface Run {
  readonly code: number;
  readonly io: FakeIo;
  readonly steps: readonly string[];
  readonly request: GrpcRequest | undefined;
}

/** One run that is stopped as soon as it is armed. */
async function run(...words: readonly string[]): Promise<Run> {
  const io = new FakeIo({});
  const steps: string[] = [];
  let request: GrpcRequest | undefined;
  const serverOf = (name: string): Awaited<ReturnType<typeof openGrpc>> => ({
    async listen() {
      steps.push(`${name} listens`);
      return name;
    },
    async close() {
      steps.push(`${name} closes`);
    },
  });
  const command = createRunCommand({
    startAgent: async () => new RunnableAgent(),
    createServer: async () => serverOf('http'),
    createMetricsServer: async () => serverOf('metrics'),
    async openGrpc(given) {
      request = given;
      return serverOf('grpc');
    },
  });
  let isOver = false;
  const code = runCli(['run', '--no-pins', ...words], [command], io).finally(() => {
    isOver = true;
  });
  await waitUntil(() => isOver || /^armed$/m.test(io.out));
  io.send('SIGTERM');
  return { code: await code, io, steps, request };
}

describe('warder run', () => {
  it('has no gRPC unless it is asked for', async () => {
    const { steps, request } = await run();

    assert.deepStrictEqual(steps, ['http listens', 'http closes']);
    assert.equal(request, undefined);
  });

  it('serves gRPC beside the other API, and closes it first', async () => {
    const { steps, request, io } = await run(
      ...['--grpc-address', 'unix:///run/a.sock', '--grpc-address', '[::1]:5000'],
      ...['--grpc-tls-cert', 'c', '--grpc-tls-key', 'k', '--grpc-tls-client-ca', 'a'],
      ...['--node-name', 'n'],
    );

    const tls = { certFile: 'c', keyFile: 'k', clientCaFile: 'a' };
    assert.deepStrictEqual(steps, ['http listens', 'grpc listens', 'grpc closes', 'http closes']);
    assert.deepStrictEqual(request?.addresses, [
      { kind: 'unix', path: '/run/a.sock' },
      { kind: 'tcp', host: '::1', port: 5000, tls },
    ]);
    assert.equal(request.nodeName, 'n');
    assert.match(io.out, /^api: http, grpc$/m);
  });

  it('serves gRPC where clients of Tetragon look', async () => {
    const { request } = await run('--tetragon-compat');

    assert.deepStrictEqual(request?.addresses, [
      { kind: 'unix', path: '/var/run/tetragon/tetragon.sock' },
    ]);
    assert.equal(request.infoFile, '/var/run/tetragon/tetragon-info.json');
  });

  const refused: readonly (readonly string[])[] = [
    ['--grpc-address', 'localhost:54321'],
    ['--grpc-address', 'unix:relative.sock'],
    ['--grpc-address', 'nonsense'],
    ['--grpc-address', 'a:70000', ...['--grpc-tls-cert', 'c', '--grpc-tls-key', 'k']],
    ['--grpc-address', 'unix:/a.sock', '--grpc-tls-cert', 'c'],
  ];
  for (const words of refused) {
    it(`refuses ${words.join(' ')}`, async () => {
      const { code, io } = await run(...words);

      assert.equal(code, 2);
      assert.match(io.err, /CONFIG_OPTION_INVALID.*--grpc/);
    });
  }
});

describe('openGrpc', () => {
  it('leaves the file of another agent, which listens there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'warder-info-'));
    const infoFile = join(directory, 'tetragon-info.json');
    writeFileSync(infoFile, 'of another');
    const path = join(directory, 'no-socket');
    writeFileSync(path, '');
    const server = await openGrpc({
      ...{ api: new RunnableAgent(), logger: silentLogger, nodeName: 'n', infoFile },
      addresses: [{ kind: 'unix', path }],
      logLevel: { level: () => 'info', setLevel: () => undefined },
    });

    await assert.rejects(server.listen(), /is not a socket/);
    await server.close();

    assert.equal(readFileSync(infoFile, 'utf8'), 'of another');
    rmSync(directory, { recursive: true });
  });

  it('says in a file where it is, while it is there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'warder-info-'));
    const infoFile = join(directory, 'deep', 'tetragon-info.json');
    const path = join(directory, 'grpc.sock');
    const server = await openGrpc({
      ...{ api: new RunnableAgent(), logger: silentLogger, nodeName: 'n', infoFile },
      addresses: [{ kind: 'unix', path }],
      logLevel: { level: () => 'info', setLevel: () => undefined },
    });

    const address = await server.listen();
    const info: unknown = JSON.parse(readFileSync(infoFile, 'utf8'));
    await server.close();

    assert.equal(address, `unix://${path}`);
    assert.deepStrictEqual(info, {
      ...{ export_fname: '', lib_dir: '', btf_fname: '/sys/kernel/btf/vmlinux' },
      server_address: `unix://${path}`,
      ...{ metrics_address: '', gops_address: '', map_dir: '', pid: process.pid },
    });
    assert.deepStrictEqual([existsSync(infoFile), existsSync(path)], [false, false]);
    rmSync(directory, { recursive: true });
  });
});
