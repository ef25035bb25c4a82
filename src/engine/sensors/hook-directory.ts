/** Remembers what the selector numbers in hook records mean, generation by generation. */
import type { HookEventPlace } from '../../model/event.ts';
import type { HookDirectory, HookTarget, SelectorTarget } from '../../model/pipeline.ts';
import type { Hook, UprobePlace } from '../../model/plan.ts';
import { hashesFile } from './file-hash.ts';
import { hookKey, reportedName } from './hook-name.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';

/** Generations kept per hook: records of older ones left the rings many policy changes ago. */
const GENERATIONS_KEPT = 16;

/** Of those, the ones that a later agent may find records of. */
const GENERATIONS_SAVED = 4;

/** What a generation means, as plain data. */
interface Meaning extends Omit<HookTarget, 'selector'> {
  readonly selectors: readonly (readonly [number: number, target: SelectorTarget])[];
}

/** What a later agent has to know of one hook to read records that this one did not. */
export interface SavedHook {
  readonly hookId: number;
  readonly hook: string;
  readonly generations: readonly (readonly [generation: number, meaning: Meaning])[];
}

export interface HookGeneration {
  readonly hook: Hook;
  readonly hookId: number;
  readonly generation: number;
  readonly joined: JoinedPlans;
}

/** Filled before a generation is put in force, read by the pipeline for each hook record. */
export class HookRegister implements HookDirectory {
  readonly #hooks = new Map<number, Map<number, HookTarget>>();
  readonly #meanings = new Map<number, Map<number, Meaning>>();
  readonly #names = new Map<number, string>();
  readonly #save: (hook: SavedHook) => void;

  /** `save` is told of every hook whose meaning changes, before it does. */
  constructor(save: (hook: SavedHook) => void = () => {}) {
    this.#save = save;
  }

  add({ hook, hookId, generation, joined }: HookGeneration): void {
    this.#put(hookId, generation, meaningOf(hook, joined));
    this.#names.set(hookId, hookKey(hook));
    const meanings = [...(this.#meanings.get(hookId) ?? [])].slice(-GENERATIONS_SAVED);
    this.#save({ hookId, hook: hookKey(hook), generations: meanings });
  }

  /** Takes in what an earlier agent saved. */
  restore({ hookId, hook, generations }: SavedHook): void {
    this.#names.set(hookId, hook);
    for (const [generation, meaning] of generations) this.#put(hookId, generation, meaning);
  }

  /** Highest generation number that is known of the hook; 0 if none is. */
  lastGeneration(hookId: number): number {
    return Math.max(0, ...(this.#hooks.get(hookId)?.keys() ?? []));
  }

  /** Highest hook id that is known. */
  lastHookId(): number {
    return Math.max(0, ...this.#hooks.keys());
  }

  resolve(hookId: number, generation: number): HookTarget | undefined {
    return this.#hooks.get(hookId)?.get(generation);
  }

  #put(hookId: number, generation: number, meaning: Meaning): void {
    const { selectors, ...rest } = meaning;
    const byNumber = new Map(selectors);
    const targets = this.#hooks.get(hookId) ?? new Map<number, HookTarget>();
    const meanings = this.#meanings.get(hookId) ?? new Map<number, Meaning>();
    this.#hooks.set(hookId, targets);
    this.#meanings.set(hookId, meanings);
    targets.set(generation, { ...rest, selector: (index) => byNumber.get(index) });
    meanings.set(generation, meaning);
    dropOldest(targets, GENERATIONS_KEPT);
    dropOldest(meanings, GENERATIONS_SAVED);
  }

  /** The name of a hook that is or was attached, for counts of losses. */
  nameOf(hookId: number): string {
    return this.#names.get(hookId) ?? '';
  }
}

function meaningOf(hook: Hook, joined: JoinedPlans): Meaning {
  return {
    functionName: reportedName(hook),
    eventKind: EVENT_KINDS[hook.kind],
    place: placeOf(hook),
    selectors: joined.selectors.map((selector) => [
      selector.number,
      selectorTarget(selector, joined),
    ]),
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

function selectorTarget(selector: JoinedSelector, joined: JoinedPlans): SelectorTarget {
  const { member, action, stacks, isShown, requests, onReturn } = selector;
  const isSilent = !(isShown || onReturn?.isShown === true);
  const { plan, policyName } = member;
  const positions = joined.argumentPositions(member);
  const sources = plan.arguments.map(({ label }, place) => ({
    position: positions[place] ?? 0,
    label,
  }));
  return {
    policyName,
    message: plan.message,
    tags: plan.tags,
    action,
    ...resultTarget(selector, joined),
    arguments: sources.filter((_, place) => plan.arguments[place]?.isData === undefined),
    data: sources.filter((_, place) => plan.arguments[place]?.isData),
    ...(stacks && { stacks }),
    ...(hashesFile(selector) && { hashes: true as const }),
    ...(isSilent && { isSilent }),
    ...(requests.length > 0 && { requests }),
  };
}

function resultTarget(
  { member, onReturn }: JoinedSelector,
  joined: JoinedPlans,
): Pick<SelectorTarget, 'result'> {
  const position = joined.resultPosition(member);
  if (position === undefined || onReturn === undefined) return {};
  const label = member.plan.result?.label ?? '';
  return { result: { position, label, action: onReturn.action } };
}

function dropOldest(generations: Map<number, unknown>, kept: number): void {
  for (const old of generations.keys()) {
    if (generations.size <= kept) break;
    generations.delete(old);
  }
}
