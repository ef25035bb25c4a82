/** Values of labels in the words of Tetragon. */
import type { HookCount, LossCount } from '../model/stats.ts';

/** Numbers of its messages from the kernel; those that it has no message for are left out. */
const MESSAGES: Readonly<Record<Exclude<LossCount['recordKind'], 'hook'>, string>> = {
  exec: '5',
  exit: '7',
  fork: '23',
  cgroup: '25',
  loader: '26',
  dns: '',
};

/** By how the hook is attached; all others are kprobes to Tetragon. */
const HOOK_MESSAGES: Readonly<Record<string, string>> = {
  tp_btf: '14',
  tracepoint: '14',
  uprobe: '15',
  lsm: '16',
  lsm_hash: '16',
  usdt: '17',
};

const KPROBE_MESSAGE = '13';

const ACTIONS: Readonly<Record<string, string>> = {
  post: 'post',
  no_post: 'nopost',
  sigkill: 'signal',
  monitor_sigkill: 'monitor_signal',
};

const ACTIONS_ALIKE: readonly string[] = [
  ...['signal', 'monitor_signal', 'override', 'monitor_override', 'set', 'monitor_set'],
  ...['notify_enforcer', 'monitor_notify_enforcer'],
];

/** Of the message that the record would have been. */
export function messageNumber(loss: LossCount, hooks: readonly HookCount[]): string {
  if (loss.recordKind !== 'hook') return MESSAGES[loss.recordKind];
  const method = hooks.find(({ hook }) => hook === loss.hook)?.method ?? '';
  return HOOK_MESSAGES[method] ?? KPROBE_MESSAGE;
}

/** Undefined for actions that it does not count. */
export function nameAction(action: string): string | undefined {
  return ACTIONS[action] ?? ACTIONS_ALIKE.find((known) => known === action);
}

/** Policies of a namespace have it before their name. */
export function splitPolicyName(full: string): {
  readonly namespace: string;
  readonly name: string;
} {
  const at = full.indexOf('/');
  return { namespace: at < 0 ? '' : full.slice(0, at), name: full.slice(at + 1) };
}

/** The numbers of a place as `kprobes[0].selectors[1]`; empty where there are none. */
export function readSelectorPlace(place: string): {
  readonly hook: string;
  readonly selector: string;
} {
  const [hook = '', selector = ''] = [...place.matchAll(/\[(\d{1,6})\]/g)].map((match) => match[1]);
  return { hook, selector };
}
