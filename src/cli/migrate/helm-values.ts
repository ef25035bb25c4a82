/** Values of Tetragon's Helm chart, as the flags that the chart makes of them. */
import { isMap } from './json-values.ts';
import type { Found, Setting } from './setting.ts';

/** Flags that are one value each. */
const PLAIN: Readonly<Record<string, string>> = {
  'tetragon.btf': 'btf',
  'tetragon.debug': 'debug',
  'tetragon.clusterName': 'cluster-name',
  'tetragon.hostProcPath': 'procfs',
  'tetragon.processCacheSize': 'process-cache-size',
  'tetragon.processCacheGCInterval': 'process-cache-gc-interval',
  'tetragon.processAncestors.enabled': 'enable-ancestors',
  'tetragon.enableK8sAPI': 'enable-k8s-api',
  'tetragon.enableProcessCred': 'enable-process-cred',
  'tetragon.enableProcessNs': 'enable-process-ns',
  'tetragon.enablePolicyFilter': 'enable-policy-filter',
  'tetragon.enablePolicyFilterCgroupMap': 'enable-policy-filter-cgroup-map',
  'tetragon.enablePolicyFilterDebug': 'enable-policy-filter-debug',
  'tetragon.enableMsgHandlingLatency': 'enable-msg-handling-latency',
  'tetragon.enableKeepSensorsOnExit': 'keep-sensors-on-exit',
  'tetragon.eventCacheRetries': 'event-cache-retries',
  'tetragon.eventCacheRetryDelay': 'event-cache-retry-delay',
  'tetragon.usePerfRingBuffer': 'use-perf-ring-buffer',
  'tetragon.cri.enabled': 'enable-cri',
  'tetragon.cri.socketHostPath': 'cri-endpoint',
  'tetragon.cgidmap.enabled': 'enable-cgidmap',
  'tetragon.prometheus.metricsLabelFilter': 'metrics-label-filter',
  'tetragon.healthGrpc.interval': 'health-server-interval',
  'tetragon.podAnnotations.enabled': 'enable-pod-annotations',
  'tetragonOperator.podInfo.enabled': 'enable-pod-info',
  'tetragonOperator.tracingPolicy.enabled': 'enable-tracing-policy-crd',
};

/** Flags that the chart gives only with an export file. */
const EXPORTED: Readonly<Record<string, string>> = {
  'tetragon.exportFilePerm': 'export-file-perm',
  'tetragon.exportFileMaxSizeMB': 'export-file-max-size-mb',
  'tetragon.exportFileMaxBackups': 'export-file-max-backups',
  'tetragon.exportFileCompress': 'export-file-compress',
  'tetragon.exportRateLimit': 'export-rate-limit',
  'tetragon.exportAllowList': 'export-allowlist',
  'tetragon.exportDenyList': 'export-denylist',
  'tetragon.fieldFilters': 'field-filters',
  'tetragon.redactionFilters': 'redaction-filters',
};

/** What the chart sets unless it is told otherwise, as far as it says something to us. */
const DEFAULTS: Readonly<Record<string, string>> = {
  exportDirectory: '/var/run/cilium/tetragon',
  'tetragon.exportFilename': 'tetragon.log',
  'tetragon.exportFilePerm': '600',
  'tetragon.exportFileMaxSizeMB': '10',
  'tetragon.exportFileMaxBackups': '5',
  'tetragon.exportAllowList':
    '{"event_set":["PROCESS_EXEC","PROCESS_EXIT","PROCESS_KPROBE","PROCESS_UPROBE",' +
    '"PROCESS_TRACEPOINT","PROCESS_LSM"]}',
  'tetragon.exportDenyList': '{"health_check":true}\n{"namespace":["","cilium","kube-system"]}',
  'tetragon.enableK8sAPI': 'true',
  'tetragon.prometheus.enabled': 'true',
  'tetragon.prometheus.address': '',
  'tetragon.prometheus.port': '2112',
  'tetragon.grpc.enabled': 'true',
  'tetragon.grpc.address': 'unix:///var/run/tetragon/tetragon.sock',
};

/** Values that are parts of a flag, and those that say whether it is given. */
const PARTS: readonly string[] = [
  ...['exportDirectory', 'tetragon.exportFilename'],
  ...['tetragon.prometheus.enabled', 'tetragon.prometheus.address', 'tetragon.prometheus.port'],
  ...['tetragon.grpc.enabled', 'tetragon.grpc.address'],
];

