/** Parts of an agent whose code is loaded only where they are asked for. */
import type { AgentOptions } from './agent-options.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import type { Detections } from './detections.ts';
import type { DetectionsOptions } from './detections-options.ts';

/** What the cluster of an agent is made of, besides its file. */
export type OpenedClusterOptions = Omit<ClusterOptions, 'kubeconfig'>;

/** Makes the cluster of an agent. */
type ClusterFactory = (options: OpenedClusterOptions) => Cluster;

/** Makes what findings of rules come from. */
export type DetectionsFactory = (options: DetectionsOptions) => Detections;

/** Each undefined when it is not asked for. */
export interface AgentFactories {
  readonly openCluster: ClusterFactory | undefined;
  readonly openDetections: DetectionsFactory | undefined;
}

/** Without rules and detectors, events go on as they are. */
export async function openDetectionsOf({
  rules,
  detectorFiles,
}: AgentOptions): Promise<DetectionsFactory | undefined> {
  if (rules.length === 0 && detectorFiles.length === 0) return undefined;
  return loadDetections();
}

/** Whatever there is to look for. */
export async function loadDetections(): Promise<DetectionsFactory> {
  const { Detections } = await import('./detections.ts');
  return (options) => new Detections(options);
}

/** The client of Kubernetes takes 40 MB, and is loaded only where there is a cluster to follow. */
export async function openClusterOf({
  kubeconfig,
}: AgentOptions): Promise<ClusterFactory | undefined> {
  const isInPod = Boolean(process.env['KUBERNETES_SERVICE_HOST']);
  if (kubeconfig === null || (kubeconfig === undefined && !isInPod)) return undefined;
  const { Cluster } = await import('./cluster.ts');
  return (options) => new Cluster({ ...options, kubeconfig });
}
