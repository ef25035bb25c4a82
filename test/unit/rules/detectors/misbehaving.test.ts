/** Detectors that misbehave, and what becomes of the others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aHost, detectorText, execs, writeDetectors } from '../../../support/detector-files.ts';

const EMITS = detectorText('emit();');

/** Does what the code says for pid 13, and reports every other event. */
const onThirteen = (code: string, changes = ''): string => {
  return detectorText(`if (event.value('process.pid') === 13) { ${code} } else emit();`, changes);
};

describe('a detector that misbehaves', () => {
  const cases: readonly (readonly [string, code: string, RegExp])[] = [
    ['never comes back', 'for (;;) {}', /^RULE_DETECTOR_STUCK it did not come back/],
    [
      'backtracks for ever',
      `/^(a+)+$/.test('a'.repeat(60) + 'b')`,
      /^RULE_DETECTOR_STUCK it did not come back/,
    ],
    [
      'fills the memory',
      'const all = []; for (;;) all.push({ at: all.length });',
      /^RULE_DETECTOR_MEMORY the heap/,
    ],
    [
      'fills the memory in large pieces',
      "const all: Record<string, number> = {}; for (let at = 0; ; at += 1) all['k' + at] = at;",
      /^RULE_DETECTOR_MEMORY the heap takes more than 64 MB$/,
    ],
    [
      'ends the thread',
      "Reflect.apply(Reflect.get(process, 'reallyExit'), process, [0]);",
      /^RULE_DETECTOR_ENDED it ended the thread$/,
    ],
  ];
  for (const [name, code, reason] of cases) {
    it(`and ${name} is switched off, and the others go on where they were`, async (t) => {
      const count = `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n);
        emit({ message: String(n) });`;
      const files = writeDetectors(t, {
        before: detectorText(count, 'state: { seen: table({ entriesMax: 1 }) },'),
        bad: onThirteen(code),
        after: EMITS,
      });
      const stuckMs = name.startsWith('fills') ? 60_000 : 300;
      const { host, findings } = aHost(t, files, { limits: { stuckMs, memoryMb: 32 } });
      await host.start();
      host.detect(execs(1, 2));
      await host.save();
      findings.length = 0;
      host.detect(execs(13));
      host.detect(execs(4));
      await host.drain();
      const counts = host.counts();
      const bad = counts.get('bad');

      assert.equal(host.restarts, 1);
      assert.ok(bad?.state.kind === 'disabled');
      assert.match(`${bad.state.code} ${bad.state.message}`, reason);
      assert.deepStrictEqual(
        findings.map(({ rule, message }) => `${rule.id} ${message}`),
        ['before 3', 'after A detector', 'before 4', 'after A detector'],
      );
      assert.deepStrictEqual(
        ['before', 'bad', 'after'].map((id) => counts.get(id)?.events),
        [4, 2, 4],
      );
    });
  }

  it('and throws for every event is switched off in its thread', async (t) => {
    const files = writeDetectors(t, {
      bad: detectorText(`throw new Error('no ' + event.value('process.pid'));`),
      good: EMITS,
    });
    const { host, findings } = aHost(t, files, { limits: { errorsInARow: 3 } });
    await host.start();
    host.detect(execs(1, 2, 3, 4));
    await host.drain();
    const bad = host.counts().get('bad');

    assert.deepStrictEqual(bad?.state, {
      ...{ kind: 'disabled', code: 'RULE_DETECTOR_THROWS', message: 'Error: no 3' },
    });
    assert.deepStrictEqual([bad.errors, bad.events, host.restarts, findings.length], [3, 3, 0, 4]);
  });

  it('and takes too long for its batches is switched off, one in time is not', async (t) => {
    const busy = 'const end = performance.now() + 15; while (performance.now() < end);';
    const files = writeDetectors(t, { bad: detectorText(busy), good: EMITS });
    const { host } = aHost(t, files, { limits: { budgetMs: 5, overrunsInARow: 2 } });
    await host.start();
    for (let round = 0; round < 4; round += 1) {
      host.detect(execs(1, 2, 3));
      await host.drain();
    }
    const { bad, good } = Object.fromEntries(host.counts());

    assert.ok(bad?.state.kind === 'disabled');
    assert.equal(bad.state.code, 'RULE_DETECTOR_SLOW');
    assert.ok(bad.skipped > 0);
    assert.deepStrictEqual([good?.events, good?.state.kind], [12, 'running']);
  });

  const hoards: readonly (readonly [string, kept: string, RegExp])[] = [
    ['buffers', 'Buffer.alloc(20_000_000, 1)', /^buffers take more than 64 MB$/],
    ['objects', 'Array.from({ length: 20_000 }, () => ({}))', /^the heap takes more than 32 MB$/],
  ];
  for (const [name, kept, reason] of hoards) {
    it(`and keeps more and more ${name} is switched off, one that lets go is not`, async (t) => {
      const files = writeDetectors(t, {
        bad: `const kept: unknown[] = [];\n${detectorText(`kept.push(${kept});`)}`,
        good: detectorText(
          `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n);
           emit({ message: String(n), fields: { size: String(${kept}.length) } });`,
          'state: { seen: table({ entriesMax: 1 }) },',
        ),
      });
      const { host, findings } = aHost(t, files, { limits: { memoryMb: 32 } });
      await host.start();
      for (let round = 0; host.restarts === 0; round += 1) {
        host.detect(execs(1));
        await host.drain();
        assert.ok(round < 1000);
      }
      const before = host.counts().get('good')?.events ?? 0;
      host.detect(execs(1));
      await host.drain();
      const { bad, good } = Object.fromEntries(host.counts());

      assert.ok(bad?.state.kind === 'disabled');
      assert.equal(bad.state.code, 'RULE_DETECTOR_MEMORY');
      assert.match(bad.state.message, reason);
      assert.deepStrictEqual([good?.events, good?.state.kind], [before + 1, 'running']);
      assert.equal(findings.at(-1)?.message, String(before + 1), 'remembers what it did');
      assert.equal(host.restarts, 1);
    });
  }

  it('and leaves promises and timers that fail ends nobody', async (t) => {
    const text = detectorText(
      `void Promise.reject(new Error('a')); setImmediate(() => { throw new Error('b'); }); emit();`,
    );
    const { host, findings } = aHost(t, writeDetectors(t, { one: text }));
    await host.start();
    for (let round = 0; round < 3; round += 1) {
      host.detect(execs(1));
      await host.drain();
    }

    assert.deepStrictEqual([findings.length, host.restarts], [3, 0]);
  });

  it('and would end the process is counted, and ends nothing', async (t) => {
    const { host } = aHost(t, writeDetectors(t, { one: onThirteen('process.exit();') }));
    await host.start();
    host.detect(execs(13, 1));
    await host.drain();
    const { events, errors, findings } = host.counts().get('one') ?? {};

    assert.deepStrictEqual([events, errors, findings, host.restarts], [2, 1, 1, 0]);
  });

  it('and ends the thread when nobody looks takes the others with it in the end', async (t) => {
    const ends = "Reflect.apply(Reflect.get(process, 'reallyExit'), process, [0])";
    const files = writeDetectors(t, {
      bad: detectorText(`setTimeout(() => ${ends}, 1);`),
      good: EMITS,
    });
    const { host } = aHost(t, files);
    await host.start();
    for (let round = 1; round <= 3; round += 1) {
      host.detect(execs(1));
      while (host.restarts < round) await new Promise(setImmediate);
    }
    host.detect(execs(1));
    await host.drain();

    assert.deepStrictEqual(
      [...host.counts().values()].map(({ state }) => state.kind === 'disabled' && state.code),
      ['RULE_DETECTOR_WORKER', 'RULE_DETECTOR_WORKER'],
    );
    assert.equal(host.restarts, 3);
  });

  it('one after the other leaves none, and events go nowhere', async (t) => {
    const files = writeDetectors(t, {
      one: detectorText('for (;;) {}'),
      two: detectorText('while (event !== undefined);'),
    });
    const { host } = aHost(t, files, { limits: { stuckMs: 300 } });
    await host.start();
    host.detect(execs(1));
    await host.drain();
    host.detect(execs(1));
    await host.drain();

    assert.deepStrictEqual(
      [...host.counts().values()].map(({ state }) => state.kind),
      ['disabled', 'disabled'],
    );
    assert.equal(host.restarts, 2);
  });
});
