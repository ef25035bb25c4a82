/** Nothing is lost without a count when processes start as fast as the kernel can start them. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LOSS_REASON, RECORD_KIND } from '../../src/engine/records/index.ts';
import { isEmulated } from '../support/emulation.ts';
import { LiveSensor, type LiveSensorOptions } from '../support/live-sensor.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');

/** Processes to start; an emulated guest takes ten times as long per process. */
const COUNT = Number(process.env['WARDER_STORM'] ?? (isEmulated ? 5_000 : 50_000));

/** What a storm may leave behind: the table keeps two seconds of ended processes. */
const KEPT_BYTES_MAX = 48 * 1024 * 1024;

/**
 * What it may add to the process: without a limit V8 lets garbage grow to this and then stays
 * there. A leak of every record would be far more in the long suite.
 */
const GROWTH_BYTES_MAX = 256 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function keptBytes(): number {
  assert.ok(typeof collectGarbage === 'function');
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface StormResult {
  readonly execs: number;
  readonly exits: number;
  readonly lostExecs: number;
  readonly lostExits: number;
  readonly otherLosses: number;
  readonly missing: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly growthBytes: number;
  readonly keptBytes: number;
}

type Starter = (program: string, args: readonly string[]) => Promise<string>;

/** Records are read while the storm goes on. */
const startBeside: Starter = (program, args) => text(spawn(program, args).stdout);

/** Nothing is read before the storm is over: this thread waits for it. */
const startBlocking: Starter = async (program, args) =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout;

interface Storm {
  readonly count: number;
  readonly start: Starter;
  readonly options?: LiveSensorOptions;
}

/** Counts the storm's own processes only: the machine has others. */
async function runStorm({ count, start, options }: Storm): Promise<StormResult> {
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
    const keptBefore = keptBytes();
    const output = await start(join(TRIGGERS, 'storm'), [String(count), tiny]);
    assert.equal(output, `{"started":${count}}\n`);
    await live.stop();
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
      keptBytes: keptBytes() - keptBefore,
    };
  } finally {
    live.close();
  }
}

describe('exec storm', () => {
  it('sees or counts every process, in bounded memory', async (test) => {
    const result = await runStorm({ count: COUNT, start: startBeside });

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
    assert.ok(result.keptBytes < KEPT_BYTES_MAX, `kept ${result.keptBytes} bytes`);
  });

  it('counts what a ring of one page cannot take', async (test) => {
    const count = 200;

    const result = await runStorm({
      count,
      start: startBlocking,
      options: { ringBulkBytes: 4096 },
    });

    test.diagnostic(JSON.stringify(result));
    assert.ok(result.lostExecs > 0);
    assert.ok(result.execs + result.lostExecs >= count);
    assert.deepStrictEqual([result.missing, result.rejected], [0, {}]);
  });
});
