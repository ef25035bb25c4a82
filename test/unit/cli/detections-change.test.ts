/** Rules and detectors of an agent that become others while events come. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { AgentDetections } from '../../../src/cli/agent-detections.ts';
import type { DetectionSetup, ReadDetections } from '../../../src/cli/agent-options.ts';
import { Detections } from '../../../src/cli/detections.ts';
import type { DetectionsOptions } from '../../../src/cli/detections-options.ts';
import type { EventSourceOptions } from '../../../src/cli/event-sources.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import type { DetectionStats } from '../../../src/model/stats.ts';
import type { CelCounts, DetectionRule } from '../../../src/rules/index.ts';
import { detectionsStage, rulesOf, stageOptions } from '../../support/detections-stage.ts';
import { detectorText, writeDetectors } from '../../support/detector-files.ts';
import { anExecEvent, aProcess } from '../../support/events.ts';
import { aLog, type LogLine } from '../../support/log-lines.ts';
import { smallKernel } from '../rules/small-kernel.ts';

function execRule(id: string, respond = ''): string {
  return `title: ${id}
id: ${id}
logsource: {category: process_creation, product: linux}
detection: {s: {Image: /usr/bin/whoami}, condition: s}
level: low
${respond}`;
}

type Asked = Pick<DetectionRule, 'respond' | 'respondWhen'>;

const COUNTS = detectorText(
  `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n); if (n === 3) emit();`,
  'state: { seen: table({ entriesMax: 1 }) },',
);

/** Nothing that these rules want is of the kernel. */
const SENSORS: EventSourceOptions = {
  manager: { put: () => [], remove: () => false, status: () => undefined },
  dns: { start: () => undefined, close: () => undefined },
  ...{ types: smallKernel, logger: silentLogger },
};

interface Stage {
  readonly detections: AgentDetections;
  readonly found: string[];
  readonly lines: readonly LogLine[];
  exec(): void;
  change(setup: Partial<DetectionSetup>, ...diagnostics: readonly Diagnostic[]): Promise<string>;
  stats(): DetectionStats | undefined;
}

const NONE: DetectionSetup = { rules: [], detectorFiles: [], findingsPerSecond: 10 };

function reading(setup: Partial<DetectionSetup>, diagnostics: readonly Diagnostic[]) {
  return async (): Promise<ReadDetections> => ({
    setup: { ...NONE, ...setup },
    files: [{ file: 'a.yaml', text: '', diagnostics }],
  });
}

async function begin(
  t: TestContext,
  setup: Partial<DetectionsOptions>,
  isOpen = true,
): Promise<Stage> {
  const found: string[] = [];
  const { logger, lines } = aLog();
  const onLine = (line: string): void => void found.push(JSON.parse(line).finding.rule.id);
  const options: DetectionsOptions = stageOptions({ ...NONE, ...setup, onLine, logger });
  const open = isOpen ? (each: DetectionsOptions) => new Detections(each) : undefined;
  const detections = new AgentDetections(options, open);
  await detections.start(SENSORS);
  t.after(() => detections.close());
  let sequence = 0;
  return {
    ...{ detections, found, lines },
    exec() {
      sequence += 1;
      const timeNs = BigInt(sequence) * 1_000_000_000n;
      detections.publish([anExecEvent({ sequence, timeNs, process: aProcess({ tgid: 7 }) })]);
    },
    async change(next, ...diagnostics) {
      return (await detections.reload(reading(next, diagnostics))).kind;
    },
    stats: () => detections.stats(),
  };
}

const MISTAKE: Diagnostic = {
  ...{ code: 'RULE_FIELD_UNKNOWN', severity: 'error', message: 'no such field' },
  location: { file: 'a.yaml', line: 3, column: 5, start: 0, end: 1 },
};

