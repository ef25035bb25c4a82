/** The cluster of this node: pods and policies from it, and what became of them back to it. */
import {
  createPolicyObjects,
  type KubeConfig,
  KubernetesConnection,
  loadKubeConfig,
  StatusReporter,
} from '../kubernetes/index.ts';
import type { Logger } from '../model/log.ts';
import type { SourceState } from '../model/pod.ts';
import type { ClusterState } from '../model/stats.ts';
import type { AgentPolicies } from './agent-policies.ts';
import { ClusterPolicies } from './cluster-policies.ts';
import type { NodeIdentity } from './node-identity.ts';

export interface ClusterOptions {
  /** Reads the kubeconfig; also when the server does not know the agent any more. */
  readonly loadConfig: () => KubeConfig;
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

  constructor(options: ClusterOptions) {
    const { loadConfig, nodeName, identity, policies, matchedPods, logger } = options;
    const objects = createPolicyObjects(loadConfig());
    this.#statuses = new StatusReporter({ node: nodeName, objects, logger });
    const { table } = identity;
    // Containers that are announced wait for their pods from now on.
    table.setSource({ kind: 'starting' });
    this.#connection = new KubernetesConnection({
      ...{ loadConfig, nodeName, logger },
      pods: table,
      policies: new ClusterPolicies({
        ...{ policies, matchedPods, logger },
        statuses: this.#statuses,
      }),
      node: { setNodeLabels: options.setNodeLabels },
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

/**
 * Reads the configuration that a path names, or that of the pod; undefined when this is none.
 * Throws K8S_CONFIG_INVALID.
 */
export function configLoader(path: string | undefined): (() => KubeConfig) | undefined {
  const first = loadKubeConfig(path);
  return first && (() => loadKubeConfig(path) ?? first);
}

function describe(state: SourceState): Omit<ClusterState, 'what'> {
  const { kind } = state;
  return kind === 'stale'
    ? { state: kind, since: state.since, reason: state.reason }
    : { state: kind };
}
