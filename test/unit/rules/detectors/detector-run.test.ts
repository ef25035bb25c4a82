/** One detector at work, in this thread: what it is shown, and how far it may go. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  DetectorEvent,
  Emit,
  Table,
} from '../../../../src/rules/detection/typescript/api/index.ts';
import { DetectorRun } from '../../../../src/rules/detection/typescript/detector-run.ts';
import type { DetectorLimits } from '../../../../src/rules/detection/typescript/limits.ts';
import type { EventRow } from '../../../../src/rules/detection/typescript/protocol.ts';
import { aDetector, anExecRow, someLimits } from '../../../support/detectors.ts';

type Detect = (
  event: DetectorEvent,
  state: Readonly<Record<'seen', Table<number>>>,
  emit: Emit,
) => unknown;

interface Changes {
  readonly limits?: Partial<DetectorLimits>;
  readonly version?: string;
  readonly state?: unknown;
}

const SEEN = { seen: { kind: 'table', entriesMax: 2 } };

function aRun(detect: Detect, { limits, version = '1', state = SEEN }: Changes = {}): DetectorRun {
  const run = new DetectorRun(aDetector({ detect, version, state }), someLimits(limits));
  run.setPlan({ 'process.exec': ['process.uid', 'process.pid'], 'file.open': ['process.pid'] });
  return run;
}

function exec(timeMs = 0, pid = 7): EventRow {
  return { ...anExecRow(timeMs), values: [0, pid] };
}

const noTime = (): number => 0;

describe('a detector', () => {
  it('is shown the events of its classes, with the fields that it declared', () => {
    const seen: unknown[] = [];
    const run = aRun((event) => seen.push([event.class, event.timeMs, event.value('process.pid')]));
    run.run(
      [exec(1, 7), { class: 'file.open', timeMs: 2, place: '', values: [8] }, exec(3, 9)],
      noTime,
    );

    assert.deepStrictEqual(seen, [
      ['process.exec', 1, 7],
      ['process.exec', 3, 9],
    ]);
    assert.equal(run.report().events, 2);
  });

  it('is shown of a class what it asked for only', () => {
    const seen: unknown[] = [];
    const only = { 'process.exec': { 'process.pid': [7, 9] } };
    const detect = (event: DetectorEvent): unknown => seen.push(event.value('process.pid'));
    const run = new DetectorRun(aDetector({ detect, only }), someLimits());
    run.setPlan({ 'process.exec': ['process.uid', 'process.pid'] });
    run.run([exec(0, 7), exec(0, 8), exec(0, 9)], noTime);

    assert.deepStrictEqual(seen, [7, 9]);
    assert.equal(run.report().events, 2);
  });

  it('cannot read a field that it did not declare, though it is there', () => {
    const run = aRun((event) => event.value('process.uid'));
    run.run([exec()], noTime);

    assert.equal(run.report().errors, 1);
  });

  it('reports what it says, with its place in the batch', () => {
    const run = aRun((event, _state, emit) => {
      if (event.value('process.pid') === 8) emit({ message: 'eight', fields: { a: 1 }, count: 3 });
    });

    assert.deepStrictEqual(run.run([exec(0, 7), exec(0, 8)], noTime), [
      {
        ...{ id: 'a-detector', row: 1, message: 'eight', count: 3, suppressed: 0 },
        fields: Object.assign(Object.create(null), { a: '1' }),
      },
    ]);
  });

  it('reports one event once', () => {
    const run = aRun((_event, _state, emit) => {
      emit();
      emit();
    });

    assert.equal(run.run([exec(), exec()], noTime).length, 2);
    assert.equal(run.report().suppressed, 2);
  });

  it('reports nothing after it has returned', () => {
    const kept: Emit[] = [];
    const run = aRun((_event, _state, emit) => kept.push(emit));
    run.run([exec()], noTime);
    kept[0]?.();

    assert.equal(run.run([exec()], noTime).length, 0);
    assert.equal(run.report().suppressed, 1);
  });

  it('says no more in a finding than findings hold', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`f${i}`, 'x'.repeat(2000)]),
    );
    const run = aRun((_event, _state, emit) =>
      emit({ message: 'm'.repeat(2000), fields, count: -1 }),
    );
    const [finding] = run.run([exec()], noTime);

    assert.equal(finding?.message.length, 1000);
    assert.equal(finding.count, 1);
    assert.deepStrictEqual(
      [Object.keys(finding.fields).length, finding.fields['f0']?.length],
      [32, 1000],
    );
  });

  it('says what it was given for anything else but data', () => {
    const given: readonly unknown[] = [1, null, { message: 1, fields: { a: {}, b: () => 1 } }];
    const run = aRun((event, _state, emit) => {
      Reflect.apply(emit, undefined, [given[event.timeMs]]);
    });
    const findings = run.run([exec(0), exec(1), exec(2)], noTime);

    assert.deepStrictEqual(
      findings.map(({ message, fields }) => [message, Object.keys(fields)]),
      Array(3).fill(['', []]),
    );
  });
});

describe('a detector that throws', () => {
  it('is counted, and goes on', () => {
    const run = aRun((event, _state, emit) => {
      if (event.timeMs % 2 === 0) throw new Error('even');
      emit();
    });
    const rows = Array.from({ length: 40 }, (_, position) => exec(position));

    assert.equal(run.run(rows, noTime).length, 20);
    assert.deepStrictEqual([run.report().errors, run.isRunning], [20, true]);
  });

  it('for one event after the other is switched off', () => {
    const run = aRun(
      () => {
        throw new Error('always');
      },
      { limits: { errorsInARow: 3 } },
    );
    run.run([exec(), exec()], noTime);
    const before = run.isRunning;
    run.run([exec(), exec(), exec()], noTime);
    const report = run.report();

    assert.deepStrictEqual([before, run.isRunning], [true, false]);
    assert.deepStrictEqual([report.events, report.errors], [3, 3]);
    assert.deepStrictEqual(report.failure, {
      code: 'RULE_DETECTOR_THROWS',
      message: 'Error: always',
    });
    assert.equal(run.report().failure, undefined, 'is said once');
  });

  it('something that is no error is counted, too', () => {
    const thrown: readonly unknown[] = [undefined, 'text', Object.create(null), Symbol('a')];
    for (const value of thrown) {
      const run = aRun(
        () => {
          throw value;
        },
        { limits: { errorsInARow: 1 } },
      );
      run.run([exec()], noTime);
      assert.equal(run.report().failure?.code, 'RULE_DETECTOR_THROWS');
    }
  });

  it('is one that waits for something', () => {
    const run = aRun(() => Promise.resolve(), { limits: { errorsInARow: 1 } });
    run.run([exec()], noTime);

    assert.match(run.report().failure?.message ?? '', /waits for something/);
  });
});

describe('a detector that takes too long', () => {
  /** A clock that goes on by so much with each event. */
  function aClock(eachMs: number): () => number {
    let now = 0;
    return () => {
      now += eachMs;
      return now;
    };
  }

  it('is not shown the rest of the batch', () => {
    const run = aRun(() => undefined, { limits: { budgetMs: 25 } });
    run.run(Array(10).fill(exec()), aClock(10));
    const report = run.report();

    assert.deepStrictEqual([report.events, report.skipped, report.overruns], [3, 7, 1]);
    assert.equal(run.isRunning, true);
  });

  it('one batch after the other is switched off, and not when one was in time', () => {
    const limits = { budgetMs: 25, overrunsInARow: 2 };
    const runs = [aRun(() => undefined, { limits }), aRun(() => undefined, { limits })];
    for (const [position, run] of runs.entries()) {
      run.run(Array(10).fill(exec()), aClock(10));
      if (position === 1) run.run([exec()], aClock(1));
      run.run(Array(10).fill(exec()), aClock(10));
    }

    assert.deepStrictEqual(
      runs.map((run) => run.report().failure?.code),
      ['RULE_DETECTOR_SLOW', undefined],
    );
  });
});

