/** Detections of an agent as a whole: rules beside detectors, and what outlives the agent. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { DetectionsOptions } from '../../../src/cli/detections-options.ts';
import type { DetectionStats } from '../../../src/model/stats.ts';
import { GROUPS_MAX } from '../../../src/rules/detection/correlate/group-table.ts';
import { detectionsStage, type Execution, rulesOf } from '../../support/detections-stage.ts';
import { detectorText, writeDetectors } from '../../support/detector-files.ts';

/** A count of executions, by what they have in common. */
function rulesText({ group = 'Image', times = 3, condition = 'gte' } = {}): string {
  return `
title: An execution
id: base
logsource: {category: process_creation, product: linux}
detection:
  selection: {Image: /usr/bin/whoami}
  condition: selection
level: low
---
title: Several executions
id: several
correlation:
  type: event_count
  rules: [base]
  group-by: [${group}]
  timespan: 1m
  condition: {${condition}: ${times}}
level: high
`;
}

const RULES = rulesOf(rulesText());

function aDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-detections-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Outcome {
  /** Id of the rule and how many events counted, sorted. */
  readonly found: readonly string[];
  readonly stats: Omit<DetectionStats, 'reloads'>;
}

/** One agent from its beginning to its end. */
async function run(
  changes: Partial<DetectionsOptions>,
  executions: readonly Execution[],
): Promise<Outcome> {
  const found: string[] = [];
  const onLine = (line: string): void => {
    const { finding } = JSON.parse(line);
    found.push(`${finding.rule.id} ${finding.count}`);
  };
  const { detections, exec } = detectionsStage({ onLine, ...changes });
  detections.restore();
  await detections.load();
  for (const execution of executions) exec(execution);
  await detections.close();
  return { found: found.toSorted(), stats: detections.stats() };
}

const at = (...seconds: readonly number[]): readonly Execution[] => {
  return seconds.map((second) => ({ second }));
};

describe('detectors of an agent', () => {
  it('report beside rules what they look for, and nothing else', async (t) => {
    const detectorFiles = writeDetectors(t, {
      seven: detectorText("if (event.value('process.pid') === 7) emit();"),
    });
    const executions = [...at(1), { second: 2, tgid: 8 }];
    const { found, stats } = await run({ rules: RULES, detectorFiles }, executions);

    assert.deepStrictEqual(found, ['seven 1']);
    assert.deepStrictEqual([stats.findings, stats.detectors[0]?.events], [1, 2]);
  });

  it('are held to the rate of the agent, and counted', async (t) => {
    const detectorFiles = writeDetectors(t, { all: detectorText('emit();') });
    const executions = Array(50).fill({ second: 1 });
    const { found, stats } = await run({ detectorFiles, findingsPerSecond: 2 }, executions);

    assert.equal(found.length, 20);
    assert.equal(stats.detectors[0]?.suppressed, 30);
  });
});

describe('an agent that comes after another', () => {
  it('counts what both of them saw, once', async (t) => {
    const options = { rules: RULES, stateDirectory: aDirectory(t) };
    const runs = [await run(options, at(1, 2)), await run(options, at(3)), await run(options, [])];

    assert.deepStrictEqual(
      runs.map(({ found }) => found),
      [[], ['several 3'], []],
    );
    assert.equal(runs[1]?.stats.correlations.restored, 1);
  });

  it('counts nothing of before when a rule has changed', async (t) => {
    const stateDirectory = aDirectory(t);
    await run({ rules: RULES, stateDirectory }, at(1, 2));
    const rules = rulesOf(rulesText({ condition: 'gt', times: 2 }));
    const { found, stats } = await run({ rules, stateDirectory }, at(3));

    assert.deepStrictEqual(found, []);
    assert.equal(stats.correlations.discarded, 1);
  });

  it('goes on with what detectors remember, written when they saw something', async (t) => {
    const stateDirectory = aDirectory(t);
    const third = detectorText(
      `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n); if (n === 3) emit();`,
      'state: { seen: table({ entriesMax: 1 }) },',
    );
    const options = { detectorFiles: writeDetectors(t, { third }), stateDirectory };
    const file = join(stateDirectory, 'detectors.jsonl');
    await run(options, at(1, 2));
    const text = `${readFileSync(file, 'utf8')}\n`;
    writeFileSync(file, text);
    await run(options, []);

    assert.equal(readFileSync(file, 'utf8'), text);
    assert.deepStrictEqual((await run(options, at(3))).found, ['third 1']);
    assert.notEqual(readFileSync(file, 'utf8'), text);
  });
});

describe('a correlation with too many groups', () => {
  it('is in the status, and the agent answers meanwhile', async (t) => {
    const rules = rulesOf(rulesText({ group: 'ProcessId' }));
    const stage = detectionsStage({ rules, stateDirectory: aDirectory(t) });
    let turns = 0;
    for (let number = 1; number <= 3 * GROUPS_MAX; number += 1) {
      // Above all ids that processes have: those of the agent itself are left out.
      stage.exec({ second: number / 1000, tgid: 10_000_000 + number });
      if (number % 1000 !== 0) continue;
      await setImmediate();
      turns += 1;
    }
    await stage.detections.close();
    const { groups, evicted, unsaved } = stage.detections.stats().correlations;

    assert.equal(turns, (3 * GROUPS_MAX) / 1000);
    assert.deepStrictEqual([groups, evicted, unsaved], [GROUPS_MAX, 2 * GROUPS_MAX, 0]);
  });
});
