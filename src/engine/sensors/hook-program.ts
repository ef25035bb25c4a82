/**
 * Loads one generation of a hook into the kernel: a program of its own, with its config and rows.
 */
import { join } from 'node:path';
import { assert } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { type BpfMap, BpfObject, type BpfProgram } from '../kernel/index.ts';
import { attachAll, attachReturn } from './attach-points.ts';
import { u32Bytes } from './bytes.ts';
import { hashProgramOf } from './file-hash.ts';
import { fillGeneration, prepareGeneration } from './fill-generation.ts';
import type { EncodedGeneration } from './generation.ts';
import { hookFunction } from './hook-name.ts';
import { ReturnStub } from './return-stub.ts';
import { Stub } from './stub.ts';

const RETURN_FILE = 'generic_return.bpf.o';

/** Of probes whose variables are overwritten: the only object with the helper for that. */
const SETTING_FILE = 'generic_usdt_set.bpf.o';

/** Program that reports what a thread holds when it ends. */
const THREAD_END = 'held_end';

/** Maps created by the base sensor that hook programs write to; see bpf/include/lib/maps.bpf.h. */
export const SHARED_MAP_NAMES = [
  'ring_bulk',
  'ring_urgent',
  'doomed',
  'processes',
  'forebears',
  'control',
  'binaries',
  'counters',
  'losses',
  'rates',
  'scratches',
  'decisions',
  'cgroups',
  'workloads',
  'sockets',
  'held',
] as const;

export type SharedMaps = Readonly<Record<(typeof SHARED_MAP_NAMES)[number], BpfMap>>;

/** What every hook program of one agent has in common. */
export interface HookEnvironment {
  /** Directory of the compiled probes. */
  readonly objectDirectory: string;
  readonly shared: SharedMaps;
  readonly logger: Logger;
  /** Throws when the object was built from another layout than this engine's decoders. */
  checkLayout(object: BpfObject): void;
  /** Sees to it that sockets are no longer tracked when they end; from the first call on. */
  watchSockets(): void;
  /** Sees to it that trees end of which a hook kills a process; from the first call on. */
  endTrees(): void;
}

interface ProgramNames {
  readonly file: string;
  readonly stub: string;
  readonly main: string;
}

const PROGRAMS: Readonly<Record<AttachMethod, ProgramNames>> = {
  fentry: { file: 'generic_trampoline.bpf.o', stub: 'fentry_stub', main: 'fentry_main' },
  fmod_ret: { file: 'generic_trampoline.bpf.o', stub: 'fmodret_stub', main: 'fmodret_main' },
  lsm: { file: 'generic_trampoline.bpf.o', stub: 'lsm_stub', main: 'lsm_main' },
  lsm_hash: { file: 'generic_trampoline.bpf.o', stub: 'lsm_stub', main: 'lsm_main' },
  kprobe: { file: 'generic_kprobe.bpf.o', stub: 'kprobe_stub', main: 'kprobe_main' },
  sys_enter: { file: 'generic_syscall.bpf.o', stub: 'syscall_stub', main: 'syscall_main' },
  // The program of a kprobe: both see registers, of the kernel there, of the process here.
  uprobe: { file: 'generic_kprobe.bpf.o', stub: 'kprobe_stub', main: 'kprobe_main' },
  usdt: { file: 'generic_usdt.bpf.o', stub: 'usdt_stub', main: 'usdt_main' },
  tp_btf: { file: 'generic_tracepoint.bpf.o', stub: 'raw_stub', main: 'raw_main' },
  tracepoint: { file: 'generic_tracepoint.bpf.o', stub: 'classic_stub', main: 'classic_main' },
};

/** At the return; other methods have none. */
const RETURN_PROGRAMS: Partial<Readonly<Record<AttachMethod, Omit<ProgramNames, 'file'>>>> = {
  fentry: { stub: 'fexit_stub', main: 'fexit_main' },
  fmod_ret: { stub: 'fexit_stub', main: 'fexit_main' },
  lsm: { stub: 'fexit_stub', main: 'fexit_main' },
  kprobe: { stub: 'kretprobe_stub', main: 'kretprobe_main' },
  uprobe: { stub: 'kretprobe_stub', main: 'kretprobe_main' },
  sys_enter: { stub: 'sysexit_stub', main: 'sysexit_main' },
};

/** Methods whose programs are made for one target, which is set before they are loaded. */
const TARGETED: readonly AttachMethod[] = ['fentry', 'fmod_ret', 'lsm', 'lsm_hash', 'tp_btf'];

/** Name of the function, LSM hook or tracepoint that a program is made for. */
function targetOf(hook: Hook, method: AttachMethod): string | undefined {
  if (!TARGETED.includes(method)) return undefined;
  if (method !== 'lsm' && method !== 'lsm_hash') return hookFunction(hook);
  return hook.kind === 'lsm' ? hook.name : hook.name.replace(/^security_/, '');
}

/**
 * A loaded program of one generation. Closing it frees its maps; the kernel drops what no slot
 * holds.
 */
