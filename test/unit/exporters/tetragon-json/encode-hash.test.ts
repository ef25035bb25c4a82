/** Hashes of files as JSON. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toJsonEvent } from '../../../../src/exporters/formats/tetragon-json/encode-event.ts';
import { EventEncoder } from '../../../../src/exporters/formats/tetragon-json/event-encoder.ts';
import { decodeLine, type EncodeContext } from '../../../../src/exporters/index.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import { aHookEvent } from '../../../support/events.ts';

const CONTEXT: EncodeContext = {
  nodeName: 'node-1',
  clock: new BootClock(0n),
  credentials: false,
  extensions: false,
};
const HASH = `sha256:${'0f'.repeat(32)}`;

describe('hashes of files in events', () => {
  it('are in the line, and are not those of the event before', () => {
    const encoder = new EventEncoder(CONTEXT);
    const shared = aHookEvent({ kind: 'process_lsm' });
    const events = [{ ...shared, fileHash: HASH }, shared, { ...shared, fileHash: 'sha1:00' }];

    const lines = events.map((event) => encoder.encode(event));

    const found = lines.map((line) => {
      const decoded = decodeLine(line, 1);
      return decoded.kind === 'event' ? decoded.event.process_lsm?.ima_hash : decoded.kind;
    });
    assert.deepStrictEqual(found, [HASH, undefined, 'sha1:00']);
    for (const [place, event] of events.entries()) {
      const whole: unknown = JSON.parse(JSON.stringify(toJsonEvent(event, CONTEXT)));
      assert.deepStrictEqual(JSON.parse(lines[place] ?? ''), whole);
    }
  });
});
