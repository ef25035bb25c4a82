/** Keys of the sections agent, policies and rules. */
import { isIP, SocketAddress } from 'node:net';
import { FINDINGS_PER_SECOND } from '../../model/finding.ts';
import { DEFAULT_PIN_DIRECTORY, DEFAULT_SOCKET, DEFAULT_STATE_DIRECTORY } from '../options.ts';
import type { ConfigKey } from './key.ts';
import type { TextProblem } from './key-types.ts';

const AGENT = { section: 'agent' } as const;
const POLICIES = { section: 'policies' } as const;
const RULES = { section: 'rules', isLive: true } as const;

const FLAG = { type: { kind: 'flag' } } as const;
const PATHS = { type: { kind: 'texts', arePaths: true } } as const;
const TEXT = { type: { kind: 'text' } } as const;
const PATH = { type: { kind: 'path' } } as const;
const FILES = { value: 'FILE|DIR' } as const;

const POLICY_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...POLICIES, ...PATHS, name: 'paths', flag: { name: 'policy', short: 'p', ...FILES } },
    summary: 'policies to put in force; of a directory, its *.yaml and *.yml files',
  },
  {
    ...{ ...POLICIES, ...PATH, name: 'directory', flag: { name: 'policy-dir', value: 'DIR' } },
    fallback: '/etc/warder/policies',
    summary: 'directory whose policy files are put in force, and watched for changes',
  },
];

const RULE_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...RULES, ...PATHS, name: 'paths', flag: { name: 'rules', ...FILES } },
    summary: 'detection rules of Sigma and Falco; of a directory, all below it',
  },
  {
    ...{ ...RULES, ...PATHS, name: 'detectors', flag: { name: 'detectors', ...FILES } },
    summary: 'detectors in TypeScript; of a directory, the files right in it',
  },
  {
    ...{ ...RULES, ...PATHS, name: 'exceptions', flag: { name: 'exceptions', ...FILES } },
    summary: 'events that rules do not mean, as data',
  },
  {
    ...{ ...RULES, name: 'respond', fallback: 'off', flag: { name: 'respond', value: 'MODE' } },
    type: { kind: 'text', choices: ['off', 'dry-run', 'enforce'] },
    summary: 'whether rules may kill, quarantine and signal; a dry run only says whom',
  },
  {
    ...{ ...RULES, ...PATHS, name: 'responses', flag: { name: 'responses', ...FILES } },
    summary: 'which rules are answered, and how, over what they say themselves',
  },
  {
    ...{ ...RULES, name: 'findingsPerSecond', flag: { name: 'findings-per-second' } },
    ...{ type: { kind: 'rate' }, fallback: String(FINDINGS_PER_SECOND) },
    summary: 'of each rule, after ten times as many at once; or `none`, to leave out nothing',
  },
];

const OUTPUT_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...AGENT, name: 'output', fallback: 'compact' },
    ...{ type: { kind: 'text', choices: ['compact', 'json'] } },
    flag: { name: 'output', short: 'o', value: 'FORM' },
    summary: 'one event per line, for people or for programs',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'timestamps', flag: { name: 'timestamps' }, fallback: 'false' },
    summary: 'put the time first in compact lines',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'stackTraces', fallback: 'true' },
    flag: {
      ...{ name: 'no-stack-traces', isNegated: true },
      summary: 'leave stack traces out of compact output',
    },
    summary: 'stack traces are a part of compact output',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'exposeStackAddresses', fallback: 'false' },
    flag: { name: 'expose-stack-addresses' },
    summary: 'put the addresses into stack traces; those of the kernel help attacks on it',
  },
];

const IDENTITY_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...AGENT, ...PATH, name: 'socket', fallback: DEFAULT_SOCKET, flag: { name: 'socket' } },
    summary: 'unix socket on which the agent answers',
  },
  {
    ...{ ...AGENT, ...TEXT, name: 'nodeName', flag: { name: 'node-name', value: 'NAME' } },
    summary: 'name of this node in events (default: $NODE_NAME, else the host name)',
  },
  {
    ...{ ...AGENT, ...TEXT, name: 'clusterName', flag: { name: 'cluster-name', value: 'NAME' } },
    summary: 'name of the cluster in events',
  },
  {
    ...{ ...AGENT, ...PATH, name: 'kubeconfig', flag: { name: 'kubeconfig', value: 'FILE' } },
    summary: 'API server to follow for pods and policies (default: that of the pod it runs in)',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'kubernetes', fallback: 'true' },
    flag: {
      ...{ name: 'no-kubernetes', isNegated: true },
      summary: 'follow no API server, also in a pod',
    },
    summary: 'an API server is followed, where there is one',
  },
  {
    ...{ ...AGENT, type: { kind: 'labels' }, name: 'nodeLabels', flag: { name: 'node-label' } },
    summary: 'label of this node, for policies with a nodeSelector, where no API server says it',
  },
];

const RUNNING_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...AGENT, name: 'logLevel', fallback: 'info', isLive: true },
    ...{ type: { kind: 'text', choices: ['debug', 'info', 'warn', 'error'] } },
    flag: { name: 'log-level', value: 'LEVEL' },
    summary: 'what to log to standard error',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'allowLocalRequests', fallback: 'false' },
    flag: { name: 'allow-local-requests' },
    summary: 'let `GetUrl` of policies ask this machine and link-local addresses',
  },
  {
    ...{ ...AGENT, name: 'dnsServers', flag: { name: 'dns-server', value: 'ADDRESS' } },
    type: { kind: 'texts', check: checkAddress },
    summary: 'asked for `DnsLookup` of policies, as IP or IP:PORT (default: as the system)',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'hookTime', fallback: 'false', flag: { name: 'hook-time' } },
    summary: 'measure the time spent in hooks, for `warder status`; costs some ns per call',
  },
  {
    ...{ ...AGENT, ...PATH, name: 'pinDir', flag: { name: 'pin-dir', value: 'DIR' } },
    fallback: DEFAULT_PIN_DIRECTORY,
    summary: 'where what enforces is pinned, on a bpf file system',
  },
  {
    ...{ ...AGENT, ...PATH, name: 'stateDir', flag: { name: 'state-dir', value: 'DIR' } },
    fallback: DEFAULT_STATE_DIRECTORY,
    summary: 'where the next agent finds what it has to know; a reboot should empty it',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'pins', fallback: 'true' },
    flag: {
      ...{ name: 'no-pins', isNegated: true },
      summary: 'let enforcement end with the agent, however it ends',
    },
    summary: 'enforcement outlives an agent that is killed',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'keep', fallback: 'false', flag: { name: 'keep' } },
    summary: 'leave in force what enforces when the agent is stopped',
  },
  {
    ...{ ...AGENT, ...FLAG, name: 'strict', fallback: 'false', flag: { name: 'strict' } },
    summary: 'do not run unless every policy is in force',
  },
];

export const AGENT_KEYS: readonly ConfigKey[] = [
  ...POLICY_KEYS,
  ...RULE_KEYS,
  ...OUTPUT_KEYS,
  ...IDENTITY_KEYS,
  ...RUNNING_KEYS,
];

function checkAddress(text: string): TextProblem | undefined {
  if (isIP(text) !== 0 || SocketAddress.parse(text) !== undefined) return undefined;
  const message = `${text} is no address`;
  const hint =
    'write an IP address, with a port if it is not 53: 192.0.2.1, 192.0.2.1:5353, [::1]:53';
  return { message, hint };
}
