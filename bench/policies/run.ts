/** What a further policy on a hook costs: per call, and in kernel memory. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enableStats } from '../../src/engine/kernel/index.ts';
import type { CapabilityName } from '../../src/model/capability.ts';
import { isEmulated } from '../../test/support/emulation.ts';
import { repositoryRoot } from '../../test/support/root.ts';
import { thisKernel } from '../../test/support/this-kernel.ts';
import {
  type Cost,
  type MeasuredMethod,
  type Meter,
  measureSituation,
} from '../hooks/hook-meter.ts';
import {
  otherCall,
  type Situation,
  securitySituation,
  sizedSituation,
  variedSituation,
} from '../hooks/situations.ts';
import { type Budget, checkBudgets, print, printTable, round } from '../report.ts';

const BUILT = join(repositoryRoot(), 'build/bench-hooks');
const COUNTS = [1, 16, 64, 256];
const MOST = 256;
/** Of prefixes, in a last situation: five look-ups for a text instead of one. */
const LENGTHS = 32;
const VARIED = `${MOST}, prefixes of ${LENGTHS} lengths`;
const VARIED_GROWTH_MAX = 2;
/** So that what a busy neighbour slows down is not all of one row. */
const SWEEPS = 3;
const GROWTH_MAX = 1.2;
const OUT_OF_SCOPE_NS_MAX = 100;
const POLICY_BYTES_MAX = 8192;
/** The kernel's clock around a program that does nothing shows its own cost there. */
const UNMEASURED_LIMIT: Partial<Record<MeasuredMethod, true>> = { fentry: true, lsm: true };

/** Calls that run the policies, and calls of a program that no policy is about. */
interface Way {
  readonly method: MeasuredMethod;
  readonly generator: string;
  readonly situation: (binary: string, policies: number) => Situation;
  /** As many policies as there can be of those, with values that take longer to look up. */
  readonly varied?: (binary: string) => Situation;
}

/** What one row is about. */
interface Size {
  readonly name: string;
  readonly situation: (binary: string) => Situation;
}

interface Row {
  readonly name: string;
  readonly inScope: Cost;
  readonly outOfScope: Cost;
}

/** Measures every way of attaching that this kernel has; true when all are within the budgets. */
export async function runPoliciesBench(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-bench-policies-'));
  using _stats = enableStats();
  try {
    for (const name of ['calls', 'controls'])
      copyFileSync(join(BUILT, name), join(directory, name));
    const budgets: Budget[] = [];
    for (const way of waysHere(directory)) {
      budgets.push(...(await measureWay(way, join(directory, 'other'))));
    }
    return checkBudgets(budgets);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function waysHere(directory: string): readonly Way[] {
  const has = (wanted: CapabilityName): boolean =>
    thisKernel().capabilities.some(({ name, available }) => name === wanted && available);
  const calls = {
    generator: join(directory, 'calls'),
    situation: sizedSituation,
    varied: (binary: string) => variedSituation(binary, MOST, LENGTHS),
  };
  const controls = { generator: join(directory, 'controls'), situation: securitySituation };
  return [
    { method: 'sys_enter', ...calls },
    ...(has('fentry') ? [{ method: 'fentry', ...calls } as const] : []),
    ...(has('lsm') ? [{ method: 'lsm', ...controls } as const] : []),
  ];
}

async function measureWay(way: Way, other: string): Promise<readonly Budget[]> {
  const { method, generator } = way;
  const emptyObject = join(BUILT, 'empty.bpf.o');
  let meter: Meter = { generator, emptyObject, method, dispatchNs: 0 };
  if (method === 'sys_enter') {
    const { hookNs } = await measureSituation(meter, otherCall(generator));
    meter = { ...meter, dispatchNs: hookNs };
  }
  const rows = new Map<string, Row>();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const { name, situation } of sizesOf(way)) {
      const inScope = await measureSituation(meter, situation(generator));
      const outOfScope = await measureSituation(meter, situation(other));
      const known = rows.get(name);
      rows.set(name, {
        name,
        inScope: best(inScope, known?.inScope),
        outOfScope: best(outOfScope, known?.outOfScope),
      });
    }
  }
  return report([...rows.values()], meter);
}

function sizesOf({ situation, varied }: Way): readonly Size[] {
  const sizes = COUNTS.map((policies) => ({
    name: String(policies),
    situation: (binary: string) => situation(binary, policies),
  }));
  return varied === undefined ? sizes : [...sizes, { name: VARIED, situation: varied }];
}

function best(cost: Cost, known: Cost = cost): Cost {
  return {
    hookNs: Math.min(cost.hookNs, known.hookNs),
    emptyNs: Math.min(cost.emptyNs, known.emptyNs),
    memoryBytes: cost.memoryBytes,
  };
}

function report(rows: readonly Row[], { method, dispatchNs }: Meter): readonly Budget[] {
  const [first] = rows;
  const last = rows.find(({ name }) => name === String(MOST));
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const emptyNs = Math.min(
    ...rows.flatMap(({ inScope, outOfScope }) => [inScope.emptyNs, outOfScope.emptyNs]),
  );
  const growthOf = (row: Row): number => row.inScope.hookNs / first.inScope.hookNs;
  const bytes = (row: Row): number => row.inScope.memoryBytes - first.inScope.memoryBytes;
  const perPolicy = bytes(last) / (MOST - 1);
  print(`policies on one function: ${method}, ns per call by the kernel's clock`);
  printTable(
    ['policies', 'ns', 'of 1', 'ns, other program', 'above empty', 'KiB above 1 policy'],
    [
      ['none', round(dispatchNs === 0 ? emptyNs : dispatchNs), '', '', '', ''],
      ...rows.map((row) => [
        row.name,
        round(row.inScope.hookNs),
        `${round(growthOf(row), 2)}x`,
        round(row.outOfScope.hookNs),
        round(row.outOfScope.hookNs - emptyNs),
        round(bytes(row) / 1024, 1),
      ]),
    ],
  );
  const relation = 'at most';
  const varied = rows.find(({ name }) => name === VARIED);
  const outside = last.outOfScope.hookNs - emptyNs;
  return [
    {
      ...{ name: `${method}: ${MOST} policies to 1`, relation, unit: 'x' },
      ...{ value: growthOf(last), limit: GROWTH_MAX },
    },
    ...(varied === undefined
      ? []
      : [
          {
            ...({ name: `${method}: ${VARIED}, to 1`, relation, unit: 'x' } as const),
            ...{ value: growthOf(varied), limit: VARIED_GROWTH_MAX },
          },
        ]),
    {
      ...{ name: `${method}: KiB for a further policy`, relation, unit: 'KiB' },
      ...{ value: perPolicy / 1024, limit: POLICY_BYTES_MAX / 1024 },
    },
    ...(UNMEASURED_LIMIT[method] || isEmulated
      ? []
      : [
          {
            ...({ name: `${method}: other program above empty`, relation, unit: 'ns' } as const),
            ...{ value: outside, limit: OUT_OF_SCOPE_NS_MAX },
          },
        ]),
  ];
}
