/**
 * Measures a hook with policies on it, and an empty program beside it, by the kernel's own clock.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BpfObject, type BpfProgram } from '../../src/engine/kernel/index.ts';
import { hookFunction } from '../../src/engine/sensors/hook-name.ts';
import type { AttachMethod } from '../../src/model/policy.ts';
import { LivePolicies } from '../../test/support/live-policies.ts';
import { kernelMemoryBytes } from './kernel-memory.ts';
import { HOOK, SECURITY_HOOK, type Situation } from './situations.ts';

const ROUNDS = 24;
const CALLS = 20_000;

const runFile = promisify(execFile);

/** Ways to attach that the benchmark knows an empty program for. */
export type MeasuredMethod = Extract<AttachMethod, 'fentry' | 'lsm' | 'sys_enter'>;

const EMPTY_PROGRAMS: Readonly<Record<MeasuredMethod, string>> = {
  fentry: 'empty_fentry',
  lsm: 'empty_lsm',
  sys_enter: 'empty_enter',
};

/** ns per run are of the best round of each: a busy neighbour can only slow a round down. */
export interface Cost {
  readonly hookNs: number;
  readonly emptyNs: number;
  /** Kernel memory of everything that is loaded. */
  readonly memoryBytes: number;
}

type Times = Omit<Cost, 'memoryBytes'>;

/** Totals of one moment, and differences of two. */
interface Totals {
  /** Runs of the hook's program, and the time they took with whatever leads to them. */
  readonly hookRuns: number;
  readonly hookNs: number;
  /** On sys_enter, all system calls of the machine. */
  readonly emptyRuns: number;
  readonly emptyNs: number;
}

export interface Meter {
  readonly generator: string;
  readonly emptyObject: string;
  readonly method: MeasuredMethod;
  /** ns that the dispatcher takes for calls of other processes without a policy; 0 at first. */
  readonly dispatchNs: number;
}

/**
 * Puts the policies in force and makes calls; needs enableStats. Throws when the policies are not
 * in force by the method asked for, or the calls did not come to them.
 */
export async function measureSituation(meter: Meter, situation: Situation): Promise<Cost> {
  const live = new LivePolicies({
    without: meter.method === 'sys_enter' ? ['fentry', 'kprobe'] : [],
  });
  const empty = BpfObject.open(meter.emptyObject);
  try {
    const emptyProgram = attachEmpty(empty, meter.method);
    const failed = live.load(situation.policies).filter(({ state }) => state !== 'enabled');
    if (failed.length > 0) throw new Error(`not in force: ${JSON.stringify(failed[0])}`);
    const memoryBytes = kernelMemoryBytes();
    const costs: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = readTotals(live, meter.method, emptyProgram);
      await runFile(meter.generator, situation.arguments(CALLS));
      const after = readTotals(live, meter.method, emptyProgram);
      costs.push(costOf(subtract(after, before), meter));
    }
    return {
      hookNs: Math.min(...costs.map(({ hookNs }) => hookNs)),
      emptyNs: Math.min(...costs.map(({ emptyNs }) => emptyNs)),
      memoryBytes,
    };
  } finally {
    live.close();
    empty.close();
  }
}

function attachEmpty(object: BpfObject, method: MeasuredMethod): BpfProgram {
  const name = EMPTY_PROGRAMS[method];
  for (const program of object.programNames()) object.setAutoload(program, program === name);
  if (method === 'fentry') {
    const hook = { kind: 'syscall', name: HOOK.replace('sys_', '') } as const;
    object.setAttachTarget(name, hookFunction(hook));
  }
  if (method === 'lsm') object.setAttachTarget(name, SECURITY_HOOK);
  object.load();
  const program = object.program(name);
  program.attach();
  return program;
}

function readTotals(live: LivePolicies, method: MeasuredMethod, empty: BpfProgram): Totals {
  const hooks = live.policies.counts();
  const other = hooks.find((hook) => hook.method !== method);
  if (other !== undefined) throw new Error(`attached by ${other.method}, not by ${method}`);
  const { runCount, runTimeNs } = empty.stats();
  return {
    hookRuns: hooks.reduce((sum, { runs }) => sum + runs, 0),
    hookNs: hooks.reduce((sum, hook) => sum + hook.runTimeNs, 0),
    emptyRuns: runCount,
    emptyNs: runTimeNs,
  };
}

function subtract(after: Totals, before: Totals): Totals {
  return {
    hookRuns: after.hookRuns - before.hookRuns,
    hookNs: after.hookNs - before.hookNs,
    emptyRuns: after.emptyRuns - before.emptyRuns,
    emptyNs: after.emptyNs - before.emptyNs,
  };
}

/**
 * The dispatcher's time has the calls of the whole machine in it; those without a policy go off.
 */
function costOf({ hookRuns, hookNs, emptyRuns, emptyNs }: Totals, { dispatchNs }: Meter): Times {
  if (emptyRuns < CALLS) throw new Error(`only ${emptyRuns} of ${CALLS} calls were seen`);
  // No run at all is the situation in which the dispatcher alone is measured.
  const runs = hookRuns === 0 ? emptyRuns : hookRuns;
  if (runs < CALLS) throw new Error(`only ${runs} of ${CALLS} calls came to the policies`);
  const others = Math.max(0, emptyRuns - runs);
  return { hookNs: (hookNs - others * dispatchNs) / runs, emptyNs: emptyNs / emptyRuns };
}
