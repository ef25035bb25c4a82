/** What of events goes to the thread of the detectors. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import { pushDown } from '../../../../src/rules/detection/sources/pushdown.ts';
import { findHook } from '../../../../src/rules/detection/sources/source-table.ts';
import { findWanted } from '../../../../src/rules/detection/sources/wanted.ts';
import { BatchQueue } from '../../../../src/rules/detection/typescript/batch-queue.ts';
import type { DetectorHead } from '../../../../src/rules/detection/typescript/head.ts';
import { rulesOfDetectors } from '../../../../src/rules/detection/typescript/wanted-events.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aDetector } from '../../../support/detectors.ts';
import { someContext } from '../../../support/findings.ts';

function aHead(changes: Readonly<Record<string, unknown>> = {}): DetectorHead {
  return { ...aDetector(changes).head, file: 'a.ts', fileHash: '0' };
}

const WRITES = aHead({
  ...{ id: 'writes', inputs: ['file.open'], fields: ['file.path', 'file.flags'] },
  only: { 'file.open': { 'file.flags': ['write', 'create'] } },
});

function anOpen(path: string, ...flags: readonly string[]): DetectionEvent {
  return aDetectionEvent({ class: 'file.open', facts: { 'file.path': path, 'file.flags': flags } });
}

interface Queue {
  readonly queue: BatchQueue;
  readonly dropped: DetectionEvent[];
}

function aQueue(heads: readonly DetectorHead[], eventsMax = 10_000): Queue {
  const dropped: DetectionEvent[] = [];
  const onDropped = (event: DetectionEvent): void => {
    dropped.push(event);
  };
  const queue = new BatchQueue({ context: someContext(), eventsMax, onDropped });
  queue.setDetectors(heads);
  return { queue, dropped };
}

describe('a queue to the detectors', () => {
  it('has the fields that detectors declared for the class, once, and no others', () => {
    const { queue } = aQueue([
      aHead({ fields: ['process.pid', 'process.args[0]'] }),
      aHead({ fields: ['process.args[0]', 'process.exe.path'] }),
      WRITES,
    ]);
    const [batch] = queue.add([aDetectionEvent()]);

    assert.deepStrictEqual(batch?.plan, {
      'process.exec': ['process.pid', 'process.args[0]', 'process.exe.path'],
      'file.open': ['file.path', 'file.flags'],
    });
    assert.deepStrictEqual(batch.rows, [
      {
        ...{ class: 'process.exec', timeMs: 1000, place: '' },
        values: [51583, '--version', ['/usr/bin/whoami']],
      },
    ]);
  });

  it('takes nothing when nobody wants the class', () => {
    const { queue, dropped } = aQueue([WRITES]);

    assert.deepStrictEqual(queue.add([aDetectionEvent()]), []);
    assert.deepStrictEqual([queue.isEmpty, dropped], [true, []]);
    assert.equal(queue.add([anOpen('/a', 'write')]).length, 1);
    assert.equal(queue.isEmpty, false);
  });

  it('takes of a class what one of the detectors wants', () => {
    const events = [anOpen('/a', 'read'), anOpen('/b', 'read', 'write'), anOpen('/c', 'create')];
    const paths = (...heads: readonly DetectorHead[]): unknown =>
      aQueue(heads)
        .queue.add(events)
        .flatMap(({ rows }) => rows.map(({ values }) => values[0]));

    assert.deepStrictEqual(paths(WRITES), ['/b', '/c']);
    assert.deepStrictEqual(paths(WRITES, { ...WRITES, only: {} }), ['/a', '/b', '/c']);
  });

  it('cuts long batches, and forgets the events of one when it is answered', () => {
    const { queue } = aQueue([aHead()]);
    const batches = queue.add(Array(1030).fill(aDetectionEvent()));

    assert.deepStrictEqual(
      batches.map(({ number, rows }) => [number, rows.length]),
      [
        [1, 512],
        [2, 512],
        [3, 6],
      ],
    );
    assert.deepStrictEqual(queue.unanswered(), batches);
    assert.equal(queue.answer(3).length, 6);
    assert.deepStrictEqual(queue.answer(3), []);
    assert.deepStrictEqual(queue.unanswered(), batches.slice(0, 2));
  });

  it('leaves out what is too much to wait, by number and by length', () => {
    const few = aQueue([aHead()], 2);
    few.queue.add(Array(5).fill(aDetectionEvent()));
    const long = aQueue([WRITES]);
    const event = anOpen('x'.repeat(1_048_576), 'write');
    const taken = long.queue.add(Array(20).fill(event)).flatMap(({ rows }) => rows);

    assert.deepStrictEqual([few.dropped.length, taken.length, long.dropped.length], [3, 16, 4]);
    few.queue.answer(1);
    assert.equal(few.queue.add([aDetectionEvent()]).length, 1);
  });
});

describe('what detectors want of the kernel', () => {
  it('are their classes, and of opens those for writing when they say so', () => {
    const wanted = [[aHead()], [WRITES], [{ ...WRITES, only: {} }]].map((heads) => {
      const { conditions } = findWanted(rulesOfDetectors(heads));
      const hook = findHook('warder:file_open', 'file_open')?.hook;
      assert.ok(hook);
      const terms = pushDown(conditions.get('file.open') ?? [], hook);
      return [[...conditions.keys()], terms?.map(({ value }) => value)];
    });

    assert.deepStrictEqual(wanted, [
      [['process.exec'], []],
      [['file.open'], [0o3, 0o100]],
      [['file.open'], undefined],
    ]);
  });

  it('has numbers and flags, too', () => {
    const only = { 'process.exec': { 'process.pid': [1], 'process.exe.memfd': [true] } };
    const [rule] = rulesOfDetectors([aHead({ fields: Object.keys(only['process.exec']), only })]);
    const test = { kind: 'test', key: undefined, transforms: [] };

    assert.deepStrictEqual(rule?.condition, {
      kind: 'or',
      parts: [
        {
          kind: 'and',
          parts: [
            { kind: 'class', classes: ['process.exec'] },
            {
              kind: 'or',
              parts: [
                {
                  ...{ ...test, field: 'process.pid', written: 'process.pid' },
                  operator: { kind: 'number_equals', numbers: [1] },
                },
              ],
            },
            {
              kind: 'or',
              parts: [
                {
                  ...{ ...test, field: 'process.exe.memfd', written: 'process.exe.memfd' },
                  operator: { kind: 'flag_equals', flag: true },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
