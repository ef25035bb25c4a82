/** The spool keeps what was appended, within its bounds, whatever the files look like. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Spool, type SpoolOptions } from '../../../../src/exporters/spool/spool.ts';
import type { LaneName } from '../../../../src/exporters/spool/spool-lanes.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { aMessage, messages } from '../../../support/messages.ts';

const ALL = { records: 100_000, bytes: 1e9 };

function scratch(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-spool-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function open(directory: string, changes: Partial<SpoolOptions> = {}): Promise<Spool> {
  return Spool.open({
    directory,
    bytesMax: 1024 * 1024,
    ageMaxMs: 1e12,
    readers: ['siem'],
    clock: new FakeClock(),
    logger: silentLogger,
    ...changes,
  });
}

async function readIds(spool: Spool, lane: LaneName = 'telemetry'): Promise<readonly string[]> {
  const records = (await spool.reader('siem', lane)?.read(ALL)) ?? [];
  return records.map(({ message }) => message?.id ?? 'undecodable');
}

function idsOf(from: number, to: number): readonly string[] {
  return messages(from, to).map(({ id }) => id);
}

function segmentsOf(directory: string, lane: LaneName = 'telemetry'): readonly string[] {
  const folder = join(directory, lane);
  const names = readdirSync(folder).filter((name) => name.endsWith('.segment'));
  return names.sort().map((name) => join(folder, name));
}

describe('Spool', () => {
  it('gives back whole messages in order, once each', async (t) => {
    await using spool = closing(await open(scratch(t)));
    spool.append('telemetry', messages(1, 3));
    await spool.flush();

    const records = (await spool.reader('siem', 'telemetry')?.read(ALL)) ?? [];

    assert.deepStrictEqual(
      records.map(({ message }) => message),
      messages(1, 3),
    );
    assert.deepStrictEqual(await readIds(spool), []);
  });

  it('gives back what is on disk only, and then what is in memory too', async (t) => {
    await using spool = closing(await open(scratch(t), { bytesMax: 64 * 1024 * 1024 }));
    spool.append('telemetry', messages(1, 8, { body: 'x'.repeat(900_000) }));
    await spool.flush();
    spool.append('telemetry', messages(9, 12, { body: 'x'.repeat(900_000) }));
    await spool.flush();

    assert.deepStrictEqual(await readIds(spool), idsOf(1, 12));
    spool.reader('siem', 'telemetry')?.ack(3);
    spool.reader('siem', 'telemetry')?.rewind();
    assert.deepStrictEqual(await readIds(spool), idsOf(4, 12));
  });

  it('goes on after the last acked message when it is opened again', async (t) => {
    const directory = scratch(t);
    const first = await open(directory);
    first.append('telemetry', messages(1, 10));
    await first.flush();
    await readIds(first);
    first.reader('siem', 'telemetry')?.ack(4);
    await first.close();

    await using second = closing(await open(directory));
    second.append('telemetry', [aMessage(11)]);
    await second.flush();

    assert.deepStrictEqual(await readIds(second), idsOf(5, 11));
  });

  it('takes another series at each start, and loses nothing without a close', async (t) => {
    const directory = scratch(t);
    const first = await open(directory);
    first.append('telemetry', messages(1, 2));
    await first.flush();

    await using second = closing(await open(directory));

    assert.notEqual(second.series, first.series);
    assert.deepStrictEqual(await readIds(second), idsOf(1, 2));
    await first.close();
  });

  for (const cut of [1, 5, 23, 24, 60]) {
    it(`cuts off a last record that lacks ${cut} bytes, and appends after it`, async (t) => {
      const directory = scratch(t);
      const first = await open(directory);
      first.append('telemetry', messages(1, 5));
      await first.close();
      const [segment = ''] = segmentsOf(directory);
      truncateSync(segment, statSync(segment).size - cut);

      await using second = closing(await open(directory));
      second.append('telemetry', messages(6, 7));
      await second.flush();

      assert.deepStrictEqual(await readIds(second), [...idsOf(1, 4), ...idsOf(6, 7)]);
      assert.equal(second.counts().tornTails, 1);
    });
  }

  it('takes zeros at the end for a record that was not written', async (t) => {
    const directory = scratch(t);
    const first = await open(directory);
    first.append('telemetry', messages(1, 2));
    await first.close();
    appendFileSync(segmentsOf(directory)[0] ?? '', Buffer.alloc(512));

    await using second = closing(await open(directory));

    assert.deepStrictEqual(await readIds(second), idsOf(1, 2));
    assert.equal(second.counts().damagedSegments, 0);
  });

  it('sets a damaged segment aside, counts what it lost, and goes on with the next', async (t) => {
    const directory = scratch(t);
    const first = await open(directory, { bytesMax: 16 * 1024 });
    for (let number = 1; number <= 40; number += 1) {
      first.append('telemetry', [aMessage(number)]);
      await first.flush();
    }
    await first.close();
    const [damaged = '', next = ''] = segmentsOf(directory);
    const nextNumber = Number(/(\d+)\.segment/.exec(next)?.[1]);
    const bytes = readFileSync(damaged);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0xff, bytes.length >> 1);
    writeFileSync(damaged, bytes);

    await using second = closing(await open(directory, { bytesMax: 16 * 1024 }));
    const ids = await readIds(second);

    const { lost = 0 } = second.reader('siem', 'telemetry') ?? {};
    const kept = nextNumber - 1 - lost;
    assert.ok(lost > 0 && kept > 0);
    assert.deepStrictEqual(ids, [...idsOf(1, kept), ...idsOf(nextNumber, 40)]);
    assert.equal(second.counts().damagedSegments, 1);
    assert.deepStrictEqual(readFileSync(`${damaged}.damaged`), bytes);
  });

  it('drops the oldest telemetry first, and what was matched only after it', async (t) => {
    await using spool = closing(await open(scratch(t), { bytesMax: 32 * 1024 }));
    spool.append('matched', messages(1, 50));
    await spool.flush();
    for (let number = 51; number <= 400; number += 1) {
      spool.append('telemetry', [aMessage(number)]);
      await spool.flush();
    }

    const telemetry = await readIds(spool);

    const { dropped, bytes } = spool.counts();
    assert.ok(bytes <= 32 * 1024, `${bytes} bytes`);
    assert.deepStrictEqual(await readIds(spool, 'matched'), idsOf(1, 50));
    assert.deepStrictEqual(telemetry, idsOf(51 + dropped.bytes, 400));
    assert.equal(spool.reader('siem', 'telemetry')?.lost, dropped.bytes);
    assert.ok(dropped.bytes > 0);
  });

  it('does not count as dropped what every destination has', async (t) => {
    await using spool = closing(await open(scratch(t), { bytesMax: 16 * 1024 }));
    for (let number = 1; number <= 300; number += 1) {
      spool.append('telemetry', [aMessage(number)]);
      await spool.flush();
      await readIds(spool);
      spool.reader('siem', 'telemetry')?.ack(number);
    }

    assert.deepStrictEqual(spool.counts().dropped, NOTHING_DROPPED);
  });

  it('drops what is older than its bound', async (t) => {
    const clock = new FakeClock();
    await using spool = closing(await open(scratch(t), { clock, ageMaxMs: 60_000 }));
    spool.append('telemetry', messages(1, 5));
    await spool.flush();
    clock.advance(61_000);
    spool.append('matched', [aMessage(6)]);
    await spool.flush();

    assert.deepStrictEqual(await readIds(spool), []);
    assert.equal(spool.counts().dropped.age, 5);
  });

  it('shows a gap for a message that is too large', async (t) => {
    await using spool = closing(await open(scratch(t)));
    spool.append('telemetry', [
      aMessage(1),
      aMessage(2, { body: 'x'.repeat(2 * 1024 * 1024) }),
      aMessage(3),
    ]);
    await spool.flush();

    assert.deepStrictEqual(await readIds(spool), [...idsOf(1, 1), ...idsOf(3, 3)]);
    assert.deepStrictEqual(
      [spool.counts().dropped.buffer, spool.reader('siem', 'telemetry')?.lost],
      [1, 1],
    );
  });

  for (const state of ['', '{', '{"siem":1}', 'null', '{"siem":{"telemetry":"2"}}']) {
    it(`sends everything again when its cursors are ${JSON.stringify(state)}`, async (t) => {
      const directory = scratch(t);
      const first = await open(directory);
      first.append('telemetry', messages(1, 3));
      await first.flush();
      first.reader('siem', 'telemetry')?.ack(2);
      await first.close();
      writeFileSync(join(directory, 'cursors.json'), state);

      await using second = closing(await open(directory));

      assert.deepStrictEqual(await readIds(second), idsOf(1, 3));
    });
  }
});

const NOTHING_DROPPED = { bytes: 0, age: 0, disk: 0, buffer: 0, damage: 0 };

function closing(spool: Spool): Spool & AsyncDisposable {
  return Object.assign(spool, { [Symbol.asyncDispose]: () => spool.close() });
}
