/** Detectors of an agent: what is told of them, and what they remember. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SavedDetections } from '../../../src/cli/persistence/saved-detections.ts';
import { RunningDetectors } from '../../../src/cli/running-detectors.ts';
import { DetectionEngine } from '../../../src/rules/index.ts';
import { aRule } from '../../support/detection-rules.ts';
import { detectorText, execs, writeDetectors } from '../../support/detector-files.ts';
import { someContext } from '../../support/findings.ts';
import { aLog, type LogLine } from '../../support/log-lines.ts';

const COUNTS = detectorText(
  `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n); if (n === 3) emit();`,
  'state: { seen: table({ entriesMax: 1 }) },',
);

interface Stage {
  readonly detectors: RunningDetectors;
  readonly found: readonly string[];
  readonly lines: readonly LogLine[];
}

async function load(files: readonly string[], directory?: string): Promise<Stage> {
  const found: string[] = [];
  const { logger, lines } = aLog();
  const detectors = new RunningDetectors({
    ...{ context: someContext(), boot: 'boot', logger },
    saved: directory === undefined ? undefined : new SavedDetections(directory, logger),
    onFinding: ({ rule }) => found.push(rule.id),
  });
  await detectors.load({ detectorFiles: files, findingsPerSecond: 10 });
  return { detectors, found, lines };
}

function aDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-memory-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe('detectors of an agent', () => {
  it('go on counting after a restart', async (t) => {
    const directory = aDirectory(t);
    const files = writeDetectors(t, { counts: COUNTS });
    const before = await load(files, directory);
    before.detectors.detect(execs(1, 2));
    await before.detectors.close();
    const after = await load(files, directory);
    after.detectors.detect(execs(3));
    await after.detectors.close();

    assert.deepStrictEqual([before.found, after.found], [[], ['counts']]);
  });

  it('begin anew when they have changed their version', async (t) => {
    const directory = aDirectory(t);
    const [file = ''] = writeDetectors(t, { counts: COUNTS });
    const before = await load([file], directory);
    before.detectors.detect(execs(1, 2));
    await before.detectors.close();
    const text = COUNTS.replaceAll('NAME', 'counts').replace("version: '1'", "version: '2'");
    writeFileSync(file, text);
    const after = await load([file], directory);
    after.detectors.detect(execs(3));
    await after.detectors.close();

    assert.deepStrictEqual(after.found, []);
  });

  it('begin anew when what they remembered cannot be read, which is told', async (t) => {
    const directory = aDirectory(t);
    const saved = join(directory, 'detectors.jsonl');
    writeFileSync(saved, 'nonsense');
    const { detectors, found, lines } = await load(
      writeDetectors(t, { counts: COUNTS }),
      directory,
    );
    detectors.detect(execs(1, 2, 3));
    await detectors.close();

    assert.deepStrictEqual(found, ['counts']);
    assert.equal(lines[0]?.fields['code'], 'RULE_DETECTOR_SAVED_INVALID');
    assert.ok(existsSync(`${saved}.damaged`));
  });

  it('that cannot be loaded are told, and the others run', async (t) => {
    const files = writeDetectors(t, { bad: 'enum A { B }', good: detectorText('emit();') });
    const { detectors, found, lines } = await load(files);
    detectors.detect(execs(1));
    await detectors.close();
    const { unloaded, detectors: loaded } = detectors.stats();

    assert.deepStrictEqual(found, ['good']);
    assert.deepStrictEqual(
      loaded.map(({ id, state }) => [id, state]),
      [['good', 'running']],
    );
    const [problem] = unloaded;
    assert.equal(problem?.file, files[0]);
    assert.match(problem?.reason ?? '', /^RULE_DETECTOR_SYNTAX: /);
    assert.deepStrictEqual(
      lines.map(({ level, fields }) => [level, fields['code']]),
      [['error', 'RULE_DETECTOR_SYNTAX']],
    );
  });

  it('that loop for ever are switched off while rules and other detectors find', async (t) => {
    const files = writeDetectors(t, {
      loops: detectorText('for (;;) {}'),
      works: detectorText('emit();'),
    });
    const { detectors, found, lines } = await load(files);
    const ruled: string[] = [];
    const engine = new DetectionEngine({
      ...{ rules: [aRule()], context: someContext(), origin: 'node-1/boot' },
      onFinding: ({ rule }) => ruled.push(rule.id),
    });
    const [first, second] = [execs(1), execs(2)];
    detectors.detect(first);
    engine.detect(first);
    const foundMeanwhile = [...ruled];
    // Ticks of the agent, as long as the thread of the detectors does not come back.
    let ticks = 0;
    while (detectors.stats().detectors.every(({ state }) => state === 'running')) {
      await new Promise((resolve) => setImmediate(resolve));
      ticks += 1;
    }
    detectors.detect(second);
    engine.detect(second);
    await detectors.close();
    await detectors.close();

    assert.deepStrictEqual(foundMeanwhile, ['a-rule']);
    assert.ok(ticks > 1);
    assert.deepStrictEqual(ruled, ['a-rule', 'a-rule']);
    assert.deepStrictEqual(found, ['works', 'works']);
    const [off] = detectors.stats().detectors;
    assert.equal(off?.state, 'disabled');
    assert.match(off.reason, /^RULE_DETECTOR_STUCK: /);
    const told = lines.filter(({ message }) => message === 'a detector was switched off');
    assert.deepStrictEqual(
      told.map(({ fields }) => [fields['detector'], fields['code']]),
      [['loops', 'RULE_DETECTOR_STUCK']],
    );
  });
});
