/** A rule that is too wide does not flood whoever reads findings, and hides nothing new. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFindingRate } from '../../../src/model/finding-rate.ts';
import type { Workload } from '../../../src/model/workload.ts';
import {
  FindingLimiter,
  PLACES_MAX,
  placeOf,
} from '../../../src/rules/detection/findings/finding-limiter.ts';
import { DetectionEngine, type DetectionRule } from '../../../src/rules/index.ts';
import { aRule } from '../../support/detection-rules.ts';
import { detectionsStage, rulesOf } from '../../support/detections-stage.ts';
import { execs } from '../../support/detector-files.ts';
import { someContext } from '../../support/findings.ts';
import { compileTexts } from '../rules/sigma/compile-texts.ts';

const rulesText = (rate: string): string => `
title: Everything
id: wide
logsource: {category: process_creation, product: linux}
detection:
  selection: {Image: /usr/bin/whoami}
  condition: selection
level: low${rate === '' ? '' : `\nfindings-per-second: ${rate}`}
---
title: Narrow
id: narrow
logsource: {category: process_creation, product: linux}
detection:
  selection: {ProcessId: 13}
  condition: selection
level: high
---
title: Many
id: many
correlation:
  type: event_count
  rules: [wide]
  group-by: [Image]
  timespan: 1h
  condition: {gte: 1000}
  generate: true
level: high
`;

const falcoText = (rate: string): string => `
- rule: wide
  desc: everything
  condition: evt.type = execve
  output: "%proc.name"
  priority: INFO
  findings-per-second: ${rate}
`;

interface Outcome {
  /** Id of the rule and what the finding says was left out, in their order. */
  readonly lines: readonly string[];
  readonly suppressed: readonly { readonly rule: string; readonly count: number }[];
}

/** Executions at these seconds; the process with id 13 is the last one. */
async function run(
  seconds: readonly number[],
  rules: readonly DetectionRule[],
  findingsPerSecond = 10,
): Promise<Outcome> {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    const { finding } = JSON.parse(line);
    lines.push(`${finding.rule.id} ${finding.suppressed ?? 0}`);
  };
  const stage = detectionsStage({ rules, findingsPerSecond, onLine });
  for (const [position, second] of seconds.entries()) {
    stage.exec({ second, tgid: position === seconds.length - 1 ? 13 : 7 });
  }
  const { suppressed } = stage.detections.stats();
  await stage.detections.close();
  return { lines, suppressed };
}

const RULES = rulesOf(rulesText(''));
const count = ({ lines }: Outcome, rule: string): number => {
  return lines.filter((line) => line.startsWith(`${rule} `)).length;
};
const at = (times: number, second: number): number[] => Array(times).fill(second);

describe('findings of one rule', () => {
  it('are bounded when there is a flood of them, and what was left out is told', async () => {
    const outcome = await run([...at(1100, 1), 12, 12], RULES);

    assert.equal(count(outcome, 'wide'), 102);
    assert.deepStrictEqual(outcome.lines.slice(98), [
      ...['wide 0', 'wide 0', 'wide 1000', 'wide 0', 'narrow 0', 'many 0'],
    ]);
    assert.deepStrictEqual(outcome.suppressed, [{ rule: 'wide', count: 1000 }]);
  });

  it('all go out when they are few', async () => {
    const seconds = Array.from({ length: 300 }, (_, second) => second);
    const outcome = await run(seconds, RULES);

    assert.equal(count(outcome, 'wide'), 300);
    assert.deepStrictEqual(outcome.suppressed, []);
  });

  it('do not keep those of another from going out', async () => {
    assert.equal(count(await run(at(2000, 1), RULES), 'narrow'), 1);
  });

  it('count for correlations, whether they go out or not', async () => {
    assert.equal(count(await run(at(1000, 1), RULES), 'many'), 1);
    assert.equal(count(await run(at(999, 1), RULES), 'many'), 0);
  });

  it('go by what the rule says, before what the command line says', async () => {
    const flood = at(500, 1);
    const saying = (rate: string): readonly DetectionRule[] => rulesOf(rulesText(rate));

    assert.equal(count(await run(flood, saying('0.1')), 'wide'), 1);
    assert.equal(count(await run(flood, saying('2')), 'wide'), 20);
    assert.equal(count(await run(flood, saying('none')), 'wide'), 500);
    assert.equal(count(await run(flood, RULES, 3), 'wide'), 30);
    assert.equal(count(await run(flood, RULES, Number.POSITIVE_INFINITY), 'wide'), 500);
    assert.equal(count(await run(flood, saying('2'), Number.POSITIVE_INFINITY), 'wide'), 20);
  });

  it('go by what a rule of Falco says, too', async () => {
    assert.equal(count(await run(at(500, 1), rulesOf(falcoText('2'))), 'wide'), 20);
    assert.equal(count(await run(at(500, 1), rulesOf(falcoText('none'))), 'wide'), 500);
  });

  it('all go out where nobody asks for a bound, as in replays', () => {
    const findings: (number | undefined)[] = [];
    const engine = new DetectionEngine({
      ...{ rules: [aRule({ findingsPerSecond: 1 })], context: someContext(), origin: 'n/b' },
      onFinding: ({ suppressed }) => findings.push(suppressed),
    });
    engine.detect(Array(500).fill(execs(1)).flat());

    assert.deepStrictEqual(findings, Array(500).fill(undefined));
  });
});

