/** Every operator on every argument type in every section, on a real kernel, with its twin. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { thisKernel, useLivePolicies } from '../support/live-policies.ts';
import { allCells, type Cell, type Proof, SECTIONS } from '../support/matrix/cells.ts';
import { NUMBER, TEXT } from '../support/matrix/values.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-matrix-'));
const PROGRAM = join(BASE, 'matrix');
copyFileSync(join(repositoryRoot(), 'build/triggers/matrix'), PROGRAM);
writeFileSync(TEXT, 'target');
after(() => {
  rmSync(BASE, { recursive: true });
  rmSync(TEXT, { force: true });
});

const CELLS = allCells();

type ProvenCell = Cell & { readonly proof: Proof };

const isProven = (cell: Cell): cell is ProvenCell => cell.proof !== undefined;

function nameOf({ section, type, operator }: Cell, which: string): string {
  return `${section}-${type}-${operator}-${which}`.toLowerCase().replaceAll('_', '-');
}

function policyOf(cell: ProvenCell, which: 'matching' | 'twin'): string {
  const { section, type, operator, proof } = cell;
  const { hook, index } = proof.trigger;
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${nameOf(cell, which)}}
spec:
  ${section}:
  - ${hook.replace('PROGRAM', PROGRAM)}
    args: [{index: ${index}, type: ${type}}]
    selectors:
    - matchBinaries: [{operator: In, values: [${PROGRAM}]}]
      matchArgs: [{index: ${index}, operator: ${operator}, values: ["${proof.samples[which]}"]}]`;
}

/** What went otherwise than it should, cell by cell. */
async function findProblems(t: TestContext, cells: readonly ProvenCell[]): Promise<string[]> {
  const live = useLivePolicies(t);
  const texts = cells.flatMap((cell) => [policyOf(cell, 'matching'), policyOf(cell, 'twin')]);
  const failed = live.load(texts.join('\n---\n')).filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed.slice(0, 3), []);

  assert.equal(spawnSync(PROGRAM, [TEXT, String(NUMBER)]).status, 0);

  await live.eventsOf('');
  const seen = new Map<string, number>();
  for (const event of live.events) {
    if (!('policyName' in event)) continue;
    seen.set(event.policyName, (seen.get(event.policyName) ?? 0) + 1);
  }
  const count = (cell: Cell, which: string): number => seen.get(nameOf(cell, which)) ?? 0;
  return cells
    .filter((cell) => count(cell, 'matching') !== 1 || count(cell, 'twin') !== 0)
    .map((cell) => `${nameOf(cell, '')} ${count(cell, 'matching')} ${count(cell, 'twin')}`);
}

describe('the matrix of sections, types and operators', () => {
  for (const section of SECTIONS) {
    const proven = CELLS.filter(isProven).filter((cell) => cell.section === section);
    const needs = new Set(proven.map(({ proof }) => proof.trigger.needs));
    for (const need of needs) {
      const cells = proven.filter(({ proof }) => proof.trigger.needs === need);
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
