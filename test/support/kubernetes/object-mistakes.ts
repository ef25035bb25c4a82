/** Policies as objects of an API server: good ones, and each with one mistake. */

type Json = Readonly<Record<string, unknown>>;

export interface ObjectCase {
  readonly name: string;
  readonly good: Json;
  readonly bad: Json;
}

const OPEN = { call: 'security_file_open', syscall: false };
const UPROBE = { path: '/bin/sh', symbols: ['main'] };
const IN = { key: 'app', operator: 'In', values: ['web'] };

function cluster(spec: unknown, metadata: Json = {}): Json {
  return {
    apiVersion: 'cilium.io/v1alpha1',
    kind: 'TracingPolicy',
    metadata: { name: 'sample', ...metadata },
    spec,
  };
}

function namespaced(spec: unknown): Json {
  const metadata = { name: 'sample', namespace: 'shop' };
  return { ...cluster(spec), kind: 'TracingPolicyNamespaced', metadata };
}

function withHook(fields: Json): Json {
  return cluster({ kprobes: [{ ...OPEN, ...fields }] });
}

function withSelector(fields: Json): Json {
  return withHook({ selectors: [fields] });
}

function withAction(fields: Json): Json {
  return withSelector({ matchActions: [{ action: 'Sigkill', ...fields }] });
}

function withPods(matchExpression: Json): Json {
  return cluster({ kprobes: [OPEN], podSelector: { matchExpressions: [matchExpression] } });
}

function withStatus(status: unknown): Json {
  return { ...cluster({ kprobes: [OPEN] }), status };
}

const GOOD = cluster({ kprobes: [OPEN] });

