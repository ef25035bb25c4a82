/** Containers that keep doing what a policy for some pods forbids, and say what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from './agent-process.ts';
import type { ApiServer } from './api-server/api-server.ts';
import type { Json } from './api-server/stored-object.ts';
import { NODE_NAME, putPod } from './cluster-objects.ts';
import type { ContainerPlan, ContainerRuntime, RunningContainer } from './oci-containers.ts';

/** Emulated machines are slow; nothing waits so long when all is well. */
const PATIENCE_MS = 180_000;

/** Between questions to the agent, which is to do something else, too. */
const ASK_MS = 250;

/** Opened by every container of a pod, and forbidden to those of the app `web`. */
export const GUARDED_FILE = '/guarded';

/** Kills who opens the file in a pod of the app `web`; without a name, as a cluster has it. */
export const GUARDED_SPEC: Json = {
  podSelector: { matchLabels: { app: 'web' } },
  kprobes: [guard('sys_openat', 1), guard('sys_open', 0)],
};

function guard(call: string, index: number): Json {
  return {
    call,
    syscall: true,
    args: [{ index, type: 'string' }],
    selectors: [
      {
        matchArgs: [{ index, operator: 'Equal', values: [GUARDED_FILE] }],
        matchActions: [{ action: 'Sigkill' }],
      },
    ],
  };
}

/** Each time a process of its own opens the file. */
function loop(pauseMs: number): string {
  const open = `/bin/busybox cat ${GUARDED_FILE} 2>/dev/null`;
  const act = `if ${open}; then echo open; else echo killed; fi`;
  return `while /bin/busybox usleep ${pauseMs * 1000}; do ${act}; done`;
}

type Outcome = 'open' | 'killed';

/** What one container said, and when. */
class Outcomes {
  readonly #said: { readonly outcome: string; readonly at: number }[] = [];

  add(outcome: string): void {
    this.#said.push({ outcome, at: performance.now() });
  }

  /** How often it said so from one time to another. */
  count(outcome: Outcome, from = 0, to: number = Number.POSITIVE_INFINITY): number {
    return this.#said.filter((one) => one.outcome === outcome && one.at >= from && one.at < to)
      .length;
  }

  /** Waits for the first such outcome; returns its time. */
  async first(outcome: Outcome, from = 0): Promise<number> {
    const find = (): number | undefined =>
      this.#said.find((one) => one.outcome === outcome && one.at >= from)?.at;
    await until(`it says ${outcome}`, () => find() !== undefined);
    return find() ?? 0;
  }

  /** Waits for that many outcomes from now on; returns which there are, each once. */
  async next(count: number): Promise<readonly string[]> {
    const before = this.#said.length;
    await until(`it says ${count} times more`, () => this.#said.length >= before + count);
    return [...new Set(this.#said.slice(before).map(({ outcome }) => outcome))];
  }
}

/** A pod with one container that runs until it is stopped. */
export interface GuardedPod {
  readonly plan: ContainerPlan;
  readonly outcomes: Outcomes;
  readonly container: RunningContainer;
}

export interface GuardedPodOptions {
  readonly server: ApiServer;
  /** Has the file. */
  readonly runtime: ContainerRuntime;
  /** One digit, of no other pod. */
  readonly number: number;
  readonly app: 'web' | 'api';
  /** Between two acts. Several that hurry leave an emulated machine no time for anything else. */
  readonly pauseMs: number;
}

/** Starts a pod of that name; the API server is told of its container at once. */
export function startGuardedPod(name: string, options: GuardedPodOptions): GuardedPod {
  const { server, runtime, number, app, pauseMs } = options;
  const id = String(number).repeat(64);
  const podUid = `6f1c8b1a-9d2e-4c3b-8a7f-00000000000${number}`;
  putPod(server, name, {
    metadata: { uid: podUid, labels: { app } },
    spec: { nodeName: NODE_NAME },
    status: { containerStatuses: [{ name: 'main', containerID: `containerd://${id}` }] },
  });
  const command = ['sh', '-c', loop(pauseMs)];
  const plan: ContainerPlan = { id, podUid, driver: 'systemd', command };
  const outcomes = new Outcomes();
  const container = runtime.start(plan, (line) => outcomes.add(line));
  return { plan, outcomes, container };
}

/** Resolves when the agent knows what the API server has: only then changes are followed. */
export async function followsCluster(agent: AgentProcess): Promise<void> {
  // Without a process of its own, which would take its time while the server here has to answer.
  await until('the cluster is followed', async () => {
    await sleep(ASK_MS);
    const { cluster } = Object(await agent.ask('/v1/status'));
    const states: readonly { readonly state: string }[] = cluster;
    return states.length > 0 && states.every(({ state }) => state === 'fresh');
  });
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(2);
  }
}