describe('what a detector remembers', () => {
  const count: Detect = (event, { seen }, emit) => {
    const key = String(event.value('process.pid'));
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    emit({ message: String(times) });
  };

  function messages(run: DetectorRun, ...pids: readonly number[]): readonly string[] {
    const rows = pids.map((pid) => exec(10, pid));
    return run.run(rows, noTime).map(({ message }) => message);
  }

  it('is there for the next event, within the bounds of its tables', () => {
    const run = aRun(count);

    assert.deepStrictEqual(messages(run, 1, 1, 2, 3, 1), ['1', '2', '1', '1', '1']);
    assert.equal(run.report().evicted, 2);
    assert.equal(run.report().evicted, 0, 'is said once');
  });

  it('is there for a detector of the same version that comes after, and for no other', () => {
    const run = aRun(count);
    messages(run, 1, 1);
    const saved = run.save();
    assert.ok(saved !== undefined);
    const [same, other] = ['1', '2'].map((version) => aRun(count, { version }));
    same?.restore(saved);
    other?.restore(saved);

    assert.deepStrictEqual(same && messages(same, 1), ['3']);
    assert.deepStrictEqual(other && messages(other, 1), ['1']);
  });

  it('is nothing when it cannot be read', () => {
    for (const text of ['', '1', '{}', '{"tables":1}', '{"tables":{"seen":[[1]]}}']) {
      const run = aRun(count);
      run.restore({ id: 'a-detector', version: '1', text });
      assert.deepStrictEqual(messages(run, 1), ['1'], text);
    }
  });

  it('switches it off when it is too large, and not when it is smaller', () => {
    const long: Detect = (_event, { seen }) => {
      Reflect.apply(seen.set, seen, ['a', 'x'.repeat(100)]);
    };
    const runs = [100, 1000].map((stateLength) => aRun(long, { limits: { stateLength } }));
    for (const run of runs) run.run([exec()], noTime);

    assert.deepStrictEqual(
      runs.map((run) => [run.save() === undefined, run.report().failure?.code]),
      [
        [true, 'RULE_DETECTOR_STATE'],
        [false, undefined],
      ],
    );
  });
});