/** What a server refuses by itself, with the nearest object that it takes. */
export const OBJECT_CASES: readonly ObjectCase[] = [
  { name: 'no spec', good: GOOD, bad: { ...GOOD, spec: null } },
  { name: 'no hooks', good: cluster({ loader: true }), bad: cluster({}) },
  { name: 'an API version to come', good: GOOD, bad: { ...GOOD, apiVersion: 'cilium.io/v2' } },
  {
    name: 'a name in capital letters',
    good: cluster({ kprobes: [OPEN] }, { name: 'b.3-a' }),
    bad: cluster({ kprobes: [OPEN] }, { name: 'Sample' }),
  },
  {
    name: 'a namespace of a cluster policy',
    good: GOOD,
    bad: cluster({ kprobes: [OPEN] }, { namespace: 'shop' }),
  },
  { name: 'a call without a name', good: GOOD, bad: cluster({ kprobes: [{ syscall: false }] }) },
  { name: 'a hook that is no list', good: GOOD, bad: cluster({ kprobes: OPEN }) },
  {
    name: 'a field that does not exist',
    good: withSelector({ matchPIDs: [] }),
    bad: withSelector({ matchPids: [] }),
  },
  {
    name: 'a boolean in quotes',
    good: withHook({ return: true, returnArg: null }),
    bad: withHook({ return: 'true' }),
  },
  {
    name: 'an index too high',
    good: withHook({ args: [{ index: 5, type: 'int' }] }),
    bad: withHook({ args: [{ index: 6, type: 'int' }] }),
  },
  {
    name: 'a number that is none',
    good: withHook({ args: [{ index: '0x1', type: 'int' }] }),
    bad: withHook({ args: [{ index: 'first', type: 'int' }] }),
  },
  {
    name: 'half a number',
    good: withAction({ argSig: 9 }),
    bad: withAction({ argSig: 9.5 }),
  },
  {
    name: 'a type that nobody knows',
    good: GOOD,
    bad: withHook({ args: [{ index: 0, type: 'x' }] }),
  },
  {
    name: 'an action in lower case',
    good: withAction({ action: 'Sigkill' }),
    bad: withAction({ action: 'sigkill' }),
  },
  {
    name: 'an error that is no errno',
    good: withAction({ action: 'Override', argError: -1 }),
    bad: withAction({ action: 'Override', argError: 1 }),
  },
  {
    name: 'a limit in days',
    good: withAction({ action: 'Post', rateLimit: '5m' }),
    bad: withAction({ action: 'Post', rateLimit: '5d' }),
  },
  {
    name: 'a matcher without values',
    good: withSelector({ matchPIDs: [{ operator: 'In', values: [1] }] }),
    bad: withSelector({ matchPIDs: [{ operator: 'In', values: [] }] }),
  },
  {
    name: 'a mapping among values',
    good: withSelector({ matchBinaries: [{ operator: 'In', values: ['/bin/sh', 7] }] }),
    bad: withSelector({ matchBinaries: [{ operator: 'In', values: [{ path: '/bin/sh' }] }] }),
  },
  {
    name: 'too many selectors',
    good: withHook({ selectors: Array.from({ length: 64 }, () => ({})) }),
    bad: withHook({ selectors: Array.from({ length: 65 }, () => ({})) }),
  },
  {
    name: 'a workload that is no object',
    good: withSelector({ matchWorkloads: { podSelector: {} } }),
    bad: withSelector({ matchWorkloads: 'web' }),
  },
  {
    name: 'a field that is not supported',
    good: withAction({ argName: '', argFd: 0, argRegs: null }),
    bad: withAction({ argName: 1 }),
  },
  {
    name: 'true for a field that is not supported',
    good: withAction({ argFd: false }),
    bad: withAction({ argFd: true }),
  },
  {
    name: 'a mapping for a field that is not supported',
    good: withAction({ argFd: [] }),
    bad: withAction({ argFd: {} }),
  },
  {
    name: 'a hostSelector with labels',
    good: cluster({ kprobes: [OPEN], hostSelector: {} }),
    bad: cluster({ kprobes: [OPEN], hostSelector: { matchLabels: { app: 'web' } } }),
  },
  {
    name: 'a hostSelector with expressions',
    good: cluster({ kprobes: [OPEN], hostSelector: null }),
    bad: cluster({ kprobes: [OPEN], hostSelector: { matchExpressions: [IN] } }),
  },
  {
    name: 'a hostSelector in a namespace',
    good: namespaced({ kprobes: [OPEN], hostSelector: null }),
    bad: namespaced({ kprobes: [OPEN], hostSelector: {} }),
  },
  {
    name: 'a uprobe in a namespace',
    good: namespaced({ kprobes: [OPEN], uprobes: [], usdts: null }),
    bad: namespaced({ kprobes: [OPEN], uprobes: [UPROBE] }),
  },
  {
    name: 'a usdt in a namespace',
    good: cluster({ usdts: [{ path: '/bin/sh', provider: 'sh', name: 'start' }] }),
    bad: namespaced({ usdts: [{ path: '/bin/sh', provider: 'sh', name: 'start' }] }),
  },
  {
    name: 'a loader in a namespace',
    good: namespaced({ kprobes: [OPEN], loader: false }),
    bad: namespaced({ loader: true }),
  },
  {
    name: 'a loader for some pods',
    good: cluster({ loader: true, nodeSelector: {}, podSelector: null }),
    bad: cluster({ loader: true, podSelector: {} }),
  },
  {
    name: 'a loader for the host',
    good: cluster({ loader: true, podSelector: {}, containerSelector: {}, hostSelector: {} }),
    bad: cluster({ loader: true, hostSelector: {} }),
  },
  {
    name: 'places of two kinds',
    good: cluster({ uprobes: [{ ...UPROBE, offsets: [], addrs: null }] }),
    bad: cluster({ uprobes: [{ ...UPROBE, offsets: [4096] }] }),
  },
  {
    name: 'a uprobe without a place',
    good: cluster({ uprobes: [{ path: '/bin/sh', offsets: ['0x10'] }] }),
    bad: cluster({ uprobes: [{ path: '/bin/sh', symbols: [] }] }),
  },
  { name: 'In without values', good: withPods(IN), bad: withPods({ ...IN, values: null }) },
  {
    name: 'Exists with values',
    good: withPods({ key: 'app', operator: 'Exists', values: [] }),
    bad: withPods({ ...IN, operator: 'Exists' }),
  },
  {
    name: 'a label that is a mapping',
    good: cluster({ kprobes: [OPEN], nodeSelector: { matchLabels: { disk: 'ssd' } } }),
    bad: cluster({ kprobes: [OPEN], nodeSelector: { matchLabels: { disk: {} } } }),
  },
  {
    name: 'a status of too many nodes',
    good: withStatus({ nodes: { a: { state: 'enabled' } }, conditions: [{}], summary: {} }),
    bad: withStatus({ nodes: Object.fromEntries(Array.from({ length: 401 }, (_, n) => [n, {}])) }),
  },
];
