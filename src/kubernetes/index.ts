/** Kubernetes: what a cluster says to this node, and what this node says of policies. */
export { loadKubeConfig } from './client.ts';
export { type ConnectOptions, KubernetesConnection, type SourceStates } from './connect.ts';
export { KUBERNETES_ERRORS } from './errors.ts';