/** By the beginning of the path; the first that fits. */
const ELSEWHERE: readonly (readonly [start: string, reason: string])[] = [
  ['tetragonOperator.', 'there is no operator: each agent follows the policies of the cluster'],
  ['crds.', 'deploy/crds has the definitions of the kinds of policies'],
  ['rthooks.', 'the hook of the runtime is installed apart; see docs/runtime-hook.md'],
  ['export.', 'events go to the sinks of `delivery.sinks`, without a container beside the agent'],
  ['tetragon.grpc.tls.', 'name the files of certificates by `grpc.tlsCert` and its neighbours'],
  ['tetragon.healthGrpc.', 'health is `/healthz`, on the socket and beside metrics'],
  ['tetragon.gops.', 'Node has profilers of its own'],
  ['tetragon.pprof.', 'Node has profilers of its own'],
  ['tetragon.prometheus.serviceMonitor.', 'it is about what scrapes the agent'],
];

const DEPLOYMENT = 'it is about how the chart deploys, not about what the agent does';

/** Whether a document is of this kind. */
export function isHelmValues(document: Readonly<Record<string, unknown>>): boolean {
  return isMap(document['tetragon']) || isMap(document['tetragonOperator']);
}

/** The daemon as the chart would start it; `others`: what was written and is about other things. */
export function readHelmValues(document: Readonly<Record<string, unknown>>): Found {
  const leaves = new Map(listLeaves(document, ''));
  const { flags, rest } = splitExtraArguments(leaves);
  const values = new Map([...Object.entries(DEFAULTS), ...rest]);
  const hasExport = (values.get('tetragon.exportFilename') ?? '') !== '';
  const plain = Object.entries({ ...PLAIN, ...(hasExport ? EXPORTED : {}) });
  const settings = plain.flatMap(([from, name]): readonly Setting[] => {
    const value = values.get(from);
    return value === undefined ? [] : [{ name, value, from }];
  });
  const known = new Set([...Object.keys(PLAIN), ...Object.keys(EXPORTED), ...PARTS]);
  const others = [...rest.keys()]
    .filter((from) => !known.has(from))
    .map((from) => ({ from, reason: reasonOf(from) }));
  return { settings: [...settings, ...joinParts(values), ...flags], others };
}

/** The flags that several values make. */
function joinParts(values: ReadonlyMap<string, string>): readonly Setting[] {
  const at = (path: string): string => values.get(path) ?? '';
  const [metrics, grpc] = ['tetragon.prometheus', 'tetragon.grpc'];
  const file = at('tetragon.exportFilename');
  const settings = [
    {
      ...{ name: 'export-filename', from: 'tetragon.exportFilename' },
      value: file === '' ? '' : `${at('exportDirectory')}/${file}`,
    },
    {
      ...{ name: 'metrics-server', from: metrics },
      value: isOn(at(`${metrics}.enabled`))
        ? `${at(`${metrics}.address`)}:${at(`${metrics}.port`)}`
        : '',
    },
    {
      ...{ name: 'server-address', from: grpc },
      value: isOn(at(`${grpc}.enabled`)) ? at(`${grpc}.address`) : '',
    },
  ];
  return settings.filter(({ value }) => value !== '');
}

/** `tetragon.extraArgs` has flags by their names. */
function splitExtraArguments(leaves: ReadonlyMap<string, string>): {
  readonly flags: readonly Setting[];
  readonly rest: ReadonlyMap<string, string>;
} {
  const start = 'tetragon.extraArgs.';
  const isExtra = (path: string): boolean => path.startsWith(start);
  const flags = [...leaves].filter(([path]) => isExtra(path));
  return {
    flags: flags.map(([from, value]) => ({ name: from.slice(start.length), value, from })),
    rest: new Map([...leaves].filter(([path]) => !isExtra(path))),
  };
}

function listLeaves(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (isMap(value)) {
    return Object.entries(value).flatMap(([name, member]) =>
      listLeaves(member, path === '' ? name : `${path}.${name}`),
    );
  }
  if (value === null || value === undefined) return [];
  return [[path, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
}

function reasonOf(path: string): string {
  return ELSEWHERE.find(([start]) => path.startsWith(start))?.[1] ?? DEPLOYMENT;
}

function isOn(text: string): boolean {
  return text === 'true';
}
