/** Every operator on every argument type in every section, on a real kernel, with its twin. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { encodeArgument } from '../../src/exporters/formats/tetragon-json/encode-argument.ts';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { Event } from '../../src/model/event.ts';
import { LivePolicies } from '../support/live-policies.ts';
import { allCells, type Cell, type CellState } from '../support/matrix/cells.ts';
import { SECTIONS } from '../support/matrix/sections.ts';
import { PARTS, type Part, type Trigger } from '../support/matrix/trigger.ts';
import { NUMBER, READ, type Sample, TEXT } from '../support/matrix/values.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

/** In the guests, where the parts that need it run. */
const MODULE = '/run/guest/modules/spare/00-dummy.ko';

const BUILT = join(repositoryRoot(), 'build/triggers');
const BASE = mkdtempSync(join(tmpdir(), 'warder-matrix-'));
const programOf = (part: Part): string => join(BASE, part);
for (const part of PARTS) copyFileSync(join(BUILT, 'matrix'), programOf(part));
// It is run, too.
copyFileSync(join(BUILT, 'tiny'), TEXT);
chmodSync(TEXT, 0o755);
after(() => {
  rmSync(BASE, { recursive: true });
  rmSync(TEXT, { force: true });
});

type ProvenCell = Cell & { readonly state: Extract<CellState, { kind: 'proven' }> };

const isProven = (cell: Cell & { readonly state: CellState }): cell is ProvenCell =>
  cell.state.kind === 'proven';

const PROVEN = allCells().filter(isProven);

function nameOf({ section, type, operator }: Cell, which: string): string {
  // Two operators differ in one capital letter only.
  const words = operator.replace(/\B[A-Z]/g, (letter) => `-${letter}`);
  return `${section}-${type}-${words}-${which}`.toLowerCase().replaceAll('_', '-');
}

function policyOf(cell: ProvenCell, which: 'matching' | 'twin'): string {
  const { section, type, state } = cell;
  const { trigger, samples } = state;
  const sample = samples[which];
  const program = programOf(sample.isHigh ? 'high' : (trigger.part ?? 'calls'));
  const others = sample.pair && trigger.second ? `, {${trigger.second}, type: ${type}}` : '';
  const guard = trigger.guard ? `, {${trigger.guard.argument}}` : '';
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${nameOf(cell, which)}}
spec:
  ${section}:
  - ${trigger.hook.replace('PROGRAM', program)}
    args: [{${trigger.argument}, type: ${type}}${others}${guard}]
    selectors:
    - matchBinaries: [{operator: In, values: [${program}, ${TEXT}]}]
      matchArgs: [${matchesOf(cell.operator, sample, trigger)}]`;
}

function matchesOf(operator: string, sample: Sample, { guard }: Trigger): string {
  const { value, pair, isUnguarded } = sample;
  const values = value === undefined ? '' : `, values: ["${value}"]`;
  const match = `{args: [${pair ?? 0}], operator: ${operator}${values}}`;
  if (operator === READ) return `{args: [1], ${isUnguarded ? guard?.twin : guard?.match}}`;
  return guard ? `{args: [${pair ? 2 : 1}], ${guard.match}}, ${match}` : match;
}

/** What went otherwise than it should, cell by cell. */
async function findProblems(t: TestContext, cells: readonly ProvenCell[]): Promise<string[]> {
  // Removing hundreds of policies one by one takes longer than a sensor of their own.
  const live = new LivePolicies();
  t.after(() => live.close());
  const texts = cells.flatMap((cell) => [policyOf(cell, 'matching'), policyOf(cell, 'twin')]);
  const failed = live.load(texts.join('\n---\n')).filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed.slice(0, 3), []);

  const needed = cells.flatMap(({ state }) => [
    state.trigger.part ?? 'calls',
    ...(state.samples.matching.isHigh || state.samples.twin.isHigh ? (['high'] as const) : []),
  ]);
  for (const part of new Set<Part>(needed)) {
    const text = part === 'module' ? MODULE : TEXT;
    const run = spawnSync(programOf(part), [part, text, String(NUMBER)], { encoding: 'utf8' });
    assert.deepStrictEqual([part, run.status, run.stderr], [part, 0, '']);
  }

  await live.eventsOf('');
  const seen = new Map<string, number>();
  for (const event of live.events) {
    if (!('policyName' in event)) continue;
    seen.set(event.policyName, (seen.get(event.policyName) ?? 0) + 1);
  }
  const count = (cell: Cell, which: string): number => seen.get(nameOf(cell, which)) ?? 0;
  const wrong = cells
    .filter((cell) => count(cell, 'matching') !== 1 || count(cell, 'twin') !== 0)
    .map((cell) => `${nameOf(cell, '')} ${count(cell, 'matching')} ${count(cell, 'twin')}`);
  return [...wrong, ...cells.flatMap((cell) => misread(cell, live.events))];
}

/** What is reported of types that no operator applies to, when it is not what it should be. */
function misread(cell: ProvenCell, events: readonly Event[]): readonly string[] {
  const { subject } = cell.state.trigger;
  const name = nameOf(cell, 'matching');
  if (subject.kind !== 'object') return [];
  return events.flatMap((event) => {
    if (!('policyName' in event) || event.policyName !== name) return [];
    const [argument] = event.args;
    const json = argument && encodeArgument(argument);
    try {
      assert.partialDeepStrictEqual(json, subject.json);
      return [];
    } catch {
      return [`${name} ${JSON.stringify(json)}`];
    }
  });
}

describe('the matrix of sections, types and operators', () => {
  for (const section of SECTIONS) {
    const proven = PROVEN.filter((cell) => cell.section === section);
    const needs = new Set(proven.map(({ state }) => state.trigger.needs));
    for (const need of needs) {
      const cells = proven.filter(({ state }) => state.trigger.needs === need);
      it(`holds in ${cells.length} cells of ${section}${need ? ` by ${need}` : ''}`, async (t) => {
        if (need !== undefined && !requireCapability(t, need, answerOf(need))) return;
        assert.deepStrictEqual(await findProblems(t, cells), []);
      });
    }
  }
});

function answerOf(need: CapabilityName): { readonly available: boolean; readonly detail: string } {
  const found = thisKernel().capabilities.find(({ name }) => name === need);
  return { available: found?.available === true, detail: found?.detail ?? '' };
}
