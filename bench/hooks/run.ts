/** What a hook costs: per run, above an empty program, and as policies grow. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enableStats } from '../../src/engine/kernel/index.ts';
import { repositoryRoot } from '../../test/support/root.ts';
import { thisKernel } from '../../test/support/this-kernel.ts';
import { type Budget, checkBudgets, print, printTable, round } from '../report.ts';
import { type Cost, type MeasuredMethod, type Meter, measureSituation } from './hook-meter.ts';
import { allSituations, otherCall } from './situations.ts';

const BUILT = join(repositoryRoot(), 'build/bench-hooks');
const MISMATCH_NS_MAX = 100;
const GROWTH_MAX = 1.2;
const POLICIES_GROWTH_MAX = 2;

/** Measures every way of attaching that this kernel has; true when all are within the budgets. */
export async function runHooksBench(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-bench-hooks-'));
  using _stats = enableStats();
  try {
    const generator = join(directory, 'calls');
    copyFileSync(join(BUILT, 'calls'), generator);
    const budgets: Budget[] = [];
    for (const method of methodsHere()) {
      budgets.push(...(await measureMethod(method, generator, join(directory, 'other'))));
    }
    return checkBudgets(budgets);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function methodsHere(): readonly MeasuredMethod[] {
  const fentry = thisKernel().capabilities.find(({ name }) => name === 'fentry');
  return fentry?.available === true ? ['fentry', 'sys_enter'] : ['sys_enter'];
}

async function measureMethod(
  method: MeasuredMethod,
  generator: string,
  other: string,
): Promise<readonly Budget[]> {
  const emptyObject = join(BUILT, 'empty.bpf.o');
  let meter: Meter = { generator, emptyObject, method, dispatchNs: 0 };
  const costs = new Map<string, Cost>();
  if (method === 'sys_enter') {
    const idle = otherCall(generator);
    const cost = await measureSituation(meter, idle);
    meter = { ...meter, dispatchNs: cost.hookNs };
    costs.set(idle.name, cost);
  }
  for (const situation of allSituations(generator, other)) {
    costs.set(situation.name, await measureSituation(meter, situation));
  }
  const emptyNs = Math.min(...[...costs.values()].map((cost) => cost.emptyNs));
  printCosts(method, costs, emptyNs);
  return budgetsOf(method, [...costs.values()].slice(-4), emptyNs);
}

function printCosts(method: string, costs: ReadonlyMap<string, Cost>, emptyNs: number): void {
  const matchedNs = costs.get('1 selector, matched')?.hookNs ?? Number.NaN;
  print(`hooks: ${method}, ns per run by the kernel's clock, which takes part of them itself`);
  printTable(
    ['', 'ns', 'above empty', 'of 1 selector'],
    [
      ['empty program', round(emptyNs), '', ''],
      ...[...costs].map(([name, { hookNs }]) => [
        name,
        round(hookNs),
        round(hookNs - emptyNs),
        `${round(hookNs / matchedNs, 2)}x`,
      ]),
    ],
  );
}

function budgetsOf(method: string, costs: readonly Cost[], emptyNs: number): readonly Budget[] {
  const [mismatch = Number.NaN, one = Number.NaN, policies = Number.NaN, most = Number.NaN] =
    costs.map(({ hookNs }) => hookNs);
  const relation = 'at most';
  return [
    {
      name: `${method}: other binary above empty`,
      value: mismatch - emptyNs,
      relation,
      limit: MISMATCH_NS_MAX,
      unit: 'ns',
    },
    {
      name: `${method}: 512 selectors to 1`,
      value: most / one,
      relation,
      limit: GROWTH_MAX,
      unit: 'x',
    },
    {
      name: `${method}: 256 policies to 1`,
      value: policies / one,
      relation,
      limit: POLICIES_GROWTH_MAX,
      unit: 'x',
    },
  ];
}
