/** Events as Tetragon JSON: whole objects, as a consumer would parse them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type EncodeContext,
  toJsonEvent,
} from '../../../../src/exporters/formats/tetragon-json/encode-event.ts';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { Event } from '../../../../src/model/event.ts';
import {
  aHookEvent,
  anExecEvent,
  anExitEvent,
  aParent,
  aProcess,
  HOST_NAMESPACES,
  NO_FLAGS,
} from '../../../support/events.ts';

const CONTEXT: EncodeContext = {
  nodeName: 'node-1',
  clock: new BootClock(1_652_273_680_000_000_000n),
  credentials: false,
  extensions: false,
};

const PROCESS = {
  exec_id: 'bm9kZS0xOjUwMDAwMDAwMDE6NTE1ODM=',
  pid: 51583,
  uid: 0,
  cwd: '/',
  binary: '/usr/bin/whoami',
  arguments: '--version',
  flags: 'execve rootcwd clone',
  start_time: '2022-05-11T12:54:45Z',
  auid: 4_294_967_295,
  parent_exec_id: 'bm9kZS0xOjQwMDAwMDAwMDE6NDM4NzI=',
  tid: 51583,
  in_init_tree: false,
};

const PARENT = {
  exec_id: 'bm9kZS0xOjQwMDAwMDAwMDE6NDM4NzI=',
  pid: 43872,
  uid: 0,
  cwd: '/',
  binary: '/bin/bash',
  flags: 'execve rootcwd clone',
  start_time: '2022-05-11T12:54:44Z',
  auid: 4_294_967_295,
  parent_exec_id: 'bm9kZS0xOjMwMDAwMDAwMDE6NDM4NjE=',
  tid: 43872,
  in_init_tree: false,
};

function encode(event: Event, context: Partial<EncodeContext> = {}): unknown {
  const line = new EventEncoder({ ...CONTEXT, ...context }).encode(event);
  assert.equal(line.includes('\n'), false);
  return JSON.parse(line);
}

describe('EventEncoder envelope', () => {
  it('encodes an exec', () => {
    assert.deepStrictEqual(encode(anExecEvent()), {
      process_exec: { process: PROCESS, parent: PARENT },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45Z',
    });
  });

  it('prints cluster and node labels when there are any', () => {
    const context = { clusterName: 'prod', nodeLabels: { zone: 'a' } };

    assert.deepStrictEqual(encode(anExecEvent({ parent: undefined }), context), {
      process_exec: { process: PROCESS },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45Z',
      cluster_name: 'prod',
      node_labels: { zone: 'a' },
    });
  });

  it('lists ancestors from the grandparent upward', () => {
    const grandparent = aProcess({
      tgid: 1,
      binary: '/sbin/init',
      argv: ['init'],
      parentExecId: '',
    });
    const ancestorsOf = () => [aParent(), grandparent];

    const encoded = encode(anExecEvent(), { ancestorsOf });

    const { arguments: _arguments, parent_exec_id: _parent, ...rest } = PROCESS;
    assert.deepStrictEqual(encoded, {
      process_exec: {
        process: PROCESS,
        parent: PARENT,
        ancestors: [{ ...rest, pid: 1, tid: 1, binary: '/sbin/init' }],
      },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45Z',
    });
  });

  const events: readonly (readonly [string, Event])[] = [
    ['an exec', anExecEvent()],
    ['an exec without parent', anExecEvent({ parent: undefined })],
    [
      'an exec that raised privileges',
      anExecEvent({ process: aProcess({ flags: { ...NO_FLAGS, setuid: true } }) }),
    ],
    ['an exit', anExitEvent({ signal: 9 })],
    ['a hook event', aHookEvent({ action: 'Sigkill', tags: ['t'], message: 'm' })],
    [
      'an unknown process',
      aHookEvent({ process: aProcess({ flags: { ...NO_FLAGS, unknown: true } }) }),
    ],
  ];
  for (const [subject, event] of events) {
    it(`prints the object of toJsonEvent for ${subject}, twice the same`, () => {
      const context = {
        ...CONTEXT,
        extensions: true,
        credentials: true,
        hostNamespaces: HOST_NAMESPACES,
      };
      const encoder = new EventEncoder(context);

      const lines = [encoder.encode(event), encoder.encode(event)];

      const expected: unknown = JSON.parse(JSON.stringify(toJsonEvent(event, context)));
      assert.deepStrictEqual(
        lines.map((line): unknown => JSON.parse(line)),
        [expected, expected],
      );
    });
  }

  it('does not print the selector of before for another one with the same tags', () => {
    const context = { ...CONTEXT, extensions: true };
    const encoder = new EventEncoder(context);
    const tags = ['t'];
    const selectors = [
      aHookEvent({ tags }),
      aHookEvent({ tags, action: 'Sigkill' }),
      aHookEvent({ tags, policyName: 'other' }),
      aHookEvent({ tags, message: 'other' }),
      aHookEvent({ tags, functionName: 'other' }),
    ];

    const lines = [...selectors, ...selectors].map((event) => encoder.encode(event));

    assert.deepStrictEqual(
      lines.map((line): unknown => JSON.parse(line)),
      [...selectors, ...selectors].map((event): unknown =>
        JSON.parse(JSON.stringify(toJsonEvent(event, context))),
      ),
    );
  });

  it('does not print the process of before for another one with the same tgid', () => {
    const encoder = new EventEncoder(CONTEXT);
    encoder.encode(anExecEvent());

    const line = encoder.encode(anExecEvent({ process: aProcess({ binary: '/usr/bin/id' }) }));

    assert.equal(JSON.parse(line).process_exec.process.binary, '/usr/bin/id');
  });
});

describe('EventEncoder exit', () => {
  it('prints neither signal nor status of a clean exit', () => {
    assert.deepStrictEqual(encode(anExitEvent()), {
      process_exit: { process: PROCESS, parent: PARENT, time: '2022-05-11T12:54:45.001Z' },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45.001Z',
    });
  });

  const cases: readonly (readonly [string, number, number, object])[] = [
    ['prints an exit status', 0, 2, { status: 2 }],
    ['names a signal', 9, 0, { signal: 'SIGKILL' }],
    ['prefers the usual name of a signal', 6, 0, { signal: 'SIGABRT' }],
    ['counts real-time signals from the first', 36, 0, { signal: 'SIGRTMIN+2' }],
  ];
  for (const [behaviour, signal, status, expected] of cases) {
    it(behaviour, () => {
      const { process_exit } = encode(anExitEvent({ signal, status })) as {
        process_exit: { process: object; parent: object; time: string };
      };
      const { process: _process, parent: _parent, time: _time, ...rest } = process_exit;
      assert.deepStrictEqual(rest, expected);
    });
  }
});

describe('EventEncoder hook events', () => {
  it('encodes a kprobe event', () => {
    assert.deepStrictEqual(encode(aHookEvent()), {
      process_kprobe: {
        process: { ...PROCESS, tid: 51584 },
        parent: PARENT,
        function_name: 'security_file_permission',
        args: [{ file_arg: { path: '/etc/passwd', permission: '-rw-r--r--' } }, { int_arg: 2 }],
        action: 'KPROBE_ACTION_POST',
        policy_name: 'file-monitoring',
      },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45.000500Z',
    });
  });

  it('encodes an LSM event with message and tags', () => {
    const event = aHookEvent({
      kind: 'process_lsm',
      functionName: 'file_open',
      action: 'Override',
      message: 'Sensitive file',
      tags: ['observability.filesystem'],
      args: [],
    });

    assert.deepStrictEqual(encode(event), {
      process_lsm: {
        process: { ...PROCESS, tid: 51584 },
        parent: PARENT,
        function_name: 'file_open',
        action: 'KPROBE_ACTION_OVERRIDE',
        policy_name: 'file-monitoring',
        message: 'Sensitive file',
        tags: ['observability.filesystem'],
      },
      node_name: 'node-1',
      time: '2022-05-11T12:54:45.000500Z',
    });
  });
});