describe('rules that are read again', () => {
  it('find from the next event on, and those before do not', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')) });
    stage.exec();
    const kind = await stage.change({ rules: rulesOf(execRule('new')) });
    stage.exec();

    assert.deepStrictEqual([kind, stage.found], ['loaded', ['old', 'new']]);
    const { rules, reloads, events, findings } = stage.stats() ?? {};
    assert.deepStrictEqual([rules, events, findings], [1, 2, 2]);
    assert.deepStrictEqual([reloads?.taken, reloads?.refused], [1, 0]);
  });

  it('are refused as a whole for one mistake, with its place in log and status', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')) });
    const kind = await stage.change({ rules: rulesOf(execRule('new')) }, MISTAKE, MISTAKE);
    stage.exec();

    assert.deepStrictEqual([kind, stage.found], ['rejected', ['old']]);
    const { reloads } = stage.stats() ?? {};
    assert.deepStrictEqual([reloads?.taken, reloads?.refused], [0, 1]);
    const reason = 'a.yaml:3:5: no such field [RULE_FIELD_UNKNOWN], and 1 more';
    assert.equal(reloads?.lastRefused?.reason, reason);
    const [first] = stage.lines;
    assert.deepStrictEqual(
      [first?.level, first?.fields, first?.message],
      ['error', { code: 'RULE_FIELD_UNKNOWN', place: 'a.yaml:3:5' }, 'no such field'],
    );
  });

  it('are taken with warnings, and forget that others were refused', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')) });
    await stage.change({}, MISTAKE);
    const kind = await stage.change({}, { ...MISTAKE, severity: 'warning' });

    assert.equal(kind, 'loaded');
    const { rules, reloads } = stage.stats() ?? {};
    assert.deepStrictEqual([rules, reloads?.lastRefused, reloads?.refused], [0, undefined, 1]);
  });

  it('stay when the files cannot be read, which is said', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')) });
    const error = new CodedError('CONFIG_FOLDER_EMPTY', 'there is nothing');
    await assert.rejects(
      stage.detections.reload(() => Promise.reject(error)),
      error,
    );
    stage.exec();

    assert.deepStrictEqual(stage.found, ['old']);
    const { lastRefused } = stage.stats()?.reloads ?? {};
    assert.equal(lastRefused?.reason, 'CONFIG_FOLDER_EMPTY: there is nothing');
  });

  it('are read one after the other, in the order in which that was asked for', async (t) => {
    const stage = await begin(t, {});
    const kinds = await Promise.all([
      stage.change({ rules: rulesOf(execRule('one')) }),
      stage.change({ rules: rulesOf(execRule('two')) }),
    ]);
    stage.exec();

    assert.deepStrictEqual([kinds, stage.found], [['loaded', 'loaded'], ['two']]);
  });

  it('leave to those before what the kernel has told until then', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')), catchUp: () => stage.exec() });
    await stage.change({ rules: rulesOf(execRule('new')) });
    stage.exec();

    assert.deepStrictEqual(stage.found, ['old', 'new']);
  });

  it('may be the first, where nothing was looked for', async (t) => {
    const stage = await begin(t, {}, false);
    stage.exec();
    const before = [stage.stats(), stage.detections.isOpen];
    await stage.change({}, MISTAKE);
    await stage.change({});
    const none = stage.detections.isOpen;
    await stage.change({ rules: rulesOf(execRule('first')) });
    stage.exec();

    assert.deepStrictEqual([before, none], [[undefined, false], false]);
    assert.deepStrictEqual(stage.found, ['first']);
    assert.equal(stage.stats()?.reloads.refused, 1);
  });

  it('are refused when the agent is closing', async (t) => {
    const stage = await begin(t, { rules: rulesOf(execRule('old')) });
    await stage.detections.stopReloads();

    await assert.rejects(stage.change({ rules: [] }), { code: 'CONFIG_REFUSED' });
  });

  const kill = { kind: 'kill_process', isDryRun: false } as const;
  const post = { kind: 'webhook', isDryRun: false, url: 'http://127.0.0.1:1/' } as const;
  const counts = (): CelCounts => ({ evaluated: 0, matched: 0, unknown: 0, errors: 0 });
  const when = { text: 'true', evaluate: () => true, counts };
  const asks: readonly (readonly [what: string, asked: Asked, times: number])[] = [
    ['always', { respond: kill }, 1],
    ['under a condition', { respondWhen: [{ when, response: kill }] }, 1],
    ['in a dry run', { respond: { ...kill, isDryRun: true } }, 0],
    ['of nobody here', { respond: post, respondWhen: [{ when, response: post }] }, 0],
  ];
  for (const [what, asked, times] of asks) {
    it(`make ready for responses ${times} times that they ask for: ${what}`, async () => {
      const { detections } = detectionsStage({ rules: rulesOf(execRule('old')) });
      let armed = 0;
      detections.respondBy({
        arm() {
          armed += 1;
        },
        respond: () => Promise.reject(new CodedError('X', 'not now')),
        quarantines: () => [],
        quarantine: () => Promise.reject(new CodedError('X', 'not now')),
        release: async () => false,
      });
      const asking = rulesOf(execRule('asking')).map((rule) => ({ ...rule, ...asked }));
      const before = armed;
      for (const rules of [asking, [], asking]) await detections.change({ ...NONE, rules });
      await detections.close();

      assert.deepStrictEqual([before, armed], [0, times]);
    });
  }
});

