/** Kubernetes: what a cluster says to this node, and what this node says of policies. */
export type { KubeConfig } from '@kubernetes/client-node';
export { loadKubeConfig } from './client.ts';
export { type ConnectOptions, KubernetesConnection, type SourceStates } from './connect.ts';
export { KUBERNETES_ERRORS } from './errors.ts';
export { STATUS_ERRORS } from './status/errors.ts';
export { createPolicyObjects } from './status/policy-objects-client.ts';
export { StatusReporter } from './status/status-reporter.ts';
