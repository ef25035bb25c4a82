/** A message of each kind that formats are given, made by the encoders that make the real ones. */
import { toJsonFinding } from '../../src/exporters/formats/finding-json/encode-finding.ts';
import { toJsonResponse } from '../../src/exporters/formats/finding-json/encode-response.ts';
import {
  type EncodeContext,
  toJsonEvent,
} from '../../src/exporters/formats/tetragon-json/encode-event.ts';
import type { Alert } from '../../src/model/alert.ts';
import { BootClock } from '../../src/model/clock.ts';
import type { MessageKind, OutboundMessage } from '../../src/model/delivery.ts';
import type { ArgumentValue, Event, HookEvent } from '../../src/model/event.ts';
import type { Facts } from '../../src/model/fact.ts';
import type { FindingResponse } from '../../src/model/finding.ts';
import type { ContainerWorkload } from '../../src/model/workload.ts';
import { CLASS_FACTS } from '../../src/rules/detection/sources/class-facts.ts';
import { ID, sampleContainer, samplePod, UID } from '../unit/engine/identity/sample-pods.ts';
import { aDetectionEvent } from './detection-events.ts';
import { aHookEvent, anExecEvent, anExitEvent, aParent, aProcess } from './events.ts';
import { aFinding } from './findings.ts';
import { aMessage } from './messages.ts';
import { addressArgument, pathArgument, socketArgument, textArgument } from './source-events.ts';

const CONTEXT: EncodeContext = {
  clock: new BootClock(1_750_000_000_000_000_000n),
  nodeName: 'node-1',
  clusterName: 'prod',
  credentials: true,
  extensions: true,
};

const WORKLOAD: ContainerWorkload = {
  ...{ kind: 'container', containerId: ID, runtime: 'containerd', podUid: UID },
  ...{ isSandbox: false, pod: samplePod(), container: sampleContainer() },
};

/** A message with a body that is JSON. */
export function messageOf(kind: MessageKind, body: object): OutboundMessage {
  return aMessage(1, { kind, body: JSON.stringify(body) });
}

/** An event as the agent publishes it. */
export function eventMessage(event: Event): OutboundMessage {
  return messageOf('event', toJsonEvent(event, CONTEXT));
}

function hook(functionName: string, values: readonly ArgumentValue[], more = {}): HookEvent {
  const args = values.map((value) => ({ value, label: '' }));
  return aHookEvent({ functionName, args, workload: WORKLOAD, ...more });
}

const DENIED = { ...aHookEvent().outcome, overridden: true, overrideError: -1 };
const KILLED = { ...aHookEvent().outcome, signalled: true };

const SOCKET = socketArgument({
  ...{ sourceAddress: '10.0.0.5', sourcePort: 40_000 },
  ...{ destinationAddress: '192.0.2.7', destinationPort: 443 },
});

const HOOKS: Readonly<Record<string, HookEvent>> = {
  'a write': aHookEvent(),
  'an open that was denied': hook('file_open', [pathArgument('/etc/shadow', 0o100640)], {
    ...{ kind: 'process_lsm', action: 'Override', outcome: DENIED },
  }),
  'an exec that was denied': hook(
    'security_bprm_check',
    [{ kind: 'linux_binprm', path: '/tmp/x', mode: 0o100755, unresolved: false }],
    { action: 'Override', outcome: DENIED },
  ),
  'a connection that was killed': hook('tcp_connect', [SOCKET], {
    ...{ action: 'Sigkill', outcome: KILLED },
  }),
  'a connection over IPv6': hook('tcp_connect', [
    socketArgument({
      ...{ family: 10, sourceAddress: '2001:db8::1', sourcePort: 40_000 },
      ...{ destinationAddress: '2001:db8::2', destinationPort: 443 },
    }),
  ]),
  'an accept': hook('inet_csk_accept', [SOCKET]),
  'a close': hook('tcp_close', [SOCKET]),
  'a bind': hook('__x64_sys_bind', [addressArgument('0.0.0.0', 80)]),
  'a call of connect': hook('__x64_sys_connect', [addressArgument('192.0.2.7', 53)]),
  'a socket nobody knows': hook('some_function', [SOCKET]),
  'a rename': hook('__x64_sys_renameat2', [textArgument('/tmp/a'), textArgument('/tmp/b')]),
  'a file nobody knows': hook('some_function', [pathArgument('/dev/sda', 0o060660)]),
  'an open with a hash': hook('file_open', [pathArgument('/bin/x', 0o100755)], {
    fileHash: `sha256:${'0f'.repeat(32)}`,
  }),
  'a function of no class': hook('commit_creds', [{ kind: 'int', value: 7 }]),
  'a tracepoint': hook('', [textArgument('/etc/passwd')], {
    ...{ kind: 'process_tracepoint' },
    place: { kind: 'tracepoint', subsystem: 'syscalls', name: 'sys_enter_openat' },
  }),
  'a place in a program': hook('', [], {
    ...{ kind: 'process_uprobe' },
    place: { kind: 'uprobe', path: '/bin/bash', symbol: 'readline', offset: 0, refCounter: 0 },
  }),
};

