/** Brings one generation of a hook into the kernel, with the stubs that lead to it. */
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod, CanaryResult } from '../../model/policy.ts';
import { HOOK_FLAG } from '../records/index.ts';
import type { Attached, Loaded, StubSource } from './attachment.ts';
import type { BinaryRegistry } from './binary-registry.ts';
import { tryHook } from './canary.ts';
import { type EncodedGeneration, encodeGeneration } from './generation.ts';
import { contextOf } from './hook-context.ts';
import { hookKey } from './hook-name.ts';
import { type HookEnvironment, type LoadedGeneration, loadGeneration } from './hook-program.ts';
import type { JoinedPlans } from './join-plans.ts';
import { checkImage, readImage } from './program-image.ts';
import { resolveArgument } from './resolve-argument.ts';
import type { AttachedReturns } from './return-stub.ts';
import { endsTrees } from './selector-effect.ts';
import type { AttachedStub } from './stub.ts';
import { tracksSockets } from './tracked-sockets.ts';

/** What a hook has for its programs. */
export interface HookParts {
  readonly hook: Hook;
  readonly hookId: number;
  readonly environment: HookEnvironment;
  readonly binaries: BinaryRegistry;
  readonly stubs: StubSource;
  readonly types: KernelTypes;
}

export interface NumberedGeneration {
  readonly joined: JoinedPlans;
  readonly method: AttachMethod;
  readonly number: number;
}

/**
 * Loads the generation, and attaches stubs that are not there yet. Throws CodedError; then nothing
 * is left of it.
 */
export function loadHook(
  parts: HookParts,
  generation: NumberedGeneration,
  previous: Attached | undefined,
): Loaded {
  const { hook, stubs } = parts;
  const { joined, method, number } = generation;
  const image = readImage(hook, previous?.image);
  const isSame = previous?.method === method && previous.image?.identity === image?.identity;
  const kept = isSame ? previous : undefined;
  // Of the programs of a security hook, the one that is attached last runs first.
  const returns =
    joined.hasReturns || method === 'lsm_hash'
      ? (kept?.returns ?? stubs.acquireReturns(hook, method))
      : undefined;
  let loaded: LoadedGeneration | undefined;
  let stub: AttachedStub | undefined;
  try {
    startHelpers(parts.environment, joined);
    const { counters } = previous ?? {};
    loaded = loadPrograms(parts, generation, { counters, returns, image });
    stub = kept?.stub ?? stubs.acquire(hook, method);
    if (kept === undefined) checkImage(hook, image);
    const canary = previous?.canary ?? tryStub(parts, stub, method);
    const current = { loaded, state: { method, generation: number, joined } };
    const attached = { method, stub, counters: loaded.counters, returns, image, canary };
    return { ...attached, current, pinnedIn: kept?.pinnedIn };
  } catch (error) {
    loaded?.close();
    if (stub !== kept?.stub) stub?.close();
    if (returns !== kept?.returns) returns?.close();
    throw error;
  }
}

/** What selectors need besides the program. */
function startHelpers(environment: HookEnvironment, { selectors }: JoinedPlans): void {
  if (selectors.some(tracksSockets)) environment.watchSockets();
  if (selectors.some(endsTrees)) environment.endTrees();
}

/** All system calls share the dispatcher, which is tried by whoever makes any. */
function tryStub(
  { hook, environment }: HookParts,
  { program }: AttachedStub,
  method: AttachMethod,
): CanaryResult {
  const canary = method === 'sys_enter' ? 'untried' : tryHook(hook, program);
  if (canary === 'silent') {
    const name = hookKey(hook);
    environment.logger.warn(
      { hook: name, method },
      `${name} is attached, and did not run when tried`,
    );
  }
  return canary;
}

type Kept = Pick<Attached, 'returns' | 'image'> & {
  readonly counters: Attached['counters'] | undefined;
};

function loadPrograms(
  { hook, hookId, environment, binaries, stubs, types }: HookParts,
  { joined, method, number }: NumberedGeneration,
  { counters, returns, image }: Kept,
): LoadedGeneration {
  const context = contextOf(hook, joined, { types, places: image?.places ?? [] });
  const encoded: EncodedGeneration = encodeGeneration(
    joined,
    {
      ...{ hookId, generation: number, flags: flagsOf(hook) },
      returnSlot: stubs.slotOf(hook, method),
      argumentContext: {
        slotOf: context.slotOf ?? ((index) => index),
        accessOf: (argument) => resolveArgument(argument, hook, types),
      },
    },
    binaries,
  );
  const held = returns?.held;
  const setsVariables = joined.variables.length > 0;
  const place = { hook, method, counters, held, setsVariables, variables: context.variables };
  return loadGeneration(environment, place, encoded);
}

function flagsOf(hook: Hook): number {
  if (hook.kind === 'uprobe' || hook.kind === 'usdt') return HOOK_FLAG.USER_STRINGS;
  if (hook.kind !== 'syscall') return 0;
  return HOOK_FLAG.SYSCALL_REGISTERS | HOOK_FLAG.USER_STRINGS;
}

/** Detaches the entry and the return. */
export function closeStubs({ stub, returns }: Attached): void {
  stub.close();
  returns?.close();
}

/** Detaches from the return what the other one does not go on with. */
export function dropReturns(from: Attached, other: Attached): void {
  const { returns }: { readonly returns: AttachedReturns | undefined } = from;
  if (returns === undefined || returns === other.returns) return;
  returns.unpin();
  returns.close();
}
