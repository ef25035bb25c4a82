/** Commands that are given detectors, and rules that are made to do harm. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { replayCommand } from '../../../src/cli/commands/replay.ts';
import { rulesBacktestCommand } from '../../../src/cli/commands/rules-backtest.ts';
import { rulesLintCommand } from '../../../src/cli/commands/rules-lint.ts';
import { rulesTestCommand } from '../../../src/cli/commands/rules-test.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { RecordingEncoder } from '../../../src/rules/index.ts';
import { detectorText, execs, writeDetectors } from '../../support/detector-files.ts';
import { FakeIo } from './fake-io.ts';

const COMMANDS = [replayCommand, rulesBacktestCommand, rulesLintCommand, rulesTestCommand];

const SEVENS = detectorText(`if (event.value('process.pid') === 7) emit();`);

const RULE = `title: Any execution
id: any-execution
logsource: {category: process_creation, product: linux}
detection: {s: {Image|contains: /}, condition: s}
level: low
`;

const FIXTURES = `rule: sevens
cases:
  - name: a seven
    expect: match
    events: [{class: process.exec, fields: {process.pid: 7}}]
  - name: another number
    expect: none
    events: [{class: process.exec, fields: {process.pid: 8}, repeat: 600}]
`;

interface Bench {
  readonly directory: string;
  readonly detectors: string;
  file(name: string, text: string): string;
  run(...words: readonly string[]): Promise<{ status: number; out: string; err: string }>;
}

function makeBench(t: TestContext, detectors = { sevens: SEVENS }): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'warder-commands-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [first = ''] = writeDetectors(t, detectors);
  return {
    directory,
    detectors: dirname(first),
    file(name, text) {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    },
    async run(...words) {
      const io = new FakeIo();
      const status = await runCli(words, COMMANDS, io);
      return { status, out: io.out, err: io.err };
    },
  };
}

/** Executions of these processes, a second apart. */
function recordingText(...pids: readonly number[]): string {
  const encoder = new RecordingEncoder();
  const head = encoder.head({ node: 'node-1', cluster: '', boot: 'boot', bootTimeMs: 0 });
  return (
    head +
    execs(...pids)
      .map((event) => encoder.encode(event))
      .join('')
  );
}

/** Ids of the rules of findings. */
function idsOf(out: string): readonly string[] {
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line).finding.rule.id);
}

describe('rules test', () => {
  it('runs the fixtures of detectors', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const fixtures = file('fixtures.yaml', FIXTURES);
    const { status, out } = await run('rules', 'test', '--detectors', detectors, fixtures);

    assert.deepStrictEqual([status, out], [0, '2 cases, 0 failed\n']);
  });

  it('fails when a detector reports what it must not, or does not what it must', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const swapped = FIXTURES.replaceAll('pid: 7', 'pid: X')
      .replaceAll('pid: 8', 'pid: 7')
      .replaceAll('pid: X', 'pid: 8');
    const fixtures = file('fixtures.yaml', swapped);
    const { status, out } = await run('rules', 'test', '--detectors', detectors, fixtures);

    assert.equal(status, 1);
    assert.deepStrictEqual(out.trimEnd().split('\n'), [
      `${fixtures}: a seven: the rule did not match`,
      `${fixtures}: another number: the rule matched, and must not`,
      '2 cases, 2 failed',
    ]);
  });
});

describe('a case of a detector', () => {
  const troubles: readonly (readonly [string, string, RegExp])[] = [
    ['throws', 'throw new Error("no");', /another number: the detector sevens threw/],
    ['does not come back', 'for (;;) {}', /another number: .* switched off: RULE_DETECTOR_STUCK: /],
  ];
  for (const [what, code, problem] of troubles) {
    it(`fails when the detector ${what}, though nothing is to be reported`, async (t) => {
      const trouble = SEVENS.replace(/detect\(.*/, `detect(): void { ${code} },`);
      const { detectors, file, run } = makeBench(t, { sevens: trouble });
      const fixtures = file('fixtures.yaml', FIXTURES.replace(', repeat: 600', ''));
      const { status, out } = await run('rules', 'test', '--detectors', detectors, fixtures);

      assert.equal(status, 1);
      assert.match(out, problem);
      assert.match(out, /^2 cases, 2 failed$/m);
    });
  }
});

describe('replay', () => {
  it('shows events to detectors, and to rules when they are named', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const recording = file('recording', recordingText(6, 7));
    const rules = file('rule.yaml', RULE);
    const alone = await run('replay', '--detectors', detectors, recording);
    const both = await run('replay', '--rules', rules, '--detectors', detectors, recording);

    assert.deepStrictEqual(idsOf(alone.out), ['sevens']);
    assert.deepStrictEqual(idsOf(both.out), ['any-execution', 'any-execution', 'sevens']);
  });

  it('leaves no event out, however many there are', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const pids = Array.from({ length: 20_000 }, (_, at) => (at % 1000 === 0 ? 7 : 8));
    const recording = file('recording', recordingText(...pids));
    const { out } = await run('replay', '--detectors', detectors, recording);

    assert.equal(idsOf(out).length, 20);
  });

  it('leaves no finding out, however many there are', async (t) => {
    const sevens = SEVENS.replace('version:', 'findingsPerSecond: 0.001, version:');
    const { detectors, file, run } = makeBench(t, { sevens });
    const recording = file('recording', recordingText(...Array(50).fill(7)));
    const { out } = await run('replay', '--detectors', detectors, recording);

    assert.equal(idsOf(out).length, 50);
  });

  it('names a detector that was switched off on the way', async (t) => {
    const loops = detectorText('for (;;) {}');
    const { detectors, file, run } = makeBench(t, { sevens: loops });
    const recording = file('recording', recordingText(6, 7));
    const { status, out, err } = await run('replay', '--detectors', detectors, recording);

    assert.deepStrictEqual([status, out], [0, '']);
    assert.match(err, /^sevens: switched off: .* \[RULE_DETECTOR_STUCK\]$/m);
  });
});

