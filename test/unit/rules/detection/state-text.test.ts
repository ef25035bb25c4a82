/** What correlations remember is bounded when it is written down. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import type { SavedGroup } from '../../../../src/rules/detection/correlate/correlation.ts';
import { decodeState, encodeState } from '../../../../src/rules/index.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';

const HEAD = { node: 'node', cluster: '', boot: 'boot', bootTimeMs: 0 };

function aGroup(key: string, events: readonly DetectionEvent[]): SavedGroup {
  const entries = events.map((event, position) => {
    return { timeUs: position, rule: 0, value: '', count: 1, events: [event] };
  });
  return { values: Object.assign(Object.create(null), { key }), entries };
}

/** Groups of one event each, the one that was used last at the end. */
function groups(count: number, prefix: string): readonly SavedGroup[] {
  return Array.from({ length: count }, (_, sequence) => {
    return aGroup(`${prefix}${sequence}`, [aDetectionEvent({ sequence })]);
  });
}

function keysIn(text: string, rule: string): readonly (string | undefined)[] {
  return (decodeState(text, 'boot')[rule]?.groups ?? []).map(({ values }) => values['key']);
}

function eventsIn(text: string): number {
  const saved = Object.values(decodeState(text, 'boot')).flatMap((each) => each.groups);
  return saved.flatMap(({ entries }) => entries.flatMap(({ events }) => events)).length;
}

describe('the text of what correlations remember', () => {
  it('is bounded, has the groups that were used last, and counts the others', () => {
    const saved = {
      many: { version: '1', groups: groups(5000, 'm') },
      few: { version: '1', groups: groups(2, 'f') },
    };
    const { text, unsaved } = encodeState(HEAD, saved, 100_000);

    const many = keysIn(text, 'many');
    assert.ok(text.length < 110_000, String(text.length));
    assert.deepStrictEqual(keysIn(text, 'few'), ['f0', 'f1']);
    assert.equal(many.length + unsaved, 5000);
    assert.ok(many.length > 1000 && many.length < 5000, String(many.length));
    assert.deepStrictEqual([many[0], many.at(-1)], [`m${5000 - many.length}`, 'm4999']);
    assert.ok(eventsIn(text) > 10 && eventsIn(text) < 200, String(eventsIn(text)));
  });

  it('leaves room for others beside one group of many events', () => {
    const events = Array.from({ length: 1000 }, (_, sequence) => aDetectionEvent({ sequence }));
    const saved = {
      deep: { version: '1', groups: [aGroup('d', events)] },
      wide: { version: '1', groups: groups(20, 'w') },
    };
    const { text, unsaved } = encodeState(HEAD, saved, 100_000);

    assert.ok(text.length < 110_000, String(text.length));
    assert.equal(unsaved, 0);
    assert.equal(decodeState(text, 'boot')['deep']?.groups[0]?.entries.length, 1000);
  });

  it('leaves nothing out when there is room', () => {
    const saved = { many: { version: '1', groups: groups(50, 'm') } };
    const { text, unsaved } = encodeState(HEAD, saved);

    assert.equal(unsaved, 0);
    assert.equal(eventsIn(text), 50);
    assert.deepStrictEqual(
      keysIn(text, 'many'),
      saved.many.groups.map(({ values }) => values['key']),
    );
  });
});