const EVENTS: Readonly<Record<string, Event>> = {
  'an exec': anExecEvent(),
  'an exec in a container': anExecEvent({ workload: WORKLOAD, parentWorkload: WORKLOAD }),
  'an exec without a parent': anExecEvent({ parent: undefined, process: aProcess({ tgid: 1 }) }),
  'a pod that became known': { ...anExecEvent({ workload: WORKLOAD }), kind: 'enrichment' },
  'an exec of a process that is not known': anExecEvent({
    process: aProcess({ flags: { ...aProcess().flags, unknown: true } }),
    parent: undefined,
  }),
  'an exit': anExitEvent(),
  'an exit by a signal': anExitEvent({ signal: 9 }),
  'a file that was mapped': {
    ...{ ...anExecEvent(), kind: 'process_loader', path: '/usr/lib/libc.so.6' },
    buildId: new Uint8Array([1, 2]),
  },
  ...HOOKS,
};

/** One value for each fact, so that each class is seen with all that it can say. */
const FACTS: Facts = {
  ...{ 'exit.code': 1, 'exit.signal': 9, 'file.path': '/etc/cron.d/x', 'file.mode': 0o100644 },
  ...{ 'file.old_path': '/tmp/x', 'file.target': '/etc/shadow', 'file.flags': ['write'] },
  ...{ 'file.inode': 42, 'file.device': 8, 'file.uid': 1000, 'file.gid': 1000 },
  ...{ 'file.filesystem': 'ext4', 'mount.source': '/dev/sda', 'mount.flags': ['nosuid'] },
  ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
  ...{ 'network.direction': 'outbound', 'network.local.ip': '10.0.0.5' },
  ...{ 'network.local.port': 40_000, 'network.remote.ip': '192.0.2.7' },
  ...{ 'network.remote.port': 443, 'network.remote.name': 'example.org' },
  ...{ 'dns.query': 'example.org', 'dns.type': 'A', 'dns.answers': ['192.0.2.7'] },
  ...{ 'target.pid': 7, 'target.exe.path': '/usr/sbin/sshd', 'target.cmdline': 'sshd -D' },
  ...{ 'ptrace.request': 'attach', 'signal.number': 9, 'credentials.old_uid': 1000 },
  ...{ 'credentials.new_uid': 0, 'credentials.gained': ['CAP_SYS_ADMIN'] },
  ...{ 'namespace.flags': ['user'], 'module.name': 'evil', 'bpf.command': 'prog_load' },
  ...{ 'bpf.type': 'kprobe', 'bpf.name': 'x', 'policy.name': 'p', 'policy.function': 'f' },
  ...{ 'policy.action': 'Post', 'policy.message': 'm', 'policy.tags': ['t'] },
  ...{ 'policy.args': ['1'] },
};

type Class = keyof typeof CLASS_FACTS;

const CLASSES = Object.keys(CLASS_FACTS) as readonly Class[];

function factsOf(name: Class): Facts {
  return Object.fromEntries(CLASS_FACTS[name].map((fact) => [fact, FACTS[fact]]));
}

/** A finding on one event of the class, as JSON. */
function findingOf(name: Class): object {
  const event = aDetectionEvent({
    ...{ class: name, facts: factsOf(name), ancestors: [aParent()], workload: WORKLOAD },
  });
  return toJsonFinding(
    aFinding({
      evidence: [aDetectionEvent(), event],
      count: 2,
      group: { user: 'root' },
      fields: { tty: '3' },
    }),
    { clock: CONTEXT.clock, nodeName: 'node-1', clusterName: 'prod' },
  );
}

