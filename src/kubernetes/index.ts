<<<<<<< HEAD
/** Kubernetes: what a cluster says to this node, and what this node says of policies. */
export { loadKubeConfig } from './client.ts';
export { type ConnectOptions, KubernetesConnection, type SourceStates } from './connect.ts';
export { KUBERNETES_ERRORS } from './errors.ts';
=======
/**
 * What the Kubernetes room offers. Its client library takes tens of megabytes: import this when an
 * agent is told of an API server, and not before.
 */

export { createPolicyObjects } from './status/policy-objects-client.ts';
export { StatusReporter, type StatusReporterStats } from './status/status-reporter.ts';
>>>>>>> crds
