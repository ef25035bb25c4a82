/** Hook events whose hook is no function of the kernel: keys of their place, and compact lines. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCompact } from '../../../../src/exporters/formats/compact/format-compact.ts';
import { decodeLine } from '../../../../src/exporters/formats/tetragon-json/decode-line.ts';
import {
  type EncodeContext,
  toJsonEvent,
} from '../../../../src/exporters/formats/tetragon-json/encode-event.ts';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { HookEvent } from '../../../../src/model/event.ts';
import { aHookEvent } from '../../../support/events.ts';

const CONTEXT: EncodeContext = {
  nodeName: 'node-1',
  clock: new BootClock(1_652_273_680_000_000_000n),
  credentials: false,
  extensions: false,
};

interface PlaceCase {
  readonly event: HookEvent;
  /** Keys and values of the body that say where. */
  readonly place: object;
  readonly line: string;
}

const CASES: readonly PlaceCase[] = [
  {
    event: aHookEvent({
      kind: 'process_tracepoint',
      functionName: 'sys_enter',
      place: { kind: 'tracepoint', subsystem: 'raw_syscalls', name: 'sys_enter' },
      args: [{ value: { kind: 'long', value: 59n }, label: '' }],
    }),
    place: { subsys: 'raw_syscalls', event: 'sys_enter' },
    line: '☎ syscall node-1 /usr/bin/whoami sys_enter 59',
  },
  {
    event: aHookEvent({
      kind: 'process_tracepoint',
      functionName: 'sys_exit',
      place: { kind: 'tracepoint', subsystem: 'raw_syscalls', name: 'sys_exit' },
      args: [
        { value: { kind: 'syscall', number: 41, abi: 'i386' }, label: '' },
        { value: { kind: 'syscall', number: 1000, abi: 'x64' }, label: '' },
      ],
    }),
    place: { subsys: 'raw_syscalls', event: 'sys_exit' },
    line: '☎ syscall node-1 /usr/bin/whoami sys_exit dup x64/1000',
  },
  {
    event: aHookEvent({
      kind: 'process_uprobe',
      functionName: 'readline',
      place: { kind: 'uprobe', path: '/bin/bash', symbol: 'readline', offset: 0, refCounter: 0 },
      args: [],
    }),
    place: { path: '/bin/bash', symbol: 'readline' },
    line: '🪝 uprobe  node-1 /usr/bin/whoami /bin/bash:readline',
  },
  {
    event: aHookEvent({
      kind: 'process_uprobe',
      functionName: '0x1234',
      place: { kind: 'uprobe', path: '/bin/bash', symbol: '', offset: 0x1234, refCounter: 8 },
      args: [],
    }),
    place: { path: '/bin/bash', offset: '4660', ref_ctr_offset: '8' },
    line: '🪝 uprobe  node-1 /usr/bin/whoami /bin/bash:4660',
  },
  {
    event: aHookEvent({
      kind: 'process_usdt',
      functionName: 'query__start',
      place: { kind: 'usdt', path: '/bin/db', provider: 'db', name: 'query__start' },
      args: [],
    }),
    place: { path: '/bin/db', provider: 'db', name: 'query__start' },
    line: '🪝 usdt    node-1 /usr/bin/whoami /bin/db:db:query__start',
  },
];

describe('places of hooks', () => {
  for (const { event, place, line } of CASES) {
    it(`are written for ${event.kind} ${event.functionName}`, () => {
      const text = new EventEncoder(CONTEXT).encode(event);
      const decoded = decodeLine(text, 1);

      const written = JSON.parse(text);
      const body = written[event.kind];
      assert.deepStrictEqual(written, JSON.parse(JSON.stringify(toJsonEvent(event, CONTEXT))));
      assert.deepStrictEqual({ ...body, ...place }, body);
      assert.equal(body.function_name, undefined);
      assert.equal(decoded.kind, 'event');
      const compact = { colour: false, timestamps: false };
      assert.equal(decoded.kind === 'event' ? formatCompact(decoded.event, compact) : '', line);
    });
  }

  it('are told apart where everything else is the same', () => {
    const encoder = new EventEncoder(CONTEXT);
    const tags = ['shared'];
    const at = (name: string): HookEvent =>
      aHookEvent({
        ...{ kind: 'process_tracepoint', functionName: 'x', tags },
        place: { kind: 'tracepoint', subsystem: 'sched', name },
      });

    const names = ['one', 'two', 'one'].map(
      (name) => JSON.parse(encoder.encode(at(name))).process_tracepoint.event,
    );

    assert.deepStrictEqual(names, ['one', 'two', 'one']);
  });
});