/** The event of a class by itself, as those who only look at detections' events see it. */
function detectionOf(name: Class): object {
  const process = { pid: 51_583, uid: 0, binary: '/bin/bash', exec_id: 'eA==' };
  return { class: name, facts: factsOf(name), process, time: '2026-01-02T03:04:05.678Z' };
}

/** An alert of a rule, or of a policy whose event it rests on. */
export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    ...{ id: 'node-1/boot/7/a-rule', fingerprint: 'f'.repeat(16), state: 'firing' },
    severity: 'high',
    cause: {
      ...{ kind: 'rule', id: 'a-rule', title: 'A rule', version: '0000' },
      ...{ tags: ['attack.execution'], attack: ['TA0002', 'T1059', 'T1059.004'] },
      runbook: 'https://example.org/runbook',
    },
    message: 'a shell in a container',
    labels: { namespace: 'shop', binary: '/bin/bash' },
    ...{ count: 3, firstSeenMs: 1_750_000_001_000, lastSeenMs: 1_750_000_002_000 },
    ...{ node: 'node-1', cluster: 'prod' },
    evidence: { ...findingOf('file.open') },
    ...changes,
  };
}

const POLICY_ALERT: Alert = anAlert({
  cause: {
    ...{ kind: 'policy', id: 'protect-shadow', title: 'protect-shadow', version: '' },
    ...{ tags: [], attack: [], runbook: '' },
  },
  evidence: {
    ...toJsonEvent(EVENTS['an open that was denied'] ?? anExecEvent(), CONTEXT),
  },
});

function aResponse(changes: Partial<FindingResponse>): object {
  const response: FindingResponse = {
    ...{ finding: 'node-1/boot/7/a-rule', rule: 'a-rule', kind: 'kill_tree' },
    ...{ outcome: 'killed_after', isDryRun: false, causeTimeNs: 1n, latencyNs: 5n, processes: 1 },
    ...{ found: [{ tgid: 7, startNs: 1n, name: 'sh' }], reason: '', ...changes },
  };
  return toJsonResponse(response, {
    ...{ clock: CONTEXT.clock, nodeName: 'node-1', clusterName: 'prod' },
  });
}

/** By what they are. */
export const SAMPLES: Readonly<Record<string, OutboundMessage>> = {
  ...Object.fromEntries(Object.entries(EVENTS).map(([name, event]) => [name, eventMessage(event)])),
  ...Object.fromEntries(
    CLASSES.flatMap((name) => [
      [`a finding on ${name}`, messageOf('event', findingOf(name))],
      [`an event of ${name}`, messageOf('event', detectionOf(name))],
    ]),
  ),
  'an alert': messageOf('alert', anAlert()),
  'an alert of a policy': messageOf('alert', POLICY_ALERT),
  'an update of an alert': messageOf('alert_update', anAlert()),
  'an alert that is over': messageOf('alert_update', anAlert({ state: 'resolved' })),
  'a kill': messageOf('event', aResponse({})),
  'a quarantine that failed': messageOf(
    'event',
    aResponse({ kind: 'quarantine_pod', outcome: 'not_enforced', reason: 'no cgroup' }),
  ),
  'a signal': messageOf('event', aResponse({ kind: 'signal' })),
  'a rehearsal': messageOf('event', aResponse({ isDryRun: true })),
  'an answer by webhook': messageOf('event', aResponse({ kind: 'webhook', found: [] })),
  'the health of an agent': messageOf('health', { state: 'healthy', dropped: 3 }),
  'the state of a policy': messageOf('policy_status', { policy: 'p', state: 'enabled' }),
  'an event of a kind that is not known': messageOf('event', { process_new: { a: 1 } }),
  'an alert of a shape that is not known': messageOf('alert', { id: 1 }),
  'text that is no JSON': aMessage(1, { body: '{"process_exec":' }),
  'a list': aMessage(1, { body: '[1]' }),
  nothing: aMessage(1, { body: '', id: '', node: '', namespace: '', timeMs: Number.NaN }),
};
