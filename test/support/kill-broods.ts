/** Trees that are killed over and over, because of what they do, beside one that is left alone. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Event } from '../../src/model/event.ts';
import type { ResponseResult } from '../../src/model/response.ts';
import { BROOD, Brood, STRIKE } from './broods.ts';
import { aRequest, LiveResponder } from './live-responder.ts';

const SIGKILL = 9;

export interface KillBroodsOptions {
  readonly runs: number;
}

/** Ends with an error when one survives, or when one of the others does not end by itself. */
export async function killBroods(t: TestContext, { runs }: KillBroodsOptions): Promise<void> {
  const watch = new StrikeWatch();
  const bench = new LiveResponder((batch) => watch.see(batch));
  watch.bench = bench;
  bench.responder.arm();
  const bystander = await Brood.start('bystander');
  const kills: Kill[] = [];
  try {
    for (let run = 0; run < runs; run++) kills.push(await killOne(bench, watch));
    const counts = await bystander.end();
    assert.equal(counts.ended, counts.started, 'every process of the bystander ended by itself');
    assert.ok(counts.started > runs, `the bystander had ${counts.started} processes`);
  } finally {
    bystander.abandon();
    bench.close();
  }
  const sorted = kills.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.ceil(part * sorted.length) - 1] ?? 0).toFixed(1);
  const processes = kills.reduce((sum, kill) => sum + kill.processes, 0);
  t.diagnostic(
    `${runs} trees, ${processes} processes killed; from the event to the last one dead: ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}

interface Kill {
  readonly processes: number;
  /** From the event to the end of the last one, as records tell. */
  readonly latencyMs: number;
}

async function killOne(bench: LiveResponder, watch: StrikeWatch): Promise<Kill> {
  const brood = await Brood.start('brood');
  try {
    await bench.target(brood.root);
    while (brood.alive().length < 4) await bench.live.settle();
    const answer = watch.awaitStrike(brood.root);
    brood.strike();
    const result = await answer;
    const survivors = brood.alive();
    assert.deepStrictEqual([result.outcome, result.reason, survivors], ['killed_after', '', []]);
    await bench.live.settle();
    return { processes: result.processes, latencyMs: watch.latencyMs() };
  } finally {
    brood.abandon();
  }
}

/** Answers the exec of STRIKE in a tree with the death of the tree, as a rule would. */
class StrikeWatch {
  bench: LiveResponder | undefined;
  #root = 0;
  #strikeNs = 0n;
  #lastEndNs = 0n;
  #answer: ((result: Promise<ResponseResult>) => void) | undefined;

  awaitStrike(root: number): Promise<ResponseResult> {
    const { promise, resolve } = Promise.withResolvers<ResponseResult>();
    this.#root = root;
    this.#answer = resolve;
    return promise;
  }

  latencyMs(): number {
    assert.ok(this.#lastEndNs > this.#strikeNs, 'records tell of the end');
    return Number(this.#lastEndNs - this.#strikeNs) / 1e6;
  }

  see(batch: readonly Event[]): void {
    for (const event of batch) {
      const { kind, process, parent, timeNs } = event;
      if (kind === 'process_exit' && event.signal === SIGKILL && process.binary === BROOD) {
        this.#lastEndNs = timeNs;
      }
      if (kind !== 'process_exec' || process.binary !== STRIKE) continue;
      if (parent?.tgid !== this.#root || this.bench === undefined) continue;
      const { tgid, startNs } = parent;
      this.#strikeNs = timeNs;
      const request = aRequest({ scope: 'tree', process: { tgid, startNs }, causeTimeNs: timeNs });
      this.#answer?.(this.bench.responder.respond(request));
    }
  }
}
