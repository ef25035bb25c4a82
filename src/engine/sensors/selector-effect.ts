/** What a selector does when it holds, in the terms of the kernel side. */
import type { ActionName } from '../../model/event.ts';
import type { ActionPlan, Decision, RateLimit, SelectorPlan } from '../../model/plan.ts';
import type { RequestPlan } from '../../model/request.ts';
import type { StackChoice } from '../../model/stack.ts';
import { killsTree, type ReturnEffect, requestsOf, signalOf } from './return-effect.ts';
import { type TrackedSockets, trackedBy } from './tracked-sockets.ts';

/** A variable of the program, and what it is overwritten with. */
export interface VariableChange {
  /** Index of the parameter that is the variable. */
  readonly index: number;
  readonly value: number;
}

/** Without what happens when the call returns. */
export interface SelectorEffect {
  /** Whether the kernel sends a record. */
  readonly isPosted: boolean;
  /** Whether an event is made of it. */
  readonly isShown: boolean;
  /** 0 when no signal is sent. */
  readonly signal: number;
  /** Whether it ends all that descends from the process too. */
  readonly killsTree: boolean;
  /** Negative errno; 0 when the hook is not overridden. */
  readonly overrideError: number;
  /** Bits of the decisions it leaves for enforcers. */
  readonly raised: bigint;
  /** Bits of the decisions it carries out or takes back. */
  readonly dropped: bigint;
  /** Indexes of the parameters whose sockets it tracks, and no longer tracks. */
  readonly sockets: TrackedSockets;
  readonly variable: VariableChange | undefined;
  readonly action: ActionName;
  readonly rateLimit: RateLimit | undefined;
  readonly stacks: StackChoice | undefined;
  /** What the agent asks for when the record arrives. */
  readonly requests: readonly RequestPlan[];
}

/** The bit of a decision of the selector's policy. */
export type BitOf = (decision: Decision) => bigint;

/** NoPost wins over every action that would post; the event names the last action, as they ran. */
export function effectOf({ actions, decision }: SelectorPlan, bitOf: BitOf): SelectorEffect {
  const override = actions.find((action) => action.kind === 'Override');
  const post = actions.find((action) => action.kind === 'Post');
  const set = actions.find((action) => action.kind === 'Set');
  const isShown = !actions.some((action) => action.kind === 'NoPost');
  const requests = requestsOf(actions);
  return {
    isPosted: isShown || requests.length > 0,
    isShown,
    requests,
    signal: signalOf(actions),
    killsTree: killsTree(actions),
    overrideError: override?.kind === 'Override' ? override.error : 0,
    raised: unite(actions.map((action) => (action.kind === 'NotifyEnforcer' ? bitOf(action) : 0n))),
    dropped: unite([...droppedBy(actions), ...(decision ? [decision] : [])].map(bitOf)),
    sockets: trackedBy(actions),
    variable: set?.kind === 'Set' ? { index: set.index, value: set.value } : undefined,
    action: actions.at(-1)?.kind ?? 'Post',
    rateLimit: post?.kind === 'Post' ? post.rateLimit : undefined,
    stacks: post?.kind === 'Post' ? post.stacks : undefined,
  };
}

/** Whether the selector does something to the process. */
export function enforces({
  signal,
  overrideError,
  variable,
  onReturn,
}: Pick<SelectorEffect, 'signal' | 'overrideError' | 'variable'> & {
  readonly onReturn: ReturnEffect | undefined;
}): boolean {
  const isReturnSignal = (onReturn?.signal ?? 0) !== 0;
  return signal !== 0 || overrideError !== 0 || variable !== undefined || isReturnSignal;
}

/** Whether it kills all that descends from the process, now or when the call returns. */
export function endsTrees({
  killsTree: atEntry,
  onReturn,
}: Pick<SelectorEffect, 'killsTree'> & { readonly onReturn: ReturnEffect | undefined }): boolean {
  return atEntry || onReturn?.killsTree === true;
}

function droppedBy(actions: readonly ActionPlan[]): readonly Decision[] {
  return actions.flatMap((action) =>
    action.kind === 'CleanupEnforcerNotification' ? action.decisions : [],
  );
}

function unite(bits: readonly bigint[]): bigint {
  return bits.reduce((all, bit) => all | bit, 0n);
}
