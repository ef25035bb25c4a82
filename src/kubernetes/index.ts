/**
 * What the Kubernetes room offers. Its client library takes tens of megabytes: import this when an
 * agent is told of an API server, and not before.
 */
export { type ClientConfig, type ClientSource, loadClientConfig } from './client.ts';
export {
  type ClusterSource,
  type ClusterStates,
  connectKubernetes,
  type KubernetesConnection,
  type KubernetesOptions,
} from './connection.ts';
export { KUBERNETES_ERRORS } from './errors.ts';
export { STATUS_ERRORS } from './status/errors.ts';
export { createPolicyObjects } from './status/policy-objects-client.ts';
export { StatusReporter } from './status/status-reporter.ts';
