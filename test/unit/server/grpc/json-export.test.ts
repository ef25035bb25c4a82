/** What is exported as JSON and what goes out over gRPC say the same, for every kind of event. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { EventEncoder } from '../../../../src/exporters/index.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { ArgumentValue, Event } from '../../../../src/model/event.ts';
import { FRAME_HEAD_SIZE, frameOf } from '../../../../src/server/grpc/events/event-frame.ts';
import { readEventLine } from '../../../../src/server/grpc/events/event-view.ts';
import * as events from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import {
  aHookEvent,
  anExecEvent,
  anExitEvent,
  aParent,
  aProcess,
  HOST_NAMESPACES,
  NO_FLAGS,
  ROOT_CREDENTIALS,
} from '../../../support/events.ts';
import { samplePod } from '../../engine/identity/sample-pods.ts';

const ENCODER = new EventEncoder({
  nodeName: 'node-1',
  clusterName: 'c-1',
  nodeLabels: { zone: 'a' },
  clock: new BootClock(1_652_273_680_123_456_789n),
  credentials: true,
  hostNamespaces: HOST_NAMESPACES,
  annotations: true,
  stackAddresses: true,
  extensions: true,
  ancestorsOf: () => [aParent(), aParent({ tgid: 1, binary: '/sbin/init' })],
});

const SOCKET = {
  ...{ family: 2, type: 1, protocol: 6, mark: 7, priority: 1, state: 1, cookie: 99n },
  ...{ hash: 5, length: 60, etherType: 0x800 },
  ...{ sourceAddress: '10.0.0.1', sourcePort: 4000 },
  ...{ destinationAddress: '10.0.0.2', destinationPort: 443 },
};
const CREDENTIALS = { ...ROOT_CREDENTIALS, securebits: 0xff };
const USER_NAMESPACE = { level: 0, uid: 0, gid: 0, inum: 4_026_531_837 };
const BYTES = Uint8Array.of(0, 1, 254, 255);

const VALUES: readonly ArgumentValue[] = [
  { kind: 'int', value: 0 },
  { kind: 'int', value: -100 },
  { kind: 'uint', value: 4_294_967_295 },
  { kind: 'long', value: -(2n ** 63n) },
  { kind: 'size', value: 2n ** 64n - 1n },
  { kind: 'syscall', number: 41, abi: 'i386' },
  { kind: 'string', value: 'täxt\u0000', truncated: false },
  { kind: 'bytes', value: BYTES, size: 4 },
  { kind: 'bytes', value: BYTES, size: 900 },
  { kind: 'file', path: '/etc/passwd', mode: 0o100644, unresolved: true },
  { kind: 'path', path: '/dev', mode: 0o40755, unresolved: false },
  { kind: 'linux_binprm', path: '/bin/ls', mode: 0o100755, unresolved: false },
  { kind: 'unreadable' },
  { kind: 'sock', ...SOCKET },
  { kind: 'skb', ...SOCKET },
  { kind: 'sockaddr', ...SOCKET },
  { kind: 'sockaddr_un', family: 1, path: '@abstract' },
  { kind: 'net_device', name: 'eth0' },
  { kind: 'module', name: 'm', isSigned: true, taints: 0x4_b403n },
  { kind: 'cred', credentials: CREDENTIALS, userNamespace: USER_NAMESPACE },
  { kind: 'user_namespace', ...USER_NAMESPACE },
  { kind: 'capability', value: 1 },
  { kind: 'kernel_cap_t', value: 0x1ffn },
  { kind: 'cap_inheritable', value: 1n },
  { kind: 'cap_permitted', value: 2n },
  { kind: 'cap_effective', value: 3n },
  { kind: 'bpf_cmd', value: 36 },
  { kind: 'bpf_attr', type: 2, instructions: 9, name: 'p' },
  { kind: 'bpf_prog', type: 29, instructions: 9, name: 'p' },
  { kind: 'bpf_map', type: 1, keySize: 4, valueSize: 8, entries: 10, name: 'm' },
  { kind: 'perf_event', function: 'f', type: 1, config: 5n, probeOffset: 6n },
];

const CONTAINER = {
  ...{ kind: 'container', containerId: 'a'.repeat(64), runtime: 'containerd', podUid: 'u' },
  ...{ isSandbox: false, pod: samplePod({ labels: { app: 'web' }, annotations: { note: 'x' } }) },
  container: {
    ...{ name: 'web', image: 'web:1', imageId: 'sha256:1', isPrivileged: true },
    startedAt: '2026-01-02T03:04:05Z',
  },
} as NonNullable<Event['workload']>;

const STACKS = {
  kernelStack: [{ address: 2n ** 64n - 1n, symbol: 'do_open', offset: 6, module: '' }],
  userStack: [{ address: 5n, symbol: '', offset: 7, module: '/bin/bash' }],
};

const DATA = [{ value: { kind: 'int', value: 5 }, label: '' }] as const;
const RETURNED = {
  kind: 'returned',
  value: { value: { kind: 'int', value: 0 }, label: '' },
  action: 'Sigkill',
} as const;

const OUTCOME = {
  ...{ signalled: true, signalFailed: false, overridden: true, overrideError: -1 },
  ...{ withheld: false, set: false, setFailed: false },
};

const EVENTS: readonly Event[] = [
  anExecEvent({ workload: CONTAINER }),
  anExecEvent({
    process: aProcess({
      flags: { ...NO_FLAGS, exec: true, setuid: true, setgid: true, fileCaps: true, memfd: true },
    }),
  }),
  anExecEvent({ process: aProcess({ flags: { ...NO_FLAGS, unknown: true } }) }),
  anExitEvent({ signal: 9, status: 137 }),
  aHookEvent({
    args: VALUES.map((value, at) => ({ value, label: at % 2 ? `label ${at}` : '' })),
    ...{ data: DATA, returned: RETURNED, ...STACKS },
    ...{ action: 'Override', outcome: OUTCOME, message: 'm', tags: ['a', 'b'] },
  }),
  aHookEvent({ kind: 'process_lsm', fileHash: 'sha256:00ff', args: [], data: DATA, ...STACKS }),
  aHookEvent({
    ...{ kind: 'process_tracepoint', data: DATA, ...STACKS },
    place: { kind: 'tracepoint', subsystem: 'raw_syscalls', name: 'sys_enter' },
  }),
  aHookEvent({
    ...{ kind: 'process_uprobe', data: DATA, returned: RETURNED },
    place: { kind: 'uprobe', path: '/bin/bash', symbol: '', offset: 0x1234, refCounter: 8 },
    userStack: STACKS.userStack,
  }),
  aHookEvent({
    ...{ kind: 'process_usdt', data: DATA, userStack: STACKS.userStack },
    place: { kind: 'usdt', path: '/bin/bash', provider: 'p', name: 'n' },
  }),
  {
    ...{ kind: 'process_loader', sequence: 4, timeNs: 5_000_600_000n, tid: 51583 },
    ...{ process: aProcess(), parent: aParent(), path: '/usr/lib/libc.so.6', buildId: BYTES },
  },
];

/** JSON as far as messages tell it: with times in one form. */
function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value === 'string') {
    const time = /^(\d{4}-\d\d-\d\dT[\d:]+)(?:\.(\d+))?Z$/.exec(value);
    return time === null ? value : `${time[1]}.${(time[2] ?? '').padEnd(9, '0')}Z`;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'warder')
      .map(([key, one]) => [key, normalise(one)]),
  );
}

describe('An event over gRPC', () => {
  for (const [index, event] of EVENTS.entries()) {
    it(`says what its line says: ${event.kind} (${index})`, () => {
      const line = ENCODER.encode(event);
      const view = readEventLine(line);
      assert.ok(view !== undefined);

      const bytes = frameOf(view.json).subarray(FRAME_HEAD_SIZE);
      const received = fromBinary(events.GetEventsResponseSchema, bytes);
      const json = toJson(events.GetEventsResponseSchema, received, { useProtoFieldName: true });

      assert.equal(received.event.case !== undefined, true);
      assert.deepStrictEqual(normalise(json), normalise(JSON.parse(line)));
    });
  }
});