describe('the first finding of a rule in a place', () => {
  const container = (number: number): Workload => ({
    ...{ kind: 'container', containerId: `c${number}`, runtime: '', podUid: '' },
    isSandbox: false,
  });
  const isShown = (limiter: FindingLimiter, workload: Workload): boolean => {
    const finding = { id: 'a-rule', timeMs: 0, place: placeOf({ workload }) };
    const isTaken = limiter.take(finding) !== undefined;
    if (!isTaken) limiter.leaveOut('a-rule');
    return isTaken;
  };

  it('goes out, however many there were in others', () => {
    const limiter = new FindingLimiter(1);
    const places: readonly Workload[] = [
      ...[container(1), container(2), { kind: 'service', name: 'ssh.service' } as const],
      { kind: 'host' },
    ];
    for (let times = 0; times < 100; times += 1) isShown(limiter, container(1));

    assert.deepStrictEqual(
      [...places, ...places].map((place) => isShown(limiter, place)),
      [false, true, true, true, false, false, false, false],
    );
  });

  it('goes out in detections, too', async () => {
    const places: string[] = [];
    const stage = detectionsStage({
      ...{ rules: RULES, findingsPerSecond: 0.1 },
      onLine: (line) => places.push(JSON.parse(line).finding.process.docker ?? ''),
    });
    for (const number of [1, 1, 2, 2, 1]) stage.exec({ second: 1, workload: container(number) });
    await stage.detections.close();

    assert.deepStrictEqual(places, ['c1', 'c2']);
  });

  it('is one of a bounded number: whoever makes containers must not choose it', () => {
    const limiter = new FindingLimiter(1);
    let shown = 0;
    for (let number = 0; number < 3 * PLACES_MAX; number += 1) {
      if (isShown(limiter, container(number))) shown += 1;
    }

    assert.equal(shown, PLACES_MAX);
    assert.deepStrictEqual([...limiter.suppressed()], [['a-rule', 2 * PLACES_MAX]]);
  });
});

describe('a rate of findings', () => {
  it('is a number above zero, or none', () => {
    assert.deepStrictEqual(['10', '0.5', 'none'].map(readFindingRate), [
      10,
      0.5,
      Number.POSITIVE_INFINITY,
    ]);
    for (const wrong of ['0', '-1', 'many', '', '1e9', '1000001', 'Infinity']) {
      assert.equal(readFindingRate(wrong), undefined);
    }
  });

  for (const rate of ['0', 'lots', '[1]']) {
    it(`of a rule cannot be ${rate}`, () => {
      assert.deepStrictEqual(compileTexts(rulesText(rate)).problems.slice(0, 1), [
        'SIGMA_VALUE_INVALID 9:22',
      ]);
    });
  }

  it('of a rule of Falco cannot be zero', () => {
    assert.throws(() => rulesOf(falcoText('0')), { message: '`0` is no rate of findings' });
  });
});
