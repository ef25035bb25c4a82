/** The detectors that are shipped: their types, their loading, and what they report. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import { formatDiagnostic } from '../../../../src/model/format-diagnostic.ts';
import { FIELDS } from '../../../../src/rules/detection/fields/field-table.ts';
import type {
  FieldSource,
  FieldValue,
} from '../../../../src/rules/detection/fields/field-value.ts';
import { readFixtures } from '../../../../src/rules/detection/fixtures/index.ts';
import {
  type CheckedDetector,
  checkDefinition,
} from '../../../../src/rules/detection/typescript/check-definition.ts';
import { DetectorRun } from '../../../../src/rules/detection/typescript/detector-run.ts';
import { listDetectors } from '../../../../src/rules/detection/typescript/list-detectors.ts';
import { planRows, readerOf } from '../../../../src/rules/detection/typescript/row-plan.ts';
import { rulesOfDetectors } from '../../../../src/rules/detection/typescript/wanted-events.ts';

import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aHost, writeDetectors } from '../../../support/detector-files.ts';
import { someLimits } from '../../../support/detectors.ts';
import { repositoryRoot } from '../../../support/root.ts';

const ROOT = repositoryRoot();
const FILES = listDetectors(join(ROOT, 'policies/detectors'));
const FIXTURES = join(ROOT, 'test/rules/detectors');

/** What the compiler says of a folder. */
function compileTypes(folder: string): string {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout, stderr, status } = spawnSync(tsc, ['-p', folder], { encoding: 'utf8' });
  assert.ok(status !== null, stderr);
  return stdout;
}

async function load(file: string): Promise<CheckedDetector> {
  const { default: exported }: { readonly default: unknown } = await import(
    pathToFileURL(file).href
  );
  const checked = checkDefinition(exported);
  assert.ok('head' in checked, file);
  return checked;
}

/** A field as events of a machine have it: fields with several values are lists. */
function read(source: FieldSource, written: string): FieldValue | undefined {
  const reference = readerOf(written);
  if (reference === undefined) return undefined;
  const value = source.value(reference.field, reference.key);
  const isList = FIELDS[reference.field].isList === true && reference.key === undefined;
  return typeof value === 'string' && isList ? [value] : value;
}

/** Messages that a detector has for the events. */
function run(detector: CheckedDetector, events: readonly FieldSource[]): readonly string[] {
  const head = { ...detector.head, file: '', fileHash: '' };
  const plan = planRows([head]);
  const started = new DetectorRun(detector, someLimits());
  started.setPlan(plan);
  const rows = events.map((source) => ({
    class: source.class,
    timeMs: Number(source.timeNs) / 1e6,
    place: '',
    values: (plan[source.class] ?? []).map((written) => read(source, written)),
  }));
  const findings = started.run(rows, () => 0);
  assert.equal(started.report().errors, 0);
  return findings.map(({ message }) => message);
}

describe('shipped detectors', () => {
  it('have types', () => {
    assert.equal(compileTypes(join(ROOT, 'policies/detectors')), '');
  });

  it('are loaded by a host', async (t) => {
    const { host } = aHost(t, FILES);
    const { detectors, problems } = await host.start();

    assert.deepStrictEqual(problems, []);
    assert.equal(detectors.length, FILES.length);
    assert.ok(FILES.length >= 3);
  });

  it('have a file of fixtures each', () => {
    assert.deepStrictEqual(
      readdirSync(FIXTURES),
      FILES.map((file) => `${basename(file, '.ts')}.yaml`),
    );
  });
});

describe('the detector of the manual', () => {
  const manual = readFileSync(join(ROOT, 'docs/detectors.md'), 'utf8');
  const [, code = ''] = /^```ts\n(.*?)^```/ms.exec(manual) ?? [];

  it('has types', (t) => {
    // Below the package, so that its name leads to it.
    const directory = mkdtempSync(join(ROOT, 'build/manual-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const settings = { extends: join(ROOT, 'policies/detectors/tsconfig.json'), include: ['*.ts'] };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(settings));
    writeFileSync(join(directory, 'good.ts'), code);

    assert.equal(compileTypes(directory), '');
    writeFileSync(join(directory, 'bad.ts'), code.replace("'process.exec_id', ", ''));
    assert.match(compileTypes(directory), /bad\.ts.*"process\.exec_id"/);
  });

  it('reports the fifth user of a process, once', async (t) => {
    const { host, findings } = aHost(t, writeDetectors(t, { 'manual.ts': code }));
    await host.start();
    const becomes = (uid: number): DetectionEvent =>
      aDetectionEvent({ class: 'process.credentials', facts: { 'credentials.new_uid': uid } });
    host.detect([1, 2, 2, 3, 4].map(becomes));
    await host.drain();
    const before = findings.length;
    host.detect([5, 6].map(becomes));
    await host.drain();

    assert.deepStrictEqual(
      [before, findings.map(({ message }) => message)],
      [0, ['became 5 users']],
    );
  });
});

for (const file of FILES) {
  const name = basename(file, '.ts');
  describe(`the detector ${name}`, async () => {
    const detector = await load(file);
    const path = join(FIXTURES, `${name}.yaml`);
    const text = readFileSync(path, 'utf8');
    const rules = rulesOfDetectors([{ ...detector.head, file, fileHash: '' }]);
    const { fixtures, diagnostics } = readFixtures([{ file: path, text }], rules);
    const cases = fixtures.flatMap((fixture) => fixture.cases);

    it('has fixtures that can be read, of both kinds', () => {
      const shown = diagnostics.map((each) => formatDiagnostic(each, text, {}));

      assert.deepStrictEqual(shown, []);
      assert.deepStrictEqual(
        new Set(cases.map(({ expect }) => expect)),
        new Set(['match', 'none']),
      );
    });

    for (const { name: what, expect, events } of cases) {
      it(`${expect === 'match' ? 'reports once' : 'does not report'}: ${what}`, () => {
        assert.equal(run(detector, events).length, expect === 'match' ? 1 : 0);
      });
    }
  });
}
