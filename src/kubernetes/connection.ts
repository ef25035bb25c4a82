/** The connection to a cluster: one watcher for everything that somebody listens to. */
import type { ClusterPolicyListener, NodeListener } from '../model/cluster-policy.ts';
import type { Logger } from '../model/log.ts';
import type { PodListener, SourceState } from '../model/pod.ts';
import { ApiClient } from './api/api-client.ts';
import type { ClientConfig } from './client.ts';
import { KubernetesError } from './errors.ts';
import { reflectNode } from './watchers/node-watcher.ts';
import { reflectPods } from './watchers/pod-watcher.ts';
import { reflectPolicies } from './watchers/policy-watcher.ts';
import { type Reflection, Reflector } from './watchers/reflector.ts';
import { DEFAULT_TIMING, type WatchTiming } from './watchers/timing.ts';

/** What is watched: the last two are the kinds of policies, which are lists of their own. */
export type ClusterSource = 'pods' | 'node' | 'tracingpolicies' | 'tracingpoliciesnamespaced';

/** What nobody listens to is not watched, and its state is absent. */
export type ClusterStates = Readonly<Partial<Record<ClusterSource, SourceState>>>;

export interface KubernetesOptions {
  /** What else talks to the server has the same one: a token that was rotated is then read once. */
  readonly client: ClientConfig;
  /** As the cluster knows this machine. */
  readonly nodeName: string;
  readonly log: Logger;
  readonly pods?: PodListener | undefined;
  readonly policies?: ClusterPolicyListener | undefined;
  readonly node?: NodeListener | undefined;
  /** Is told when a state becomes fresh or stale; does not throw. */
  readonly onState?: ((source: ClusterSource, state: SourceState) => void) | undefined;
  readonly timing?: Partial<WatchTiming> | undefined;
}

export interface KubernetesConnection {
  /** Returns at once: what is there is told when it is known. */
  start(): void;
  /** Nothing is told any more from now on; resolves when all connections are closed. */
  close(): Promise<void>;
  states(): ClusterStates;
}

/** A subdomain of DNS, which is what names of nodes are. */
const NODE_NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/** Throws a KubernetesError with K8S_CONFIG_INVALID; a server that is away is no error. */
export function connectKubernetes(options: KubernetesOptions): KubernetesConnection {
  const { client, nodeName, log, onState } = options;
  if (!NODE_NAME.test(nodeName)) {
    const message = `${JSON.stringify(nodeName)} is not the name of a node`;
    throw new KubernetesError('K8S_CONFIG_INVALID', message);
  }
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const api = new ApiClient(client, timing.answerMs);
  const watchers = new Map<ClusterSource, Watcher>();
  const add = <T>(name: ClusterSource, reflection: Reflection<T>): void => {
    const tell = (state: SourceState): void => onState?.(name, state);
    watchers.set(name, new Reflector(reflection, { api, timing, log, onState: tell }));
  };
  const { pods, policies, node } = options;
  if (pods) add('pods', reflectPods(nodeName, pods));
  if (node) add('node', reflectNode(nodeName, node));
  if (policies) {
    add('tracingpolicies', reflectPolicies('TracingPolicy', policies));
    add('tracingpoliciesnamespaced', reflectPolicies('TracingPolicyNamespaced', policies));
  }
  return toConnection(watchers);
}

type Watcher = Pick<Reflector<unknown>, 'start' | 'close' | 'state'>;

function toConnection(watchers: ReadonlyMap<ClusterSource, Watcher>): KubernetesConnection {
  return {
    start() {
      for (const watcher of watchers.values()) watcher.start();
    },
    async close() {
      await Promise.all([...watchers.values()].map((watcher) => watcher.close()));
    },
    states: () => Object.fromEntries([...watchers].map(([name, { state }]) => [name, state])),
  };
}
