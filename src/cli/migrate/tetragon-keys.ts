/** Every key of Tetragon's daemon: which of ours it is, or why there is none. */
import { EXPORT_KEYS } from './export-keys.ts';
import {
  readDebug,
  readFirst,
  readFlag,
  readLevel,
  readListed,
  readMetrics,
  readServer,
  readText,
} from './readers.ts';
import { key, none, same, type TetragonKey } from './tetragon-key.ts';

const FIXED = 'sizes are fixed, and what they lose is counted; see docs/reference/limits.md';
const PROFILES = 'Node has profilers of its own';
const CGROUPS = 'the kernel reports cgroups by their ids; no runtime is asked';
const LOADING = 'how a probe is attached and sized is found out by trying';
const PINS = 'what is pinned belongs to one program; choose another directory with `agent.pinDir`';
const NO_KEY = 'events of Warder do not have it';
const PERSISTED = 'policies that were added stay in the state directory until the next boot';

const GENERAL: readonly TetragonKey[] = [
  ...none('config-dir', 'name the directory itself to `warder migrate`'),
  key('log-level', 'agent.logLevel', readLevel),
  // After the level: it goes before it.
  key('debug', 'agent.logLevel', readDebug),
  ...same('log-format', 'the log is text on a terminal, and JSON elsewhere'),
  ...none('log-file', 'the log goes to standard error; who starts the agent may redirect it'),
  ...none('bpf-lib', 'probes are a part of the installation'),
  ...none('bpf-dir', PINS),
  ...same('btf kernel', 'types and version of the kernel are those of the one that runs'),
  ...none('procfs', 'the agent reads /proc; mount that of the machine there'),
  ...none('netns-dir', 'sockets are looked at in the kernel, in every namespace'),
  key('cluster-name', 'agent.clusterName', readText),
  ...none('verbose', 'refusals of the kernel are in the log always'),
  ...none('generate-docs', 'it prints pages and ends'),
  ...none('cpuprofile memprofile pprof-address gops-address', PROFILES),
];

const API: readonly TetragonKey[] = [
  key('server-address', 'grpc.address', readServer),
  key('server-tls-cert-file', 'grpc.tlsCert', readText),
  key('server-tls-key-file', 'grpc.tlsKey', readText),
  key('server-tls-client-ca-files', 'grpc.tlsClientCa', readFirst),
  ...same('server-tls-require-client-cert', 'over TCP, clients need a certificate always'),
  key('metrics-server', 'metrics.address', readMetrics),
  ...none(
    'metrics-label-filter',
    'no label is a pod or a program: there would be no bound to them',
  ),
  ...none('enable-event-metrics', 'they are counted in any case, and cost nothing'),
  ...none(
    'health-server-address health-server-interval',
    'health is `/healthz`, on the socket and beside metrics, and a service of gRPC',
  ),
  ...none('enable-deprecated-tracingpolicy-grpc', 'methods that are deprecated answer always'),
];

const KUBERNETES: readonly TetragonKey[] = [
  key('enable-k8s-api', 'agent.kubernetes', readFlag),
  key('k8s-kubeconfig-path', 'agent.kubeconfig', readText),
  ...same('k8s-controlplane-retry', 'an API server that is away is asked again without an end'),
  ...none('enable-tracing-policy-crd', 'policies of a cluster are followed wherever its pods are'),
  ...none('enable-pod-info', 'pods are read as they are; the resource PodInfo is not used'),
  ...none('enable-pod-annotations', NO_KEY),
  ...none('deleted-pod-cache-size', FIXED),
  ...none('enable-cri cri-endpoint enable-cgidmap enable-cgidmap-debug', CGROUPS),
  ...same('enable-cgtrackerid', CGROUPS),
];

const POLICIES: readonly TetragonKey[] = [
  key('tracing-policy', 'policies.paths', readListed),
  key('tracing-policy-dir', 'policies.directory', readText),
  ...same('enable-policy-filter', 'policies of namespaces and pods work always'),
  ...none('enable-policy-filter-cgroup-map enable-policy-filter-debug', 'there is no such map'),
  ...same('persist-grpc-policies', PERSISTED),
  ...none('persist-grpc-policies-dir', `${PERSISTED}; see \`agent.stateDir\``),
  ...none('disable-kprobe-multi sleepable-preload-size', LOADING),
  ...none('force-small-progs force-large-progs', LOADING),
  ...same('parents-map-enabled', 'ancestors are known in the kernel always'),
  ...none('parents-map-entries parents-map-size', FIXED),
  key(
    'keep-sensors-on-exit',
    'agent.keep',
    readFlag,
    'what enforces is kept, not what only observes; after a kill it is kept in any case',
  ),
  ...same('release-pinned-bpf', 'the next agent goes on with what is pinned, without a gap'),
];

const CONTENT: readonly TetragonKey[] = [
  ...none('enable-process-cred enable-process-ns', NO_KEY),
  ...none('enable-process-environment-variables filter-environment-variables', NO_KEY),
  ...none('enable-ancestors', 'findings and alerts tell the ancestors; events tell the parent'),
  ...none('username-metadata', NO_KEY),
  key('expose-stack-addresses', 'agent.exposeStackAddresses', readFlag),
];

const BUFFERS: readonly TetragonKey[] = [
  ...none('rb-size rb-size-total rb-queue-size event-queue-size', FIXED),
  ...none('use-perf-ring-buffer', 'the kernel has ring buffers from 5.8 on'),
  ...none('process-cache-size process-cache-gc-interval', FIXED),
  ...none('disable-process-cache', 'events tell their process always'),
  ...none('data-cache-size execve-map-entries execve-map-size retprobes-cache-size', FIXED),
  ...none(
    'event-cache-retries event-cache-retry-delay',
    'an event waits two seconds for its pod, goes out, and is amended when the pod is known',
  ),
  ...none('cgroup-rate', 'execs are not throttled: what is lost is counted by cgroup'),
  ...none('enable-msg-handling-latency', 'the time of single records is not measured'),
  ...same('enable-pid-set-filter', '`pid_set` works in every filter'),
  ...none('tcp-stats-sample-segs', 'there are no such events'),
];

/** In the order of the reference. */
export const TETRAGON_KEYS: readonly TetragonKey[] = [
  ...GENERAL,
  ...API,
  ...KUBERNETES,
  ...POLICIES,
  ...CONTENT,
  ...BUFFERS,
  ...EXPORT_KEYS,
];
