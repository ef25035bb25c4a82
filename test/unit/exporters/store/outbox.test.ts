/** The outbox loses no alert and gives none another id, whatever happens to its file. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import type { Settlement } from '../../../../src/exporters/store/additions.ts';
import { Outbox, type OutboxOptions } from '../../../../src/exporters/store/outbox.ts';
import type { Dispatch, OutboundMessage } from '../../../../src/model/delivery.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { aMessage, messages } from '../../../support/messages.ts';

const ALERT = { kind: 'alert', severity: 'high' } as const;
const SINKS = ['siem', 'pager'];

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-outbox-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function open(directory: string, changes: Partial<OutboxOptions> = {}): Outbox {
  const bounds = { bytesMax: 1024 * 1024, keepMs: 86_400_000 };
  const clock = new FakeClock();
  return Outbox.open({ directory, clock, logger: silentLogger, ...bounds, ...changes });
}

function add(outbox: Outbox, all: readonly OutboundMessage[], sinks = SINKS): boolean {
  return outbox.add(all.map((message) => ({ message, sinks })));
}

function settled(dispatch: Dispatch, changes: Partial<Settlement> = {}): Settlement {
  const result = { outcome: 'delivered', next: 'done', detail: '', timeMs: 1, dueMs: 1 } as const;
  return { sink: 'siem', dispatch, ...result, ...changes };
}

function ids(dispatches: readonly Dispatch[]): readonly string[] {
  return dispatches.map(({ message }) => message.id);
}

function idsOf(from: number, to: number): readonly string[] {
  return messages(from, to).map(({ id }) => id);
}

describe('Outbox', () => {
  it('gives every destination each message, numbered without a gap', (t) => {
    const outbox = open(scratch(t));

    const isKept = add(outbox, messages(1, 3, ALERT));

    assert.equal(isKept, true);
    for (const sink of SINKS) {
      const due = outbox.due(sink, 10);
      assert.deepStrictEqual(
        due.map(({ message, first, last, attempts }) => ({ message, first, last, attempts })),
        messages(1, 3, ALERT).map((message, index) => {
          return { message, first: index + 1, last: index + 1, attempts: 0 };
        }),
      );
    }
  });

  it('ignores a message that it has, also one that was delivered', (t) => {
    const outbox = open(scratch(t));
    add(outbox, messages(1, 2, ALERT));
    outbox.settle(outbox.due('siem', 1).map((one) => settled(one)));

    add(outbox, messages(1, 3, ALERT));

    assert.deepStrictEqual(ids(outbox.due('siem', 10)), idsOf(2, 3));
  });

  it('writes an alert with its message or neither', (t) => {
    const outbox = open(scratch(t));
    const message = aMessage(1, ALERT);
    const alert = { id: 'a-1', fingerprint: 'f', body: '{"state":"new"}' };

    outbox.add([{ message, sinks: SINKS, alert }]);
    const broken = aMessage(2, { ...ALERT, body: Symbol('not a text') as unknown as string });
    const after = { id: 'a-2', fingerprint: 'f', body: '{}' };
    assert.throws(() => outbox.add([{ message: broken, sinks: SINKS, alert: after }]));

    assert.deepStrictEqual([outbox.alert('a-1'), outbox.alert('a-2')], [alert, undefined]);
    assert.deepStrictEqual(ids(outbox.due('siem', 10)), idsOf(1, 1));
  });

  it('has after a restart what was not settled, under the same ids and numbers', (t) => {
    const directory = scratch(t);
    const first = open(directory);
    add(first, messages(1, 3, ALERT));
    const before = first.due('siem', 10);
    first.settle([settled(before[1] ?? assert.fail())]);
    first.close();

    const second = open(directory);

    assert.deepStrictEqual(second.due('siem', 10), [before[0], before[2]]);
    assert.deepStrictEqual(ids(second.due('pager', 10)), idsOf(1, 3));
  });

  it('waits until a message is due again', (t) => {
    const clock = new FakeClock();
    const outbox = open(scratch(t), { clock });
    add(outbox, messages(1, 2, ALERT));
    const [first = assert.fail()] = outbox.due('siem', 1);

    const dueMs = clock.now() + 5000;
    outbox.settle([settled(first, { outcome: 'retry', next: 'later', dueMs })]);

    assert.deepStrictEqual(ids(outbox.due('siem', 10)), idsOf(2, 2));
    clock.advance(5000);
    const due = outbox.due('siem', 10);
    assert.deepStrictEqual(ids(due), idsOf(1, 2));
    assert.equal(due[0]?.attempts, 1);
  });

  it('keeps what was given up, and sends it again when asked', (t) => {
    const outbox = open(scratch(t));
    add(outbox, messages(1, 2, ALERT));
    const due = outbox.due('siem', 10);
    const dead = { outcome: 'rejected', next: 'dead', detail: 'status 400' } as const;
    outbox.settle(due.map((one) => settled(one, dead)));

    assert.deepStrictEqual(
      outbox.deadLetters(10).map(({ message, reason, attempts }) => [message, reason, attempts]),
      [
        [aMessage(2, ALERT), 'status 400', 1],
        [aMessage(1, ALERT), 'status 400', 1],
      ],
    );
    assert.deepStrictEqual(outbox.due('siem', 10), []);
    assert.equal(outbox.replay('siem', aMessage(2).id), 1);
    assert.equal(outbox.replay('pager'), 0);
    assert.deepStrictEqual(ids(outbox.due('siem', 10)), idsOf(2, 2));
    assert.deepStrictEqual(
      outbox.deliveries(10).map(({ messageId, outcome }) => [messageId, outcome]),
      [
        [aMessage(2).id, 'rejected'],
        [aMessage(1).id, 'rejected'],
      ],
    );
  });

  it('drops delivered messages first, then the oldest that wait, and counts those', (t) => {
    const clock = new FakeClock();
    const outbox = open(scratch(t), { clock, bytesMax: 20_000 });
    const body = JSON.stringify('x'.repeat(998));
    for (let number = 1; number <= 10; number += 1) {
      add(outbox, [aMessage(number, { ...ALERT, body })], ['siem']);
      clock.advance(1);
    }
    outbox.settle(outbox.due('siem', 10).map((one) => settled(one)));
    for (let number = 11; number <= 40; number += 1) {
      add(outbox, [aMessage(number, { ...ALERT, body })], ['siem']);
      clock.advance(1);
    }

    const { dropped } = outbox.counts();
    const waiting = ids(outbox.due('siem', 100));

    assert.ok(dropped > 0 && dropped < 20, `${dropped} dropped`);
    assert.deepStrictEqual(waiting, idsOf(11 + dropped, 40));
  });

  it('drops what was refused before alerts that wait, however many events are refused', (t) => {
    const clock = new FakeClock();
    const outbox = open(scratch(t), { clock, bytesMax: 20_000 });
    add(outbox, messages(1, 5, ALERT), ['pager']);
    const body = JSON.stringify('x'.repeat(998));
    for (let number = 11; number <= 60; number += 1) {
      clock.advance(1);
      const message = aMessage(number, { kind: 'event', body });
      const dispatch = { message, series: 's', first: number, last: number, attempts: 0 };
      const dead = { outcome: 'rejected', next: 'dead', timeMs: clock.now() } as const;
      outbox.settle([settled(dispatch, dead)]);
    }

    const kept = outbox.deadLetters(100).map(({ message }) => message.id);
    assert.ok(kept.length > 10 && kept.length <= 20, `${kept.length} kept`);
    assert.deepStrictEqual(kept, idsOf(61 - kept.length, 60).toReversed());
    assert.equal(outbox.counts().dropped, 0);
    assert.deepStrictEqual(ids(outbox.due('pager', 10)), idsOf(1, 5));
  });

  for (const where of ['on disk', 'in memory']) {
    it(`forgets the oldest alerts when there are more than it may hold ${where}`, (t) => {
      const directory = join(scratch(t), 'state');
      if (where === 'in memory') writeFileSync(directory, 'in the way');
      const body = JSON.stringify('x'.repeat(199_998));
      const outbox = open(directory, { bytesMax: 16 * 1024 * 1024 });
      for (let number = 1; number <= 100; number += 1) {
        outbox.keepAlerts([{ id: `a${number}`, fingerprint: 'f', body }]);
      }

      const kept = outbox.recentAlerts(1000, false);
      assert.ok(kept.length > 50 && kept.length < 85, `${kept.length} kept`);
      assert.deepStrictEqual([kept[0]?.id, kept.at(-1)?.id], ['a100', `a${101 - kept.length}`]);
    });
  }

  it('refuses a database that another process has', (t) => {
    const directory = scratch(t);
    const other = open(directory);

    assert.throws(() => open(directory), { code: 'SINK_STORE_IN_USE' });
    other.close();
    open(directory).close();
  });

  for (const content of ['', 'SQLite format 3\0', 'not a database at all '.repeat(500)]) {
    it(`goes on with a new database beside one of ${content.length} wrong bytes`, (t) => {
      const directory = scratch(t);
      writeFileSync(join(directory, 'alerts.db'), content);

      const outbox = open(directory);
      const isKept = add(outbox, messages(1, 2, ALERT));

      assert.equal(isKept, true);
      assert.deepStrictEqual(ids(outbox.due('siem', 10)), idsOf(1, 2));
      assert.equal(outbox.counts().failure, '');
      assert.equal(outbox.counts().damaged, content === '' ? 0 : 1);
      assert.equal(existsSync(join(directory, 'alerts.db.damaged')), content !== '');
    });
  }

  it('saves what can still be read of a damaged database', (t) => {
    const directory = scratch(t);
    const path = join(directory, 'alerts.db');
    const first = open(directory);
    add(first, messages(1, 2000, ALERT), ['siem']);
    first.close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, bytes.length - 8 * 4096);
    writeFileSync(path, bytes);

    const second = open(directory);
    add(second, [aMessage(2001, ALERT)], ['siem']);

    const waiting = ids(second.due('siem', 5000));
    assert.equal(second.counts().damaged, 1);
    assert.equal(waiting.at(-1), aMessage(2001).id);
    const saved = waiting.slice(0, -1);
    assert.ok(saved.length > 0, 'nothing was saved');
    assert.deepStrictEqual(
      saved.filter((id) => !idsOf(1, 2000).includes(id)),
      [],
    );
  });

  it('keeps alerts in memory while the disk does not take them, and moves them later', (t) => {
    const directory = join(scratch(t), 'state');
    writeFileSync(directory, 'a file is where the directory should be');
    const outbox = open(directory);

    const isKept = add(outbox, messages(1, 3, ALERT));
    const whileBroken = ids(outbox.due('siem', 10));
    outbox.settle(outbox.due('siem', 1).map((one) => settled(one)));
    const failure = outbox.counts().failure;
    rmSync(directory);
    open(directory).close();
    outbox.recover();
    outbox.close();

    assert.equal(isKept, false);
    assert.deepStrictEqual(whileBroken, idsOf(1, 3));
    assert.notEqual(failure, '');
    assert.deepStrictEqual(ids(open(directory).due('siem', 10)), idsOf(2, 3));
  });
});
