/** Alerts: told at once, then at intervals, resolved after silence, the same after a restart. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AlertBook, type AlertSettings } from '../../../../src/exporters/alerts/alert-book.ts';
import type { Occurrence } from '../../../../src/exporters/alerts/occurrence.ts';
import type { PublishedAlert } from '../../../../src/exporters/delivery/delivery.ts';
import type { StoredAlert } from '../../../../src/exporters/store/additions.ts';
import { ALERT_LABELS, type Alert } from '../../../../src/model/alert.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const SETTINGS: AlertSettings = {
  groupBy: ALERT_LABELS.filter((label) => label !== 'pod'),
  resendMs: 60_000,
  resolveMs: 300_000,
};

class Bench {
  readonly clock: FakeClock = new FakeClock();
  readonly published: PublishedAlert[] = [];
  readonly kept = new Map<string, StoredAlert>();
  readonly book: AlertBook;
  muted: (alert: Alert) => boolean = () => false;

  constructor(settings: AlertSettings = SETTINGS, stored: readonly StoredAlert[] = []) {
    this.book = new AlertBook({
      ...{ node: 'n1', cluster: 'c1', settings, clock: this.clock },
      publish: (alerts) => {
        this.published.push(...alerts);
        for (const { alert } of alerts) if (alert !== undefined) this.kept.set(alert.id, alert);
      },
      keep: (alerts) => {
        for (const alert of alerts) this.kept.set(alert.id, alert);
      },
      isMuted: (alert) => this.muted(alert),
    });
    this.book.restore(stored);
  }

  take(...occurrences: readonly Occurrence[]): void {
    this.book.take(occurrences);
  }

  occur(number: number, labels: Occurrence['labels'] = {}): Occurrence {
    return {
      id: `n1/life/${number}/shell`,
      cause: {
        ...{ kind: 'rule', id: 'shell', title: 'Shell in a pod', version: '1', runbook: '' },
        ...{ tags: [], attack: ['T1059'] },
      },
      severity: 'high',
      message: `shell ${number}`,
      labels: { node: 'n1', namespace: 'shop', binary: '/bin/sh', ...labels },
      timeMs: this.clock.now(),
      line: JSON.stringify({ finding: { number } }),
    };
  }

  /** Kind of each message, with the state and the count that it told. */
  get told(): readonly (readonly [string, string, number])[] {
    return this.published.map(({ message }) => {
      const { state, count } = JSON.parse(message.body);
      return [message.kind, state, count];
    });
  }
}

