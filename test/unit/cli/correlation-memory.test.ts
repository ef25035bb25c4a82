/** What correlations remember from one agent to the next. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { CorrelationMemory } from '../../../src/cli/correlation-memory.ts';
import {
  removeSavedDetections,
  SavedDetections,
} from '../../../src/cli/persistence/saved-detections.ts';
import type { CorrelationStats } from '../../../src/model/stats.ts';
import { DetectionEngine, type DetectionRule } from '../../../src/rules/index.ts';
import { aCorrelation, aRule } from '../../support/detection-rules.ts';
import { execs } from '../../support/detector-files.ts';
import { someContext } from '../../support/findings.ts';
import { aLog, type LogLine } from '../../support/log-lines.ts';

const NS_PER_SECOND = 1_000_000_000n;
const EVENTS = execs(1, 2, 3);
const BASE = aRule({ emits: false });
const THREE = aCorrelation({ bounds: { greaterOrEqual: 3 } });

interface Run {
  readonly counts: readonly number[];
  readonly stats: CorrelationStats;
  readonly lines: readonly LogLine[];
}

interface RunOptions {
  readonly rules?: readonly DetectionRule[];
  readonly boot?: string;
  /** Ends without having saved. */
  readonly isKilled?: boolean;
}

function aDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-memory-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An agent, as far as correlations know it: it begins, sees events of these seconds, and ends. */
function run(directory: string, seconds: readonly number[], options: RunOptions = {}): Run {
  const { rules = [BASE, THREE], boot = 'boot', isKilled = false } = options;
  const counts: number[] = [];
  const engine = new DetectionEngine({
    ...{ rules, context: someContext(), origin: `node-1/${boot}` },
    onFinding: ({ count }) => counts.push(count),
  });
  const { logger, lines } = aLog();
  const saved = new SavedDetections(directory, logger);
  const head = { node: 'node-1', cluster: '', boot, bootTimeMs: 0 };
  const memory = new CorrelationMemory({ engine, head, saved, logger });
  memory.restore();
  engine.detect(EVENTS.filter(({ sequence }) => seconds.includes(sequence)));
  engine.flush(BigInt(seconds.at(-1) ?? 0) * NS_PER_SECOND);
  if (!isKilled) memory.save();
  return { counts, stats: memory.stats(), lines };
}

describe('a correlation of three events', () => {
  it('comes about when two were before a restart and one is after it', (t) => {
    const directory = aDirectory(t);
    const before = run(directory, [1, 2]);
    const after = run(directory, [3]);

    assert.deepStrictEqual([before.counts, after.counts], [[], [3]]);
    assert.equal(after.stats.restored, 1);
    assert.deepStrictEqual(after.lines, []);
  });

  it('lasts over an agent that saw nothing', (t) => {
    const directory = aDirectory(t);
    run(directory, [1, 2]);
    run(directory, []);

    assert.deepStrictEqual(run(directory, [3]).counts, [3]);
  });

  const twins: readonly (readonly [string, RunOptions, number])[] = [
    ['the rule has changed', { rules: [BASE, { ...THREE, version: 'other' }] }, 1],
    ['a rule that it is about has changed', { rules: [{ ...BASE, version: 'other' }, THREE] }, 1],
    ['the machine was started again', { boot: 'another' }, 0],
  ];
  for (const [what, options, discarded] of twins) {
    it(`does not come about when ${what}`, (t) => {
      const directory = aDirectory(t);
      run(directory, [1, 2]);
      const after = run(directory, [3], options);

      assert.deepStrictEqual(after.counts, []);
      assert.equal(after.stats.restored, 0);
      assert.equal(after.stats.discarded, discarded);
    });
  }

  it('does not come about again of what it was made of', (t) => {
    const directory = aDirectory(t);
    run(directory, [1, 2]);
    const counts = [[3], []].map((seconds) => run(directory, seconds).counts);

    assert.deepStrictEqual([...counts, run(directory, [3]).counts], [[3], [], []]);
  });

  it('is not forgotten when only time has passed, and not written again', (t) => {
    const directory = aDirectory(t);
    run(directory, [1, 2]);
    const file = join(directory, 'correlations.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"node-1"', '"node-2"'));
    run(directory, []);

    assert.match(readFileSync(file, 'utf8'), /"node-2"/);
    assert.deepStrictEqual(readdirSync(directory), ['correlations.jsonl']);
  });

  it('does not come about of what was not saved', (t) => {
    const directory = aDirectory(t);
    run(directory, [1, 2], { isKilled: true });

    assert.deepStrictEqual(run(directory, [3]).counts, []);
  });
});

describe('saved correlations that cannot be read', () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['are cut off', (file) => truncateSync(file, readFileSync(file).length - 9)],
    ['are empty', (file) => writeFileSync(file, '')],
    ['are of another version', (file) => change(file, '"correlations","version":1', '9')],
    ['name an event that is not there', (file) => change(file, '1,[0]]', '1,[7]]')],
    ['have a time that is none', (file) => change(file, '[[1000000,', '[[1.5,')],
    ['are too large', (file) => truncateSync(file, 65 * 1024 * 1024)],
  ];
  function change(file: string, from: string, to: string): void {
    const text = readFileSync(file, 'utf8');
    const put = to === '9' ? from.replace('1', to) : to;
    assert.ok(text.includes(from), text.slice(-300));
    writeFileSync(file, text.replace(from, put));
  }
  for (const [what, damage] of damages) {
    it(`are set aside when they ${what}, and the agent begins anew`, (t) => {
      const directory = aDirectory(t);
      const file = join(directory, 'correlations.jsonl');
      run(directory, [1, 2]);
      damage(file);
      const after = run(directory, [3], { isKilled: true });

      assert.deepStrictEqual(after.counts, []);
      assert.ok(existsSync(`${file}.damaged`) && !existsSync(file));
      const [line] = after.lines;
      assert.equal(line?.level, 'warn');
      const code = what === 'are too large' ? undefined : 'RULE_STATE_INVALID';
      assert.equal(line.fields['code'], code);
      assert.notEqual(line.fields['reason'], '');
    });
  }

  it('that cannot be written are told of once', (t) => {
    const directory = join(aDirectory(t), 'file');
    writeFileSync(directory, '');
    const { logger, lines } = aLog();
    const saved = new SavedDetections(directory, logger);
    saved.write('correlations', 'text');
    saved.write('correlations', 'text');

    assert.equal(lines.length, 1);
  });

  it('are removed with all that is left of them', (t) => {
    const directory = aDirectory(t);
    for (const name of ['correlations.jsonl', 'detectors.jsonl']) {
      for (const end of ['', '.new', '.damaged']) writeFileSync(join(directory, name + end), '');
    }
    writeFileSync(join(directory, 'other'), '');
    removeSavedDetections(directory);

    assert.deepStrictEqual(readdirSync(directory), ['other']);
  });
});
