/**
 * What the Kubernetes room offers. Its client library takes tens of megabytes: import this when an
 * agent is told of an API server, and not before.
 */

export { createPolicyObjects } from './status/policy-objects-client.ts';
export { StatusReporter, type StatusReporterStats } from './status/status-reporter.ts';
