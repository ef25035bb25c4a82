/** What a node writes about itself into the status of a policy, within bounds. */
import type { ClusterPolicyError, ClusterPolicyStatus } from '../../model/cluster-policy-status.ts';
import type { HookStatus } from '../../model/policy.ts';
import {
  ENTRY_BYTES_MAX,
  ERROR_TEXT_MAX,
  HOOK_TEXT_MAX,
  HOOKS_LISTED_MAX,
} from './status-bounds.ts';

const CODE_MAX = 64;
const COUNT_MAX = 2 ** 31 - 1;

/** The entry of a node. Null removes what an earlier entry has there. */
export interface NodeEntry {
  readonly state: string;
  readonly mode: string | null;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
  readonly attached: number;
  readonly hooks: number;
  readonly attachedHooks: readonly string[] | null;
  readonly matchedPods: number | null;
  readonly error: ClusterPolicyError | null;
}

/** The entry for a status. The time stays that of `previous` while the state does. */
export function makeEntry(
  status: ClusterPolicyStatus,
  previous: NodeEntry | undefined,
  now: string,
): NodeEntry {
  const { state, hooks, matchedPods } = status;
  const attached = hooks.filter(({ kind }) => kind === 'attached');
  const error = status.error ?? firstFailure(hooks);
  const listed = attached.slice(0, HOOKS_LISTED_MAX).map(describeHook);
  return withinBytes({
    state,
    mode: status.mode ?? null,
    observedGeneration: status.object.generation,
    lastTransitionTime: previous?.state === state ? previous.lastTransitionTime : now,
    attached: attached.length,
    hooks: hooks.length,
    attachedHooks: listed.length > 0 ? listed : null,
    matchedPods: matchedPods === undefined ? null : Math.min(matchedPods, COUNT_MAX),
    error: error === undefined ? null : shorten(error),
  });
}

/** Whether writing the second in place of the first would tell anybody anything. */
export function isSameEntry(one: NodeEntry, other: NodeEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether they differ in numbers at most that change all the time, and matter little. */
export function isSameButCounts(one: NodeEntry, other: NodeEntry): boolean {
  return isSameEntry(one, { ...other, matchedPods: one.matchedPods });
}

/** All is well on the node, or nothing was to be done there. */
export function isHealthy({ state, error }: Pick<NodeEntry, 'state' | 'error'>): boolean {
  return state !== 'load_error' && error === null;
}

/** Text without control characters and broken characters, of at most `max` characters. */
export function boundText(text: string, max: number): string {
  // Of what is cut off anyway, no more is looked at than has to be.
  const clean = text
    .slice(0, 2 * max)
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  const characters = [...clean];
  if (characters.length <= max && text.length <= 2 * max) return clean;
  return `${characters.slice(0, max - 1).join('')}…`;
}

function firstFailure(hooks: readonly HookStatus[]): ClusterPolicyError | undefined {
  const failed = hooks.find((hook) => hook.kind === 'failed');
  return failed && { code: failed.code, message: failed.reason, place: failed.hook };
}

function describeHook(hook: HookStatus): string {
  const method = hook.kind === 'attached' ? ` (${hook.method})` : '';
  return boundText(`${hook.hook}${method}`, HOOK_TEXT_MAX);
}

function shorten({ code, message, place }: ClusterPolicyError): ClusterPolicyError {
  return {
    code: boundText(code, CODE_MAX),
    message: boundText(message, ERROR_TEXT_MAX),
    place: boundText(place, HOOK_TEXT_MAX),
  };
}

/** Characters may take four bytes, and quotes two: names of hooks go first, then the message. */
function withinBytes(entry: NodeEntry): NodeEntry {
  const isSmall = (one: NodeEntry): boolean =>
    Buffer.byteLength(JSON.stringify(one)) <= ENTRY_BYTES_MAX;
  if (isSmall(entry)) return entry;
  const bare = { ...entry, attachedHooks: null };
  if (isSmall(bare) || bare.error === null) return bare;
  const { message } = bare.error;
  return { ...bare, error: { ...bare.error, message: boundText(message, ERROR_TEXT_MAX / 4) } };
}
