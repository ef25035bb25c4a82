/** The hub counts what it hands out, and encodes only for those who listen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineHub } from '../../../src/cli/line-hub.ts';
import { anExecEvent, anExitEvent } from '../../support/events.ts';

describe('LineHub', () => {
  it('counts events by kind, whether or not anybody listens', () => {
    const encoded: string[] = [];
    const hub = new LineHub(({ kind }) => {
      encoded.push(kind);
      return kind;
    });

    hub.publish([anExecEvent(), anExitEvent()]);
    const unsubscribe = hub.subscribe(() => undefined);
    hub.publish([anExecEvent()]);
    unsubscribe();

    const counted = Object.entries(hub.counts()).filter(([, count]) => count > 0);
    assert.deepStrictEqual(counted, [
      ['process_exec', 2],
      ['process_exit', 1],
    ]);
    assert.deepStrictEqual(encoded, ['process_exec']);
  });

  it('counts no lines that are no events', () => {
    const hub = new LineHub(() => '');

    hub.send(['{"finding":{}}']);

    assert.deepStrictEqual([...new Set(Object.values(hub.counts()))], [0]);
  });
});
