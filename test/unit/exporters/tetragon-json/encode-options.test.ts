/** What an agent may add to its events: the extension, credentials, namespaces. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import type { EncodeContext } from '../../../../src/exporters/index.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { Event, HookEvent } from '../../../../src/model/event.ts';
import type { HookOutcome } from '../../../../src/model/hook-return.ts';
import {
  aHookEvent,
  anExecEvent,
  aProcess,
  HOST_NAMESPACES,
  ROOT_CREDENTIALS,
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

function encode(event: Event, context: Partial<EncodeContext> = {}): unknown {
  const line = new EventEncoder({ ...CONTEXT, ...context }).encode(event);
  assert.equal(line.includes('\n'), false);
  return JSON.parse(line);
}

const UNTOUCHED: HookOutcome = {
  ...{ signalled: false, signalFailed: false, overridden: false, overrideError: 0 },
  ...{ withheld: false, set: false, setFailed: false },
};

describe('EventEncoder extension', () => {
  const outcomes: readonly (readonly [string, Partial<HookEvent>, object])[] = [
    ['says nothing of enforcement when nothing was to be enforced', {}, { sequence: '3' }],
    [
      'says denied, with the error',
      {
        action: 'Override',
        outcome: { ...UNTOUCHED, overridden: true, overrideError: -1 },
      },
      { sequence: '3', enforcement: { outcome: 'denied', error: 'EPERM' } },
    ],
    [
      'says denied when it also killed',
      {
        action: 'Sigkill',
        outcome: { ...UNTOUCHED, signalled: true, overridden: true, overrideError: -13 },
      },
      { sequence: '3', enforcement: { outcome: 'denied', error: 'EACCES', signal: 'SIGKILL' } },
    ],
    [
      'says killed',
      {
        action: 'Sigkill',
        outcome: { ...UNTOUCHED, signalled: true },
      },
      { sequence: '3', enforcement: { outcome: 'killed', signal: 'SIGKILL' } },
    ],
    [
      'says not enforced when the signal failed',
      {
        action: 'Sigkill',
        outcome: { ...UNTOUCHED, signalFailed: true },
      },
      { sequence: '3', enforcement: { outcome: 'not_enforced', signal_failed: true } },
    ],
    [
      'says monitored when the mode of the policy withheld the action',
      {
        action: 'Sigkill',
        outcome: { ...UNTOUCHED, withheld: true },
      },
      { sequence: '3', enforcement: { outcome: 'monitored' } },
    ],
    [
      'says monitored of a signal too',
      {
        action: 'Signal',
        outcome: { ...UNTOUCHED, withheld: true },
      },
      { sequence: '3', enforcement: { outcome: 'monitored' } },
    ],
    [
      'says set when a variable was overwritten',
      {
        action: 'Set',
        outcome: { ...UNTOUCHED, set: true },
      },
      { sequence: '3', enforcement: { outcome: 'set' } },
    ],
    [
      'says killed when a variable was overwritten before',
      {
        action: 'Set',
        outcome: { ...UNTOUCHED, signalled: true, set: true },
      },
      { sequence: '3', enforcement: { outcome: 'killed', signal: 'SIGKILL' } },
    ],
    [
      'says not enforced when a variable could not be overwritten',
      {
        action: 'Set',
        outcome: { ...UNTOUCHED, setFailed: true },
      },
      { sequence: '3', enforcement: { outcome: 'not_enforced', set_failed: true } },
    ],
    [
      'says monitored of a variable too',
      {
        action: 'Set',
        outcome: { ...UNTOUCHED, withheld: true },
      },
      { sequence: '3', enforcement: { outcome: 'monitored' } },
    ],
    [
      'says nothing for a policy that only reports beside one in monitor mode',
      {
        outcome: { ...UNTOUCHED, withheld: true },
      },
      { sequence: '3' },
    ],
    [
      'says not enforced when the hook could not be overridden',
      { action: 'Override' },
      { sequence: '3', enforcement: { outcome: 'not_enforced' } },
    ],
  ];
  for (const [behaviour, overrides, expected] of outcomes) {
    it(behaviour, () => {
      const { warder } = encode(aHookEvent(overrides), { extensions: true }) as { warder: object };
      assert.deepStrictEqual(warder, expected);
    });
  }

  it('leaves the extension out when it is off', () => {
    assert.equal(Object.hasOwn(encode(aHookEvent()) as object, 'warder'), false);
  });

  it('names the interpreter of a script in the extension', () => {
    const process = aProcess({ binary: '/run.sh', interpreter: '/usr/bin/dash' });

    const { warder } = encode(anExecEvent({ process }), { extensions: true }) as { warder: object };

    assert.deepStrictEqual(warder, { sequence: '1', interpreter: '/usr/bin/dash' });
  });
});

describe('EventEncoder optional blocks', () => {
  function processOf(event: Event, context: Partial<EncodeContext>): unknown {
    return (encode(event, context) as { process_exec: { process: object } }).process_exec.process;
  }

  it('prints capabilities and credentials on request', () => {
    const credentials = {
      ...ROOT_CREDENTIALS,
      uid: 1000,
      capInheritable: 2n,
      securebits: 0b100001,
    };
    const caps = {
      permitted: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
      effective: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
      inheritable: ['DAC_OVERRIDE'],
    };

    const process = processOf(anExecEvent({ process: aProcess({ credentials }) }), {
      credentials: true,
    });

    assert.deepStrictEqual(process, {
      ...PROCESS,
      cap: caps,
      process_credentials: {
        uid: 1000,
        gid: 0,
        euid: 0,
        egid: 0,
        suid: 0,
        sgid: 0,
        fsuid: 0,
        fsgid: 0,
        securebits: ['SecBitNoRoot', 'SecBitKeepCapsLocked'],
        caps,
      },
    });
  });

  it('prints namespaces on request, and which are those of the host', () => {
    const namespaces = { ...HOST_NAMESPACES, net: 4_026_532_999, time: 0, timeForChildren: 0 };
    const host = (inum: number) => ({ inum, is_host: true });

    const process = processOf(anExecEvent({ process: aProcess({ namespaces }) }), {
      hostNamespaces: HOST_NAMESPACES,
    });

    assert.deepStrictEqual(process, {
      ...PROCESS,
      ns: {
        uts: host(4_026_531_838),
        ipc: host(4_026_531_839),
        mnt: host(4_026_531_841),
        pid: host(4_026_531_836),
        pid_for_children: host(4_026_531_836),
        net: { inum: 4_026_532_999 },
        cgroup: host(4_026_531_835),
        user: host(4_026_531_837),
      },
    });
  });
});
