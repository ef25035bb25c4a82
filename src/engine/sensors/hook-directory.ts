/** Remembers what the selector numbers in hook records mean, generation by generation. */
import type { HookEventPlace } from '../../model/event.ts';
import type { HookDirectory, HookTarget, SelectorTarget } from '../../model/pipeline.ts';
import type { Hook, UprobePlace } from '../../model/plan.ts';
import { hookKey, reportedName } from './hook-name.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';

/** Generations kept per hook: records of older ones left the rings many policy changes ago. */
const GENERATIONS_KEPT = 16;

export interface HookGeneration {
  readonly hook: Hook;
  readonly hookId: number;
  readonly generation: number;
  readonly joined: JoinedPlans;
}

/** Filled before a generation is put in force, read by the pipeline for each hook record. */
export class HookRegister implements HookDirectory {
  readonly #hooks = new Map<number, Map<number, HookTarget>>();
  readonly #names = new Map<number, string>();

  add({ hook, hookId, generation, joined }: HookGeneration): void {
    const generations = this.#hooks.get(hookId) ?? new Map<number, HookTarget>();
    this.#hooks.set(hookId, generations);
    this.#names.set(hookId, hookKey(hook));
    generations.set(generation, targetOf(hook, joined));
    for (const old of generations.keys()) {
      if (generations.size <= GENERATIONS_KEPT) break;
      generations.delete(old);
    }
  }

  resolve(hookId: number, generation: number): HookTarget | undefined {
    return this.#hooks.get(hookId)?.get(generation);
  }

  /** The name of a hook that is or was attached, for counts of losses. */
  nameOf(hookId: number): string {
    return this.#names.get(hookId) ?? '';
  }
}

function targetOf(hook: Hook, joined: JoinedPlans): HookTarget {
  const selectors = new Map(
    joined.selectors.map((selector) => [selector.number, selectorTarget(selector, joined)]),
  );
  return {
    functionName: reportedName(hook),
    eventKind: EVENT_KINDS[hook.kind],
    place: placeOf(hook),
    selector: (index) => selectors.get(index),
  };
}

const EVENT_KINDS: Readonly<Record<Hook['kind'], HookTarget['eventKind']>> = {
  syscall: 'process_kprobe',
  function: 'process_kprobe',
  lsm: 'process_lsm',
  tracepoint: 'process_tracepoint',
  raw_tracepoint: 'process_tracepoint',
  uprobe: 'process_uprobe',
  usdt: 'process_usdt',
};

function placeOf(hook: Hook): HookEventPlace | undefined {
  switch (hook.kind) {
    case 'tracepoint':
    case 'raw_tracepoint':
      return { kind: 'tracepoint', subsystem: hook.subsystem, name: hook.name };
    case 'uprobe': {
      const { path, place, name, refCounter } = hook;
      const symbol = place.kind === 'symbol' ? name : '';
      return { kind: 'uprobe', path, symbol, offset: positionOf(place), refCounter };
    }
    case 'usdt': {
      const { path, provider, name } = hook;
      return { kind: 'usdt', path, provider, name };
    }
    default:
      return undefined;
  }
}

function positionOf(place: UprobePlace): number {
  if (place.kind === 'symbol') return 0;
  return place.kind === 'offset' ? place.offset : place.address;
}

function selectorTarget({ member, action }: JoinedSelector, joined: JoinedPlans): SelectorTarget {
  const { plan, policyName } = member;
  const positions = joined.argumentPositions(member);
  return {
    policyName,
    message: plan.message,
    tags: plan.tags,
    action,
    arguments: plan.arguments.map(({ label }, place) => ({
      position: positions[place] ?? 0,
      label,
    })),
  };
}
