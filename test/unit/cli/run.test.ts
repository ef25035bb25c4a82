/** `warder run` around an agent without a kernel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Agent, AgentOptions, FileDiagnostics } from '../../../src/cli/agent-options.ts';
import { createRunCommand } from '../../../src/cli/commands/run.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { CodedError } from '../../../src/model/errors.ts';
import type { PolicyReport } from '../../../src/model/policy.ts';
import { DIAGNOSTIC, FakeAgent, POLICIES } from '../server/fake-agent.ts';
import { FakeIo, type FakeIoOptions, waitUntil } from './fake-io.ts';

const LINE = JSON.stringify({
  process_exec: { process: { binary: '/bin/ls' } },
  node_name: 'node-1',
});
const COMPACT = '🚀 process node-1 /bin/ls\n';
const ENABLED = POLICIES.slice(0, 1);

class RunnableAgent extends FakeAgent implements Agent {
  diagnostics: readonly FileDiagnostics[] = [];
  statuses: readonly PolicyReport[] = ENABLED;
  onClose = (): void => undefined;

  override policies(): readonly PolicyReport[] {
    return this.statuses;
  }

  async close(): Promise<void> {
    this.onClose();
  }
}

interface Bench {
  readonly io: FakeIo;
  readonly agent: RunnableAgent;
  readonly steps: string[];
  options(): AgentOptions;
  run(...words: readonly string[]): Promise<number>;
}

interface BenchOptions extends FakeIoOptions {
  readonly startError?: Error;
  readonly listenError?: Error;
}

function makeBench(bench: BenchOptions = {}): Bench {
  const io = new FakeIo(bench);
  const agent = new RunnableAgent();
  const steps: string[] = [];
  let given: AgentOptions | undefined;
  const command = createRunCommand({
    async startAgent(options) {
      given = options;
      if (bench.startError !== undefined) throw bench.startError;
      options.onLines([LINE]);
      steps.push('agent started');
      agent.onClose = () => {
        options.onLines([LINE]);
        steps.push('agent closed');
      };
      return agent;
    },
    createServer: async ({ socketPath }) => ({
      async listen() {
        if (bench.listenError !== undefined) throw bench.listenError;
        steps.push('server listening');
        return socketPath;
      },
      close: async () => void steps.push('server closed'),
    }),
    openGrpc: async ({ addresses }) => ({
      async listen() {
        steps.push('gRPC listening');
        return addresses.map((address) => (address.kind === 'unix' ? address.path : '')).join();
      },
      close: async () => void steps.push('gRPC closed'),
    }),
  });
  return {
    io,
    agent,
    steps,
    options() {
      assert.ok(given !== undefined);
      return given;
    },
    run: (...words) => runCli(['run', ...words], [command], io),
  };
}

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-run-'));
  writeFileSync(join(directory, 'a.yaml'), 'knd: x\n');
});
after(() => rmSync(directory, { recursive: true }));

function hasBanner(io: FakeIo): boolean {
  return /^armed$/m.test(io.out) || /^armed$/m.test(io.err);
}

describe('run', () => {
  it('prints the banner, then events, then a summary, and closes in order', async () => {
    const { io, steps, run, options } = makeBench();

    const code = run('--socket', '/x.sock');
    await waitUntil(() => hasBanner(io));
    options().onLines([LINE]);
    io.send('SIGTERM');

    assert.equal(await code, 0);
    const [banner, rest] = io.out.split('\narmed\n');
    assert.ok(banner?.startsWith('Warder 1.2.3 on Linux 6.18.5 x86_64\n'), banner);
    assert.ok(banner?.endsWith('\napi: /x.sock'), banner);
    assert.match(rest ?? '', new RegExp(`^(${COMPACT}){3}stopped after .*, 7 lost\n$`));
    assert.deepStrictEqual(steps, [
      'agent started',
      'server listening',
      'server closed',
      'agent closed',
    ]);
    assert.equal(io.listeners, 0);
  });

  it('prints nothing but events to standard output with --output json', async () => {
    const { io, run } = makeBench();

    const code = run('--output', 'json');
    await waitUntil(() => hasBanner(io));
    io.send('SIGINT');

    assert.equal(await code, 0);
    assert.equal(io.out, `${LINE}\n${LINE}\n`);
    assert.match(io.err, /^Warder 1\.2\.3 [\s\S]*\narmed\n[\s\S]*stopped after /);
  });

  it('hands the agent what it was told', async () => {
    const { io, run, options } = makeBench({ env: { NODE_NAME: 'from-env' } });

    const code = run(
      '-p',
      directory,
      '--hook-time',
      '--expose-stack-addresses',
      '--cluster-name',
      'c',
    );
    await waitUntil(() => hasBanner(io));
    io.send('SIGINT');
    await code;

    const { policyFiles, nodeName, clusterName, hasHookTime, exposesStackAddresses } = options();
    assert.deepStrictEqual(
      { policyFiles, nodeName, clusterName, hasHookTime, exposesStackAddresses },
      {
        policyFiles: [{ file: join(directory, 'a.yaml'), text: 'knd: x\n' }],
        nodeName: 'from-env',
        clusterName: 'c',
        hasHookTime: true,
        exposesStackAddresses: true,
      },
    );
  });

  it('shows what is wrong with a policy and goes on with the others', async () => {
    const { io, agent, run } = makeBench();
    agent.diagnostics = [{ file: 'a.yaml', text: 'knd: x\n', diagnostics: [DIAGNOSTIC] }];

    const code = run();
    await waitUntil(() => hasBanner(io));
    io.send('SIGINT');

    assert.equal(await code, 0);
    assert.match(io.err, /^error\[POLICY_FIELD_UNKNOWN\][\s\S]*\n1 \| knd: x\n {2}\| \^\^\^\n/);
  });

  it('does not run with such a policy when it is strict', async () => {
    const { io, agent, steps, run } = makeBench();
    agent.diagnostics = [{ file: 'a.yaml', text: 'knd: x\n', diagnostics: [DIAGNOSTIC] }];
    agent.statuses = POLICIES;

    const code = await run('--strict');

    assert.deepStrictEqual([code, io.out], [1, '']);
    assert.match(
      io.err,
      /\nerror\[CONFIG_POLICY_UNENFORCED\]: not in force: a\.yaml, deny-link \(this kernel has no /,
    );
    assert.deepStrictEqual(steps, ['agent started', 'agent closed']);
  });

  it('runs when it is strict and everything is in force', async () => {
    const { io, run } = makeBench();

    const code = run('--strict');
    await waitUntil(() => hasBanner(io));
    io.send('SIGINT');

    assert.equal(await code, 0);
  });

  it('says why the agent could not start', async () => {
    const startError = new CodedError('ENGINE_CAPABILITY_MISSING', 'the agent needs CAP_BPF');
    const { io, run } = makeBench({ startError });

    const code = await run();

    assert.deepStrictEqual([code, io.out], [1, '']);
    assert.match(
      io.err,
      /^error\[ENGINE_CAPABILITY_MISSING\]: the agent needs CAP_BPF\n {2}help: Run the agent/,
    );
  });

  it('closes the agent when the API cannot listen', async () => {
    const listenError = new CodedError('SERVER_ADDRESS_IN_USE', 'another agent listens at /x');
    const { io, steps, run } = makeBench({ listenError });

    const code = await run();

    assert.deepStrictEqual([code, io.out], [1, '']);
    assert.deepStrictEqual(steps, ['agent started', 'server closed', 'agent closed']);
  });

  it('ends with an error when the agent cannot go on', async () => {
    const { io, steps, run, options } = makeBench();

    const code = run();
    await waitUntil(() => hasBanner(io));
    options().onFailure(new CodedError('ENGINE_RING_FAILED', 'the ring is gone'));

    assert.equal(await code, 1);
    assert.match(io.err, /error\[ENGINE_RING_FAILED\]: the ring is gone\n/);
    assert.deepStrictEqual(steps.slice(-2), ['server closed', 'agent closed']);
  });

  it('goes on when nobody reads its output any more', async () => {
    const { io, run, options } = makeBench({ chunksMax: 1 });

    const code = run();
    await waitUntil(() => hasBanner(io));
    options().onLines([LINE]);
    await waitUntil(() => io.err.includes('SINK_PIPE_CLOSED'));
    options().onLines([LINE]);
    assert.equal(io.listeners, 1);
    io.send('SIGINT');

    assert.equal(await code, 0);
  });

  it('ends at once at the second signal', async () => {
    const { io, run } = makeBench();

    const code = run();
    await waitUntil(() => hasBanner(io));
    io.send('SIGINT');
    io.send('SIGTERM');
    await code;

    assert.deepStrictEqual(io.exits, [143]);
  });
});
