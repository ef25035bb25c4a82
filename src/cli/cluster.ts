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

/** Follows the cluster from `start` to `close`. */
export class Cluster {
  readonly #connection: KubernetesConnection;
  readonly #statuses: StatusReporter;

  /** Throws K8S_CONFIG_INVALID; a server that is away is no error. */
  constructor(options: ClusterOptions) {
    const { kubeconfig, nodeName, identity, policies, matchedPods, logger } = options;
    const source: ClientSource =
      kubeconfig === undefined ? { kind: 'in_cluster' } : { kind: 'kubeconfig', path: kubeconfig };
    const objects = createPolicyObjects(loadClientConfig(source).config);
    this.#statuses = new StatusReporter({ node: nodeName, objects, logger });
    const { table } = identity;
    // Containers that are announced wait for their pods from now on.
    table.setSource({ kind: 'starting' });
    this.#connection = connectKubernetes({
      ...{ source, nodeName, log: logger, pods: table },
      policies: new ClusterPolicies({ policies, matchedPods, logger, statuses: this.#statuses }),
      node: { setNodeLabels: options.setNodeLabels },
      onState: (name, state) => {
        if (name === 'pods') table.setSource(state);
      },
    });
  }

  start(): void {
    this.#connection.start();
  }

  /** What is followed, and how that stands. */
  states(): readonly ClusterState[] {
    return Object.entries(this.#connection.states()).map(([what, state]) => ({
      what,
      ...describe(state),
    }));
  }

  async close(): Promise<void> {
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
