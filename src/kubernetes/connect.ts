/** What a cluster says to one node: its pods, its policies, the labels of the node. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterPolicyListener } from '../model/cluster-policy.ts';
import type { ClusterPolicyKind } from '../model/cluster-policy-status.ts';
import type { Logger } from '../model/log.ts';
import type { PodListener, SourceState } from '../model/pod.ts';
import { readPod } from './read-pod.ts';
import { readPolicy } from './read-policy.ts';
import { ApiReader } from './watch/api-reader.ts';
import { Reflector, type ReflectorListener, type Resource } from './watch/reflector.ts';

/** Bookmarks come every minute; a connection that says less than that is dead. */
const IDLE_MS = 150_000;

const GROUP = '/apis/cilium.io/v1alpha1';

export interface NodeListener {
  setNodeLabels(labels: Readonly<Record<string, string>>): void;
}

export interface ConnectOptions {
  /** Called again when the server does not know this agent any more. */
  readonly loadConfig: () => KubeConfig;
  readonly nodeName: string;
  readonly pods: PodListener & { setSource(state: SourceState): void };
  readonly policies: ClusterPolicyListener;
  readonly node: NodeListener;
  readonly logger: Logger;
  /** For tests. */
  readonly idleMs?: number | undefined;
  readonly waitFactor?: number | undefined;
}

/** What is followed, by name. */
export type SourceStates = Readonly<Record<string, SourceState>>;

interface Followed {
  start(): void;
  close(): Promise<void>;
}

/** Follows everything from `start` to `close`. */
export class KubernetesConnection {
  readonly #reader: ApiReader;
  readonly #options: ConnectOptions;
  readonly #states = new Map<string, SourceState>();
  readonly #followed: readonly Followed[];

  constructor(options: ConnectOptions) {
    const { loadConfig, nodeName, idleMs = IDLE_MS, pods, node } = options;
    this.#options = options;
    this.#reader = new ApiReader({ loadConfig, idleMs });
    const ofNode = { fieldSelector: `spec.nodeName=${nodeName}` };
    this.#followed = [
      this.#follow(
        'pods',
        { path: '/api/v1/pods', query: ofNode, read: readPod },
        {
          replace: (all) => pods.replacePods(all),
          set: (pod) => pods.setPod(pod),
          remove: ({ uid }) => pods.removePod(uid),
          state: (state) => pods.setSource(state),
        },
      ),
      this.#follow(
        'node',
        {
          path: '/api/v1/nodes',
          query: { fieldSelector: `metadata.name=${nodeName}` },
          read: readLabels,
        },
        {
          replace: ([labels]) => {
            if (labels !== undefined) node.setNodeLabels(labels);
          },
          set: (labels) => node.setNodeLabels(labels),
          remove: () => {},
          state: () => {},
        },
      ),
      ...this.#followPolicies(),
    ];
  }

  start(): void {
    for (const one of this.#followed) one.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#followed.map((one) => one.close()));
  }

  states(): SourceStates {
    return Object.fromEntries(this.#states);
  }

  #follow<T>(name: string, resource: Resource<T>, listener: ReflectorListener<T>): Reflector<T> {
    const { logger, waitFactor } = this.#options;
    return new Reflector({
      ...{ reader: this.#reader, resource, logger, waitFactor },
      listener: {
        replace: (items) => listener.replace(items),
        set: (item) => listener.set(item),
        remove: (item) => listener.remove(item),
        state: (state) => {
          this.#states.set(name, state);
          listener.state(state);
        },
      },
    });
  }

  #followPolicies(): readonly Followed[] {
    const { policies } = this.#options;
    const plurals: Readonly<Record<ClusterPolicyKind, string>> = {
      TracingPolicy: 'tracingpolicies',
      TracingPolicyNamespaced: 'tracingpoliciesnamespaced',
    };
    return (Object.entries(plurals) as [ClusterPolicyKind, string][]).map(([kind, plural]) =>
      this.#follow(
        plural,
        { path: `${GROUP}/${plural}`, read: (object) => readPolicy(object, kind) },
        {
          replace: (all) => policies.replacePolicies(kind, all),
          set: (policy) => policies.setPolicy(policy),
          remove: (policy) => policies.removePolicy(policy),
          state: () => {},
        },
      ),
    );
  }
}

function readLabels(object: unknown): Readonly<Record<string, string>> | undefined {
  const { labels } = { ...Object(Object(object).metadata) };
  if (typeof labels !== 'object' || labels === null) return {};
  return Object.fromEntries(
    Object.entries(labels).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
