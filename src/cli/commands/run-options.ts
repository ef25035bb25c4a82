/** What `warder run` takes, and what its help says. */
import type { Example, OptionSpec } from '../command.ts';
import { FINDING_RATE_OPTION } from '../finding-rate.ts';
import { GRPC_OPTIONS } from '../grpc-options.ts';
import {
  COMPACT_OPTIONS,
  DEFAULT_PIN_DIRECTORY,
  DEFAULT_STATE_DIRECTORY,
  OUTPUT_OPTION,
  SOCKET_OPTION,
} from '../options.ts';
import {
  DETECTORS_OPTION,
  EXCEPTIONS_OPTION,
  RESPOND_OPTION,
  RESPONSES_OPTION,
  RULES_OPTION,
} from '../rules-option.ts';

export const RUN_DETAILS: readonly string[] = [
  'Prints what this kernel can do, which policies are in force and how each of their hooks is ' +
    'attached, then `armed`, then one line per event. With `--output json` standard output has ' +
    'nothing but events, and all else goes to standard error.',
  'A policy file with errors is left out with its diagnostics, and the agent starts with the ' +
    'others, unless --strict is given.',
  'Files that are added to, changed in, or removed from the directory of --policy-dir take ' +
    'effect while the agent runs. A file that has errors is reported in the log, and the version ' +
    'before it stays in force.',
  'What enforces is pinned: when the agent is killed it stays in force, and the next agent goes ' +
    'on with it, its records and the policies that were added, without a gap. `warder unload` ' +
    'takes it out of force when there will be no next agent.',
  'SIGINT and SIGTERM end it in order: the API is closed, programs are detached, what is still ' +
    'waiting is printed. A second signal ends it at once. When the reader of its output goes ' +
    'away, the agent goes on.',
];

export const RUN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'policy',
    short: 'p',
    value: 'FILE|DIR',
    isPath: true,
    isRepeatable: true,
    summary: 'policies to put in force; of a directory, its *.yaml and *.yml files',
  },
  RULES_OPTION,
  DETECTORS_OPTION,
  EXCEPTIONS_OPTION,
  RESPOND_OPTION,
  RESPONSES_OPTION,
  FINDING_RATE_OPTION,
  {
    name: 'policy-dir',
    value: 'DIR',
    isPath: true,
    fallback: '/etc/warder/policies',
    summary: 'directory whose policy files are put in force, and watched for changes',
  },
  OUTPUT_OPTION,
  ...COMPACT_OPTIONS,
  {
    name: 'expose-stack-addresses',
    summary: 'put the addresses into stack traces; those of the kernel help attacks on it',
  },
  { ...SOCKET_OPTION, summary: 'unix socket on which the agent answers' },
  ...GRPC_OPTIONS,
  {
    name: 'node-name',
    value: 'NAME',
    summary: 'name of this node in events (default: $NODE_NAME, else the host name)',
  },
  { name: 'cluster-name', value: 'NAME', summary: 'name of the cluster in events' },
  {
    name: 'kubeconfig',
    value: 'FILE',
    isPath: true,
    summary: 'API server to follow for pods and policies (default: that of the pod it runs in)',
  },
  { name: 'no-kubernetes', summary: 'follow no API server, also in a pod' },
  {
    name: 'node-label',
    value: 'KEY=VALUE',
    isRepeatable: true,
    summary: 'label of this node, for policies with a nodeSelector, where no API server says it',
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    fallback: 'info',
    summary: 'what to log to standard error',
  },
  {
    name: 'allow-local-requests',
    summary: 'let `GetUrl` of policies ask this machine and link-local addresses',
  },
  {
    name: 'dns-server',
    value: 'ADDRESS',
    isRepeatable: true,
    summary: 'asked for `DnsLookup` of policies, as IP or IP:PORT (default: as the system)',
  },
  {
    name: 'hook-time',
    summary: 'measure the time spent in hooks, for `warder status`; costs some ns per call',
  },
  {
    name: 'pin-dir',
    value: 'DIR',
    isPath: true,
    fallback: DEFAULT_PIN_DIRECTORY,
    summary: 'where what enforces is pinned, on a bpf file system',
  },
  {
    name: 'state-dir',
    value: 'DIR',
    isPath: true,
    fallback: DEFAULT_STATE_DIRECTORY,
    summary: 'where the next agent finds what it has to know; a reboot should empty it',
  },
  { name: 'no-pins', summary: 'let enforcement end with the agent, however it ends' },
  { name: 'keep', summary: 'leave in force what enforces when the agent is stopped' },
  { name: 'strict', summary: 'do not run unless every policy is in force' },
];

export const RUN_EXAMPLES: readonly Example[] = [
  { explains: 'Watch processes, without any policy', line: 'sudo warder run' },
  {
    explains: 'Enforce the policies of a directory',
    line: 'sudo warder run --policy policies/examples/quickstart',
  },
  {
    explains: 'Write events for another program, and refuse to run half-armed',
    line: 'sudo warder run --policy /etc/warder --strict --output json > events.json',
  },
];
