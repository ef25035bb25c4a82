/** Nothing is lost without a count when processes start as fast as the kernel can start them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { LOSS_REASON, RECORD_KIND } from '../../src/engine/records/index.ts';
import { LiveSensor, type LiveSensorOptions } from '../support/live-sensor.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');

/** Processes to start; emulated guests take ten times as long per process. */
const COUNT = Number(process.env['WARDER_STORM'] ?? 50_000);

/** Growth of memory over a storm that would be a leak: records alone are many times as much. */
const GROWTH_BYTES_MAX = 96 * 1024 * 1024;

interface StormResult {
  readonly execs: number;
  readonly exits: number;
  readonly lostExecs: number;
  readonly lostExits: number;
  readonly otherLosses: number;
  readonly missing: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly growthBytes: number;
}

/** Counts the storm's own processes only: the machine has others. */
async function runStorm(count: number, options: LiveSensorOptions): Promise<StormResult> {
  const tiny = join(TRIGGERS, 'tiny');
  let execs = 0;
  let exits = 0;
  const live = new LiveSensor({
    ...options,
    publish: (batch) => {
      for (const event of batch) {
        if (event.kind === 'process_exec' && event.process.binary === tiny) execs += 1;
        if (event.kind === 'process_exit' && event.process.binary === tiny) exits += 1;
      }
    },
  });
  try {
    const before = process.memoryUsage.rss();
    const storm = spawn(join(TRIGGERS, 'storm'), [String(count), tiny]);
    assert.equal(await text(storm.stdout), `{"started":${count}}\n`);
    await live.settle();
    const losses = live.sensor.losses();
    const lost = (kind: number): number =>
      losses
        .filter(({ reason, recordKind }) => reason === LOSS_REASON.RING_FULL && recordKind === kind)
        .reduce((sum, loss) => sum + loss.count, 0);
    return {
      execs,
      exits,
      lostExecs: lost(RECORD_KIND.EXEC),
      lostExits: lost(RECORD_KIND.EXIT),
      otherLosses: losses.filter(({ reason }) => reason !== LOSS_REASON.RING_FULL).length,
      missing: live.missing(),
      rejected: live.pipeline.counts().rejected,
      growthBytes: process.memoryUsage.rss() - before,
    };
  } finally {
    live.close();
  }
}

describe('exec storm', () => {
  it('sees or counts every process, in bounded memory', async (test) => {
    const result = await runStorm(COUNT, {});

    const { execs, exits, lostExecs, lostExits, growthBytes } = result;
    test.diagnostic(JSON.stringify(result));
    assert.ok(execs + lostExecs >= COUNT, `${execs} execs and ${lostExecs} lost of ${COUNT}`);
    assert.ok(execs <= COUNT, `${execs} execs of ${COUNT}`);
    assert.ok(exits <= COUNT && exits + lostExits + lostExecs >= COUNT, `${exits} exits`);
    assert.deepStrictEqual(
      { missing: result.missing, rejected: result.rejected, otherLosses: result.otherLosses },
      { missing: 0, rejected: {}, otherLosses: 0 },
    );
    assert.ok(growthBytes < GROWTH_BYTES_MAX, `grew by ${growthBytes} bytes`);
  });

  it('counts what a ring of one page cannot take', async (test) => {
    const count = Math.min(COUNT, 5_000);

    const result = await runStorm(count, { ringBulkBytes: 4096 });

    test.diagnostic(JSON.stringify(result));
    assert.ok(result.lostExecs > 0);
    assert.ok(result.execs + result.lostExecs >= count);
    assert.deepStrictEqual([result.missing, result.rejected], [0, {}]);
  });
});