describe('detectors that are loaded again', () => {
  it('go on with what they remember, and their counts do not fall', async (t) => {
    const detectorFiles = writeDetectors(t, { counts: COUNTS });
    const stage = await begin(t, { detectorFiles });
    stage.exec();
    stage.exec();
    const change = stage.change({ detectorFiles });
    // Whatever comes meanwhile is looked at as well.
    stage.exec();
    assert.equal(await change, 'loaded');
    await stage.detections.close();

    assert.deepStrictEqual(stage.found, ['counts']);
    assert.equal(stage.stats()?.detectors[0]?.events, 3);
  });

  it('begin anew in another version', async (t) => {
    const detectorFiles = writeDetectors(t, { counts: COUNTS });
    const stage = await begin(t, { detectorFiles });
    stage.exec();
    stage.exec();
    const [file = ''] = detectorFiles;
    const text = COUNTS.replaceAll('NAME', 'counts').replace("version: '1'", "version: '2'");
    writeFileSync(file, text);
    await stage.change({ detectorFiles });
    stage.exec();
    await stage.detections.close();

    assert.deepStrictEqual(stage.found, []);
  });

  it('stay, with all rules, when one of them is none', async (t) => {
    const detectorFiles = writeDetectors(t, { good: detectorText('emit();') });
    const stage = await begin(t, { rules: rulesOf(execRule('old')), detectorFiles });
    const bad = writeDetectors(t, { bad: 'enum A { B }' });
    const next = { rules: rulesOf(execRule('new')), detectorFiles: [...detectorFiles, ...bad] };
    const kind = await stage.change(next);
    stage.exec();
    await stage.detections.close();

    assert.deepStrictEqual([kind, stage.found.toSorted()], ['rejected', ['good', 'old']]);
    const { reason } = stage.stats()?.reloads.lastRefused ?? {};
    assert.match(reason ?? '', /bad\.ts:1:1: .* \[RULE_DETECTOR_SYNTAX\]$/);
  });

  it('may be the first, and may be gone', async (t) => {
    const detectorFiles = writeDetectors(t, { good: detectorText('emit();') });
    const stage = await begin(t, {});
    await stage.change({ detectorFiles });
    stage.exec();
    await stage.change({});
    stage.exec();
    await stage.detections.close();

    assert.deepStrictEqual([stage.found, stage.stats()?.detectors], [['good'], []]);
  });

  it('get another chance when they were switched off', async (t) => {
    const [file = ''] = writeDetectors(t, { bad: detectorText("throw new Error('no');") });
    const stage = await begin(t, { detectorFiles: [file] });
    for (let times = 0; times < 10; times += 1) stage.exec();
    const isOff = (): boolean => stage.stats()?.detectors[0]?.state === 'disabled';
    while (!isOff()) await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(file, detectorText('emit();').replaceAll('NAME', 'bad'));
    await stage.change({ detectorFiles: [file] });
    stage.exec();
    await stage.detections.close();

    assert.deepStrictEqual([stage.found, isOff()], [['bad'], false]);
  });
});
