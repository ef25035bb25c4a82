/** The cluster of this node: pods and policies from it, and what became of them back to it. */
import {
  type ClientSource,
  connectKubernetes,
  createPolicyObjects,
  type KubernetesConnection,
  loadClientConfig,
  StatusReporter,
} from '../kubernetes/index.ts';
import type { Logger } from '../model/log.ts';
import type { SourceState } from '../model/pod.ts';
import type { ClusterState } from '../model/stats.ts';
import type { AgentPolicies } from './agent-policies.ts';
import { ClusterPolicies } from './cluster-policies.ts';
import type { NodeIdentity } from './node-identity.ts';

export interface ClusterOptions {
  /** Path of a kubeconfig; undefined: that of the pod. */
  readonly kubeconfig: string | undefined;
  readonly nodeName: string;
  readonly identity: NodeIdentity;
  readonly policies: AgentPolicies;
  readonly matchedPods: (policyName: string) => number | undefined;
  readonly setNodeLabels: (labels: Readonly<Record<string, string>>) => void;
  readonly logger: Logger;
}

/** How often pods are counted again: what is written of them is a minute old at most. */
const COUNT_MS = 30_000;

/** Follows the cluster from `start` to `close`. */
export class Cluster {
  readonly #connection: KubernetesConnection;
  readonly #statuses: StatusReporter;
  readonly #policies: ClusterPolicies;
  #counting: NodeJS.Timeout | undefined;

  /** Throws K8S_CONFIG_INVALID; a server that is away is no error. */
  constructor(options: ClusterOptions) {
    const { kubeconfig, nodeName, identity, policies, matchedPods, logger } = options;
    const source: ClientSource =
      kubeconfig === undefined ? { kind: 'in_cluster' } : { kind: 'kubeconfig', path: kubeconfig };
    const client = loadClientConfig(source);
    const objects = createPolicyObjects(client);
    this.#statuses = new StatusReporter({ node: nodeName, objects, logger });
    const { table } = identity;
    // Containers that are announced wait for their pods from now on.
    table.setSource({ kind: 'starting' });
    const statuses = this.#statuses;
    this.#policies = new ClusterPolicies({ policies, matchedPods, logger, statuses });
    this.#connection = connectKubernetes({
      ...{ client, nodeName, log: logger, pods: table },
      policies: this.#policies,
      node: { setNodeLabels: options.setNodeLabels },
      onState: (name, state) => {
        if (name === 'pods') table.setSource(state);
      },
    });
  }

  start(): void {
    this.#connection.start();
    this.#counting = setInterval(() => this.#policies.refresh(), COUNT_MS).unref();
  }

  /** What is followed, and how that stands. */
  states(): readonly ClusterState[] {
    return Object.entries(this.#connection.states()).map(([what, state]) => ({
      what,
      ...describe(state),
    }));
  }

  async close(): Promise<void> {
    clearInterval(this.#counting);
    await this.#connection.close();
    await this.#statuses.close();
  }
}

function describe(state: SourceState): Omit<ClusterState, 'what'> {
  const { kind } = state;
  return kind === 'stale'
    ? { state: kind, since: state.since, reason: state.reason }
    : { state: kind };
}