describe('AlertBook', () => {
  it('tells the first at once, with what raised it', () => {
    const bench = new Bench();
    bench.take(bench.occur(1));

    const [first] = bench.published;
    assert.deepStrictEqual(JSON.parse(first?.message.body ?? ''), {
      id: 'n1/life/1/shell',
      fingerprint: first?.alert?.fingerprint,
      ...{ state: 'firing', severity: 'high', message: 'shell 1', count: 1 },
      cause: bench.occur(1).cause,
      labels: { node: 'n1', namespace: 'shop', binary: '/bin/sh' },
      ...{ firstSeenMs: bench.clock.now(), lastSeenMs: bench.clock.now() },
      ...{ node: 'n1', cluster: 'c1', evidence: { finding: { number: 1 } } },
    });
    assert.equal(first?.message.id, 'n1/life/1/shell/alert');
    assert.deepStrictEqual([first?.message.kind, first?.message.namespace], ['alert', 'shop']);
  });

  it('groups what has the same labels, and nothing else', () => {
    const bench = new Bench();
    bench.take(bench.occur(1), bench.occur(2, { pod: 'a' }), bench.occur(3, { pod: 'b' }));
    bench.take(bench.occur(4, { namespace: 'bank' }), bench.occur(5, { user: 'root' }));

    assert.deepStrictEqual(bench.told, [
      ['alert', 'firing', 3],
      ['alert', 'firing', 1],
      ['alert', 'firing', 1],
    ]);
  });

  it('groups by the labels that it is told to group by', () => {
    const bench = new Bench({ ...SETTINGS, groupBy: ['namespace'] });
    bench.take(bench.occur(1, { binary: '/bin/a' }), bench.occur(2, { binary: '/bin/b' }));
    bench.take(bench.occur(3, { namespace: 'bank' }));

    assert.deepStrictEqual(
      bench.book.open().map(({ labels, count }) => [labels, count]),
      [
        [{ namespace: 'bank' }, 1],
        [{ namespace: 'shop' }, 2],
      ],
    );
  });

  it('tells of more at most once in the interval, and not when there is no more', () => {
    const bench = new Bench();
    bench.take(bench.occur(1));
    bench.clock.advance(30_000);
    bench.take(bench.occur(2), bench.occur(3));
    bench.clock.advance(20_000);
    const early = bench.published.length;
    bench.clock.advance(10_000);
    bench.clock.advance(120_000);

    assert.equal(early, 1);
    assert.deepStrictEqual(bench.told, [
      ['alert', 'firing', 1],
      ['alert_update', 'firing', 3],
    ]);
    assert.equal(bench.published[1]?.message.id, 'n1/life/1/shell/update-1');
  });

  it('resolves after silence, and opens another one after that', () => {
    const bench = new Bench();
    bench.take(bench.occur(1));
    bench.clock.advance(299_000);
    assert.equal(bench.published.length, 1);
    bench.clock.advance(1000);
    bench.take(bench.occur(2));

    assert.deepStrictEqual(bench.told, [
      ['alert', 'firing', 1],
      ['alert_update', 'resolved', 1],
      ['alert', 'firing', 1],
    ]);
    const fingerprints = bench.published.map(({ alert }) => alert?.fingerprint);
    assert.equal(new Set(fingerprints).size, 1);
    assert.notEqual(bench.published[2]?.alert?.id, bench.published[0]?.alert?.id);
    assert.deepStrictEqual(bench.book.counts(), {
      ...{ open: 1, opened: 2, resolved: 1, grouped: 0, evicted: 0 },
    });
  });

  it('goes on after a restart with what was open, with its count and its numbers', () => {
    const before = new Bench();
    before.take(before.occur(1));
    before.take(before.occur(2));
    before.book.close();
    const bench = new Bench(SETTINGS, [...before.kept.values()]);
    bench.take(bench.occur(3));
    bench.clock.advance(60_000);

    assert.deepStrictEqual(bench.told, [['alert_update', 'firing', 3]]);
    assert.equal(bench.published[0]?.message.id, 'n1/life/1/shell/update-1');
  });

  it('restores neither what was resolved nor what is no alert', () => {
    const before = new Bench();
    before.take(before.occur(1));
    before.clock.advance(300_000);
    const broken = { id: 'x', fingerprint: 'x', body: '{"alert":{"id":1}}' };
    const bench = new Bench(SETTINGS, [...before.kept.values(), broken, { ...broken, body: '{' }]);

    assert.deepStrictEqual(bench.book.open(), []);
  });

  it('keeps an alert that is muted, and tells nobody', () => {
    const bench = new Bench();
    bench.muted = ({ cause }) => cause.id === 'shell';
    bench.take(bench.occur(1));
    const kept = bench.kept.size;
    bench.muted = () => false;
    bench.clock.advance(60_000);

    assert.deepStrictEqual([kept, bench.told], [1, [['alert', 'firing', 1]]]);
  });

  it('resolves those that were seen least recently when there are too many', () => {
    const bench = new Bench();
    const many = Array.from({ length: 10_001 }, (_, at) => bench.occur(at, { user: `u${at}` }));
    bench.take(...many);

    const [last] = bench.published.slice(-1);
    assert.deepStrictEqual(bench.told.at(-1), ['alert_update', 'resolved', 1]);
    assert.equal(last?.alert?.id, 'n1/life/0/shell');
    assert.equal(bench.book.counts().evicted, 1);
    assert.equal(bench.book.counts().open, 10_000);
  });
});