export interface LoadedGeneration {
  readonly program: BpfProgram;
  /** Runs at the return of the function; only of a hook whose returns are attached. */
  readonly returnProgram: BpfProgram | undefined;
  /** Per-CPU counters of the hook, the same map for all its generations. */
  readonly counters: BpfMap;
  /** One row: the selectors whose policy is in monitor mode. May be written at any time. */
  readonly monitored: BpfMap;
  /** Per-CPU counters by number of the selector, of this generation. */
  readonly selectorCounters: BpfMap;
  close(): void;
}

/** Opens the object with every program off and the shared maps in place. */
function openObject(environment: HookEnvironment, file: string): BpfObject {
  const object = BpfObject.open(join(environment.objectDirectory, file));
  try {
    prepareObject(object, environment);
    object.reuseMap('held', environment.shared.held);
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}

function prepareObject(object: BpfObject, environment: HookEnvironment): void {
  environment.checkLayout(object);
  for (const name of object.programNames()) object.setAutoload(name, false);
  for (const name of SHARED_MAP_NAMES) {
    if (name !== 'held') object.reuseMap(name, environment.shared[name]);
  }
  object.setVariable('scratch_count', u32Bytes(environment.shared.scratches.info.maxEntries));
}

/** Where a generation goes, and the counters of the one before it. */
export interface HookPlace {
  readonly hook: Hook;
  readonly method: AttachMethod;
  readonly counters?: BpfMap | undefined;
  /** Records that wait for their call to return; undefined when nobody wants to know. */
  readonly held?: BpfMap | undefined;
  /** Some selector overwrites a variable of the program. */
  readonly setsVariables: boolean;
  /** Constants of the program that are not of every program. */
  readonly variables?: Readonly<Record<string, Uint8Array>>;
}

/** Loads the main program of one generation with its rows. Throws KernelError. */
export function loadGeneration(
  environment: HookEnvironment,
  place: HookPlace,
  generation: EncodedGeneration,
): LoadedGeneration {
  const { hook, method, counters, held, setsVariables, variables = {} } = place;
  const { file, main } = PROGRAMS[method];
  const object = openObject(environment, setsVariables ? SETTING_FILE : file);
  try {
    const target = targetOf(hook, method);
    object.setAutoload(main, true);
    if (target !== undefined) object.setAttachTarget(main, target);
    const returnMain = held && RETURN_PROGRAMS[method]?.main;
    if (held !== undefined) object.reuseMap('held', held);
    if (returnMain !== undefined) enableReturn(object, hook, returnMain);
    prepareGeneration(object, generation);
    for (const [name, bytes] of Object.entries(variables)) object.setVariable(name, bytes);
    if (counters !== undefined) object.reuseMap('hook_counters', counters);
    object.load();
    fillGeneration(object, generation);
    return {
      program: object.program(main),
      returnProgram: returnMain === undefined ? undefined : object.program(returnMain),
      counters: object.map('hook_counters'),
      monitored: object.map('monitored'),
      selectorCounters: object.map('selector_counters'),
      close: () => object.close(),
    };
  } catch (error) {
    object.close();
    throw error;
  }
}

/** Attaches the stub of a hook with empty slots: it does nothing until one is filled. */
export function attachStub(environment: HookEnvironment, hook: Hook, method: AttachMethod): Stub {
  const { file, stub } = PROGRAMS[method];
  const object = openObject(environment, file);
  try {
    const target = targetOf(hook, method);
    object.setAutoload(stub, true);
    if (target !== undefined) object.setAttachTarget(stub, target);
    object.load();
    const program = object.program(stub);
    const links = attachAll(hook, method, (point) => program.attachTo(point));
    const slots = object.map(method === 'sys_enter' ? 'syscall_slots' : 'slot');
    return new Stub({ slots, program, links, release: () => object.close() });
  } catch (error) {
    object.close();
    throw error;
  }
}

/**
 * Attaches to the return of a hook, or behind it, and to the end of threads, of which none returns.
 * Does nothing while no thread holds a record.
 */
export function attachReturnStub(
  environment: HookEnvironment,
  hook: Hook,
  method: AttachMethod,
): ReturnStub {
  const stub = method === 'lsm_hash' ? hashProgramOf(hook) : RETURN_PROGRAMS[method]?.stub;
  assert(stub !== undefined, 'the ladder leads to methods with a return only');
  const object = BpfObject.open(join(environment.objectDirectory, RETURN_FILE));
  try {
    prepareObject(object, environment);
    // Each function has a map of its own, as a thread can be in several at once.
    const isShared = method === 'sys_enter';
    if (isShared) object.reuseMap('held', environment.shared.held);
    enableReturn(object, hook, stub);
    object.setAutoload(THREAD_END, true);
    object.load();
    const program = object.program(stub);
    const link = attachReturn(hook, method, (point) => program.attachTo(point));
    const links = [link, object.program(THREAD_END).attach()];
    return new ReturnStub({
      held: isShared ? environment.shared.held : object.map('held'),
      slots: object.map(isShared ? 'exit_slots' : 'return_slots'),
      links,
      release: () => object.close(),
    });
  } catch (error) {
    object.close();
    throw error;
  }
}

function enableReturn(object: BpfObject, hook: Hook, program: string): void {
  object.setAutoload(program, true);
  if (program.startsWith('fexit')) object.setAttachTarget(program, hookFunction(hook));
  if (program.startsWith('hash')) object.setAttachTarget(program, hook.name);
}
