/** Reading lines back: what is kept, what is refused, and that nothing is thrown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCompact } from '../../../../src/exporters/formats/compact/format-compact.ts';
import { decodeLine } from '../../../../src/exporters/formats/tetragon-json/decode-line.ts';
import { toJsonEvent } from '../../../../src/exporters/formats/tetragon-json/encode-event.ts';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { Event } from '../../../../src/model/event.ts';
import { aHookEvent, anExecEvent, anExitEvent, aProcess } from '../../../support/events.ts';

const CONTEXT = {
  nodeName: 'node-1',
  clock: new BootClock(0n),
  credentials: true,
  extensions: true,
};
const OPTIONS = { colour: false, timestamps: true };

describe('decodeLine', () => {
  const events: readonly (readonly [string, Event])[] = [
    ['an exec', anExecEvent({ process: aProcess({ interpreter: '/bin/dash' }) })],
    ['an exit', anExitEvent({ signal: 11 })],
    ['a kprobe event', aHookEvent()],
    [
      'a denial',
      aHookEvent({
        kind: 'process_lsm',
        functionName: 'file_open',
        action: 'Override',
        outcome: {
          signalled: false,
          signalFailed: false,
          overridden: true,
          overrideError: -1,
          withheld: false,
          set: false,
          setFailed: false,
        },
      }),
    ],
  ];
  for (const [subject, event] of events) {
    it(`reads ${subject} so that it looks as it did live`, () => {
      const result = decodeLine(new EventEncoder(CONTEXT).encode(event), 1);

      assert.equal(result.kind, 'event');
      const live = formatCompact(toJsonEvent(event, CONTEXT), OPTIONS);
      assert.equal(result.kind === 'event' && formatCompact(result.event, OPTIONS), live);
    });
  }

  it('reads an event of a pod that Tetragon wrote', () => {
    const line = JSON.stringify({
      process_kprobe: {
        process: {
          exec_id: 'eA==',
          pid: 64746,
          uid: 0,
          binary: '/usr/bin/curl',
          pod: { namespace: 'default', name: 'xwing', pod_labels: { class: 'xwing' } },
        },
        function_name: 'tcp_connect',
        args: [
          {
            sock_arg: {
              protocol: 'IPPROTO_TCP',
              saddr: '10.0.0.1',
              sport: 4000,
              daddr: '10.0.0.2',
              dport: 443,
            },
          },
        ],
        action: 'KPROBE_ACTION_SIGKILL',
        policy_name: 'net',
      },
      node_name: 'n',
    });

    const result = decodeLine(line, 1);

    assert.equal(
      result.kind === 'event' && formatCompact(result.event, OPTIONS),
      '🔌 connect default/xwing /usr/bin/curl ' +
        'tcp 10.0.0.1:4000 -> 10.0.0.2:443 [net: action SIGKILL]',
    );
  });

  it('skips blank lines', () => {
    assert.deepStrictEqual(decodeLine(' \t\r', 3), { kind: 'blank' });
  });

  const bad: readonly (readonly [string, string, string])[] = [
    ['text that is not JSON', '{"process_exec":', 'line 7: not JSON'],
    ['an array', '[]', 'line 7: not a JSON object'],
    ['null', 'null', 'line 7: not a JSON object'],
    ['a number', '12', 'line 7: not a JSON object'],
    ['an object without an event', '{"node_name":"n"}', 'line 7: no event of a known kind in it'],
    [
      'an event that is no object',
      '{"process_exec":"x"}',
      'line 7: no event of a known kind in it',
    ],
    [
      'an inherited name',
      '{"__proto__":{"process_exec":{}}}',
      'line 7: no event of a known kind in it',
    ],
  ];
  for (const [subject, line, message] of bad) {
    it(`refuses ${subject}, with its line number`, () => {
      const result = decodeLine(line, 7);

      assert.equal(result.kind, 'invalid');
      assert.deepStrictEqual(
        result.kind === 'invalid' && [result.error.code, result.error.message],
        ['EXPORT_LINE_INVALID', message],
      );
    });
  }

  it('takes no part of a bad line into the message', () => {
    const result = decodeLine('\u001b[31m', 1);

    assert.equal(result.kind === 'invalid' && result.error.message, 'line 1: not JSON');
  });

  it('shows an event whose fields have the wrong types', () => {
    const line = JSON.stringify({
      process_exec: { process: { binary: 7, arguments: [], pod: 'x' }, parent: null },
      warder: { enforcement: { outcome: 'maybe' } },
    });

    const result = decodeLine(line, 1);

    assert.equal(
      result.kind === 'event' && formatCompact(result.event, OPTIONS),
      '🚀 process <unknown>',
    );
  });
});