describe('rules backtest', () => {
  it('counts what detectors found', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const recording = file('recording', recordingText(7, 8, 7));
    const { out } = await run('rules', 'backtest', '--json', '--detectors', detectors, recording);

    const row = { id: 'sevens', title: 'A detector', level: 'medium', matched: 2, findings: 2 };
    assert.deepStrictEqual(JSON.parse(out), { events: 3, rules: [row] });
  });
});

describe('rules lint', () => {
  it('reports files of detectors that cannot be loaded', async (t) => {
    const { detectors, directory, file, run } = makeBench(t);
    const rules = file('rule.yaml', RULE);
    const good = await run('rules', 'lint', '--detectors', detectors, rules);
    file('bad.ts', 'enum A { B }');
    const bad = await run('rules', 'lint', '--detectors', directory, rules);

    assert.deepStrictEqual([good.status, bad.status], [0, 1]);
    assert.match(good.out, /^2 files: 2 rules good, 0 errors/m);
    assert.match(bad.out, /bad\.ts: error: .* \[RULE_DETECTOR_SYNTAX\]$/m);
  });
});

describe('rules lint without rules', () => {
  it('looks at detectors alone', async (t) => {
    const { detectors, directory, file, run } = makeBench(t);
    const good = await run('rules', 'lint', '--detectors', detectors);
    file('bad.ts', 'export default 3;');
    const bad = await run('rules', 'lint', '--detectors', directory);

    assert.deepStrictEqual(
      [good.status, good.out],
      [0, '1 file: 1 rule good, 0 errors, 0 warnings, 0 remarks\n'],
    );
    assert.equal(bad.status, 1);
    assert.match(bad.out, /bad\.ts: error: .* \[RULE_DETECTOR_DEFINITION\]$/m);
  });

  it('refuses what is not there, and directories without any', async (t) => {
    const { directory, run } = makeBench(t);
    const gone = await run('rules', 'lint', '--detectors', join(directory, 'gone.ts'));
    const none = await run('rules', 'lint', '--detectors', directory);

    assert.deepStrictEqual([gone.status, none.status], [1, 1]);
    assert.match(gone.err, /CONFIG_FILE_UNREADABLE/);
    assert.match(none.err, /CONFIG_FOLDER_EMPTY/);
  });

  it('needs something to look at', async (t) => {
    const { detectors, file, run } = makeBench(t);
    const nothing = await run('rules', 'lint');
    const exceptions = file('exceptions.yaml', 'exceptions: []');
    const noRules = await run(
      ...['rules', 'lint', '--detectors', detectors, '--exceptions', exceptions],
    );

    for (const { status, err } of [nothing, noRules]) {
      assert.equal(status, 2);
      assert.match(err, /CONFIG_OPERAND_INVALID/);
    }
  });
});

describe('a file of rules that is far too large', () => {
  it('is told with a code and left out unread, and the others are loaded', async (t) => {
    const { directory, file, run } = makeBench(t);
    const recording = file('recording', recordingText(6));
    file('good.yaml', RULE);
    const large = file('large.yaml', RULE);
    truncateSync(large, 50 * 1024 * 1024);
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    const { status, out, err } = await run('replay', '--rules', directory, recording);
    const after = process.memoryUsage().external + process.memoryUsage().arrayBuffers;

    assert.equal(status, 0);
    assert.deepStrictEqual(idsOf(out), ['any-execution']);
    assert.match(err, /large\.yaml/);
    assert.match(err, /RULE_FILE_TOO_LARGE/);
    assert.match(err, /52428800 bytes/);
    assert.ok(after - before < 25 * 1024 * 1024);
  });
});
