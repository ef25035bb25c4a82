/** Stacks as JSON and below compact lines; addresses only where they are asked for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toJsonEvent } from '../../../../src/exporters/formats/tetragon-json/encode-event.ts';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import { decodeLine, type EncodeContext, formatCompact } from '../../../../src/exporters/index.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { HookEvent } from '../../../../src/model/event.ts';
import { aHookEvent } from '../../../support/events.ts';

const CONTEXT: EncodeContext = {
  nodeName: 'node-1',
  clock: new BootClock(0n),
  credentials: false,
  extensions: false,
};

const EVENT = aHookEvent({
  kernelStack: [
    { address: 0xffffffff81000110n, symbol: 'do_open', offset: 16, module: '' },
    { address: 0xffffffffc0a00123n, symbol: 'xfs_read', offset: 35, module: 'xfs' },
  ],
  userStack: [
    { address: 0x401010n, symbol: 'main', offset: 0, module: '/usr/bin/vi' },
    { address: 0x402010n, symbol: '', offset: 8208, module: '/usr/bin/vi' },
    { address: 0x7f00n, symbol: '', offset: 0, module: '' },
  ],
});

interface Stacks {
  readonly kernel_stack_trace?: readonly object[];
  readonly user_stack_trace?: readonly object[];
}

/** Both ways of encoding, which must agree. */
function encode(event: HookEvent, stackAddresses: boolean): Stacks {
  const context = { ...CONTEXT, stackAddresses };
  const line = new EventEncoder(context).encode(event);
  assert.deepStrictEqual(JSON.parse(line), JSON.parse(JSON.stringify(toJsonEvent(event, context))));
  return (JSON.parse(line) as { process_kprobe: Stacks }).process_kprobe;
}

function compact(event: HookEvent, options: { stackAddresses: boolean; stacks: boolean }): string {
  const line = new EventEncoder({ ...CONTEXT, ...options }).encode(event);
  const decoded = decodeLine(line, 1);
  assert.equal(decoded.kind, 'event');
  if (decoded.kind !== 'event') return '';
  return formatCompact(decoded.event, { colour: false, timestamps: false, stacks: options.stacks });
}

describe('stacks of events', () => {
  it('have no addresses', () => {
    const { kernel_stack_trace, user_stack_trace } = encode(EVENT, false);

    assert.deepStrictEqual(kernel_stack_trace, [
      { offset: '16', symbol: 'do_open' },
      { offset: '35', symbol: 'xfs_read', module: 'xfs' },
    ]);
    assert.deepStrictEqual(user_stack_trace, [
      { offset: '0', symbol: 'main', module: '/usr/bin/vi' },
      { offset: '8208', module: '/usr/bin/vi' },
      {},
    ]);
  });

  it('have them when that was asked for', () => {
    assert.deepStrictEqual(encode(EVENT, true).kernel_stack_trace?.[0], {
      address: '18446744071578845456',
      offset: '16',
      symbol: 'do_open',
    });
  });

  it('are not there when the event has none', () => {
    const body = encode(aHookEvent(), true);

    assert.deepStrictEqual(
      [body.kernel_stack_trace, body.user_stack_trace],
      [undefined, undefined],
    );
  });

  it('are lines below the compact one', () => {
    const [, ...lines] = compact(EVENT, { stackAddresses: false, stacks: true }).split('\n');

    assert.deepStrictEqual(lines, [
      '   kernel:',
      '     do_open+0x10',
      '     xfs_read+0x23 (xfs)',
      '   user:',
      '     main+0x0 (/usr/bin/vi)',
      '     /usr/bin/vi+0x2010',
      '     ?',
    ]);
    assert.match(
      compact(EVENT, { stackAddresses: true, stacks: true }),
      / {5}0xffffffff81000110: do_open/,
    );
    assert.equal(compact(EVENT, { stackAddresses: false, stacks: false }).includes('\n'), false);
  });

  it('reach a terminal neutralised', () => {
    const symbol = 'a\u001b[31m\nb';
    const event = aHookEvent({ userStack: [{ address: 1n, symbol, offset: 1, module: '' }] });

    const lines = compact(event, { stackAddresses: false, stacks: true }).split('\n');

    assert.equal(lines.length, 3);
    assert.equal(lines[2]?.includes('\u001b'), false);
  });
});
