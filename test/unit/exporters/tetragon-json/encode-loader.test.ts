/** Events of mapped files: the keys of Tetragon, and the compact line. */
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
import type { ProcessLoaderEvent } from '../../../../src/model/event.ts';
import { aParent, aProcess } from '../../../support/events.ts';

const CONTEXT: EncodeContext = {
  nodeName: 'node-1',
  clock: new BootClock(1_652_273_680_000_000_000n),
  credentials: false,
  extensions: true,
};

/** aProcess() maps the C library. */
function aLoaderEvent(overrides: Partial<ProcessLoaderEvent> = {}): ProcessLoaderEvent {
  return {
    kind: 'process_loader',
    sequence: 4,
    timeNs: 5_000_600_000n,
    process: aProcess(),
    parent: aParent(),
    tid: 51583,
    path: '/usr/lib/libc.so.6',
    buildId: Uint8Array.of(0xfe, 0xdc, 0xba, 0x98),
    ...overrides,
  };
}

/** The body without the processes, which is the same by both encoders. */
function bodyOf(event: ProcessLoaderEvent, context: EncodeContext = CONTEXT): object {
  const line = JSON.parse(new EventEncoder(context).encode(event));
  assert.deepStrictEqual(line, JSON.parse(JSON.stringify(toJsonEvent(event, context))));
  const { process: _, parent: __, ...rest } = line.process_loader;
  assert.deepStrictEqual(line.warder, { sequence: '4' });
  return rest;
}

describe('process_loader', () => {
  it('has the path and the build id in base64', () => {
    assert.deepStrictEqual(bodyOf(aLoaderEvent()), {
      path: '/usr/lib/libc.so.6',
      buildid: '/ty6mA==',
    });
  });

  it('has no build id where none is known', () => {
    assert.deepStrictEqual(bodyOf(aLoaderEvent({ buildId: new Uint8Array(0) })), {
      path: '/usr/lib/libc.so.6',
    });
  });

  it('has the ancestors when they are asked for', () => {
    const event = aLoaderEvent();
    const { parent } = event;
    const lineage = parent === undefined ? [] : [parent, parent];

    const body = bodyOf(event, { ...CONTEXT, ancestorsOf: () => lineage });

    assert.deepStrictEqual(Object.keys(body), ['path', 'buildid', 'ancestors']);
  });

  it('is a compact line, also when it is read back', () => {
    const result = decodeLine(new EventEncoder(CONTEXT).encode(aLoaderEvent()), 1);

    assert.equal(result.kind, 'event');
    const event = result.kind === 'event' ? result.event : {};
    assert.equal(
      formatCompact(event, { colour: false, timestamps: false }),
      '🧬 loader  node-1 /usr/bin/whoami /usr/lib/libc.so.6',
    );
  });
});
