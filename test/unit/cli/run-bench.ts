/** `warder run` around an agent without a kernel. */
import assert from 'node:assert/strict';
import type {
  Agent,
  AgentOptions,
  FileDiagnostics,
  ReadDetections,
  ReadRules,
} from '../../../src/cli/agent-options.ts';
import { createRunCommand } from '../../../src/cli/commands/run.ts';
import type { DeliverySetup } from '../../../src/cli/delivery/delivery-setup.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import type { RuleReloadResult } from '../../../src/model/agent-api.ts';
import type { PolicyReport } from '../../../src/model/policy.ts';
import { FakeAgent, POLICIES } from '../server/fake-agent.ts';
import { FakeIo, type FakeIoOptions } from './fake-io.ts';

/** What the agent prints, as JSON. */
export const LINE: string = JSON.stringify({
  process_exec: { process: { binary: '/bin/ls' } },
  node_name: 'node-1',
});
/** The same for people. */
export const COMPACT: string = '🚀 process node-1 /bin/ls\n';
const ENABLED = POLICIES.slice(0, 1);

export class RunnableAgent extends FakeAgent implements Agent {
  diagnostics: readonly FileDiagnostics[] = [];
  statuses: readonly PolicyReport[] = ENABLED;
  onClose = (): void => undefined;

  override policies(): readonly PolicyReport[] {
    return this.statuses;
  }

  readonly setups: DeliverySetup[] = [];

  async changeDelivery(setup: DeliverySetup): Promise<void> {
    this.setups.push(setup);
  }

  /** What was read for each reload. */
  readonly reads: ReadDetections[] = [];

  override async reloadRules(read?: ReadRules): Promise<RuleReloadResult> {
    if (read !== undefined) this.reads.push(await read());
    return super.reloadRules();
  }

  async close(): Promise<void> {
    this.onClose();
  }
}

export interface Bench {
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

/** An agent that does nothing, in a run that is real. */
export function makeBench(bench: BenchOptions = {}): Bench {
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
    createMetricsServer: async ({ address }) => ({
      async listen() {
        steps.push(`metrics at ${address.host}:${address.port}`);
        return '';
      },
      close: async () => void steps.push('metrics closed'),
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

/** Everything is in force. */
export function hasBanner(io: FakeIo): boolean {
  return /^armed$/m.test(io.out) || /^armed$/m.test(io.err);
}
