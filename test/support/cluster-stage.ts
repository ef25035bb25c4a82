/** A connection to the API server of the tests, and everything that it told. */
import type { TestContext } from 'node:test';
import type {
  ClientConfig,
  ClientSource,
  ClusterSource,
  KubernetesConnection,
} from '../../src/kubernetes/index.ts';
import {
  connectKubernetes,
  type KubernetesOptions,
  loadClientConfig,
} from '../../src/kubernetes/index.ts';
import type { ClusterPolicy } from '../../src/model/cluster-policy.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { Pod, SourceState } from '../../src/model/pod.ts';
import { ApiServer } from './api-server/api-server.ts';
import type { SeenRequest } from './api-server/request-router.ts';
import { NODE_NAME } from './cluster-objects.ts';

type Timing = NonNullable<KubernetesOptions['timing']>;

/** Long enough for a machine that does something else; nothing waits so long when all is well. */
const PATIENCE_MS = 30_000;
const POLL_MS = 2;

const TIMING: Timing = { backoffFirstMs: 5, backoffMaxMs: 40, settleMs: 30 };

export class ClusterStage {
  readonly server: ApiServer;
  readonly client: ClientConfig;
  readonly connection: KubernetesConnection;
  readonly pods: Map<string, Pod> = new Map();
  readonly policies: Map<string, ClusterPolicy> = new Map();
  labels: Readonly<Record<string, string>> | undefined;
  /** What was told, in the order it was: `set pod web`. */
  readonly told: string[] = [];
  readonly #states: (readonly [ClusterSource, SourceState])[] = [];

  private constructor(server: ApiServer, client: ClientConfig, timing: Timing) {
    this.server = server;
    this.client = client;
    this.connection = connectKubernetes({
      client,
      nodeName: NODE_NAME,
      log: silentLogger,
      pods: this.#listenToPods(),
      policies: this.#listenToPolicies(),
      node: {
        setNodeLabels: (labels) => {
          this.told.push('set labels');
          this.labels = labels;
        },
      },
      onState: (name, state) => this.#states.push([name, state]),
      timing: { ...TIMING, ...timing },
    });
  }

  /** The connection is not started yet, so that a test can prepare objects and faults. */
  static async open(
    timing: Timing = {},
    makeSource: (server: ApiServer) => ClientSource = kubeconfigOf,
  ): Promise<ClusterStage> {
    const server = await ApiServer.start();
    return new ClusterStage(server, loadClientConfig(makeSource(server)), timing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.close();
    await this.server.close();
  }

  /** Starts, and waits until everything is known. */
  async start(): Promise<void> {
    this.connection.start();
    await this.until('everything is fresh', () => this.areAll('fresh'));
    await this.until('all watches are open', () => this.server.watches.count === 4);
  }

  areAll(kind: SourceState['kind']): boolean {
    return Object.values(this.connection.states()).every((state) => state.kind === kind);
  }

  stateOf(name: ClusterSource): SourceState {
    return this.connection.states()[name] ?? { kind: 'starting' };
  }

  /** The kinds of states that a source went through. */
  historyOf(name: ClusterSource): readonly string[] {
    return this.#states.filter(([of]) => of === name).map(([, state]) => state.kind);
  }

  /** Names of the pods that are known, in order. */
  podNames(): readonly string[] {
    return [...this.pods.values()].map((pod) => pod.name).sort();
  }

  /** Requests for a resource, of one verb. */
  seen(verb: SeenRequest['verb'], plural = 'pods'): readonly SeenRequest[] {
    return this.server.seen.filter((seen) => seen.verb === verb && seen.plural === plural);
  }

  /** Waits until all is as it should be, and says how long it took from the end of a fault. */
  async recovered(t: TestContext, isFresh: () => boolean): Promise<void> {
    const start = performance.now();
    await this.until('all is fresh', isFresh);
    t.diagnostic(`recovered after ${Math.round(performance.now() - start)} ms`);
  }

  /** Waits for something to become true; fails with what it waited for. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!isTrue()) {
      if (performance.now() > end) {
        const states = JSON.stringify(this.connection.states());
        throw new Error(`waited in vain until ${what}; states: ${states}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #listenToPods() {
    return {
      replacePods: (pods: readonly Pod[]): void => {
        this.told.push('replace pods');
        this.pods.clear();
        for (const pod of pods) this.pods.set(pod.uid, pod);
      },
      setPod: (pod: Pod): void => {
        this.told.push(`set pod ${pod.name}`);
        this.pods.set(pod.uid, pod);
      },
      removePod: (uid: string): void => {
        this.told.push(`remove pod ${uid}`);
        this.pods.delete(uid);
      },
    };
  }

  #listenToPolicies() {
    return {
      replacePolicies: (kind: string, policies: readonly ClusterPolicy[]): void => {
        this.told.push(`replace ${kind}`);
        for (const [uid, policy] of this.policies) {
          if (policy.kind === kind) this.policies.delete(uid);
        }
        for (const policy of policies) this.policies.set(policy.uid, policy);
      },
      setPolicy: (policy: ClusterPolicy): void => {
        this.told.push(`set policy ${policy.name}`);
        this.policies.set(policy.uid, policy);
      },
      removePolicy: ({ uid, name }: Pick<ClusterPolicy, 'uid' | 'name'>): void => {
        this.told.push(`remove policy ${name}`);
        this.policies.delete(uid);
      },
    };
  }
}

/** Logs in with the first token of the server. */
export function kubeconfigOf(server: ApiServer): ClientSource {
  return { kind: 'kubeconfig', path: server.writeKubeconfig() };
}
