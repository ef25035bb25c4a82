/** The policies of the agent in the words of ListTracingPolicies. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type {
  AttachMethod,
  FiredCounts,
  HookStatus,
  PolicyMode,
  PolicyReport,
  PolicyState,
  PolicyStatus,
} from '../../../model/policy.ts';
import {
  HookState,
  type TracingPolicyActionCountersSchema,
  TracingPolicyMode,
  type TracingPolicySelectorActionCountersSchema,
  TracingPolicyState,
  type TracingPolicyStatus,
  TracingPolicyStatusSchema,
} from '../generated/tetragon/sensors_pb.ts';

const STATES: Readonly<Record<PolicyState, TracingPolicyState>> = {
  enabled: TracingPolicyState.TP_STATE_ENABLED,
  partially_enabled: TracingPolicyState.TP_STATE_PARTIALLY_ENABLED,
  disabled: TracingPolicyState.TP_STATE_DISABLED,
  skipped: TracingPolicyState.TP_STATE_SKIPPED,
  load_error: TracingPolicyState.TP_STATE_LOAD_ERROR,
};

const MODES: Readonly<Record<PolicyMode, TracingPolicyMode>> = {
  enforce: TracingPolicyMode.TP_MODE_ENFORCE,
  monitor: TracingPolicyMode.TP_MODE_MONITOR,
  monitor_only: TracingPolicyMode.TP_MODE_MONITOR_ONLY,
};

/** Of a hook that is attached; of others it is not known. */
const SECTIONS: Readonly<Record<AttachMethod, string>> = {
  fentry: 'kprobes',
  kprobe: 'kprobes',
  fmod_ret: 'kprobes',
  sys_enter: 'kprobes',
  lsm: 'lsmhooks',
  lsm_hash: 'lsmhooks',
  tp_btf: 'tracepoints',
  tracepoint: 'tracepoints',
  uprobe: 'uprobes',
  usdt: 'usdts',
};

/** `kprobes[0].selectors[1]` */
const SELECTOR_PLACE = /^([a-z]+)\[(\d+)\]\.selectors\[(\d+)\]$/;

type Counters = MessageInitShape<typeof TracingPolicyActionCountersSchema>;
type SelectorCounters = MessageInitShape<typeof TracingPolicySelectorActionCountersSchema>;

/** Numbers of policies by their names, as long as they are there. */
export class PolicyIds {
  #ids = new Map<string, bigint>();
  #last = 0n;

  /** The policies of the agent in an order of their own, each with its number. */
  number(reports: readonly PolicyReport[]): readonly TracingPolicyStatus[] {
    const known = this.#ids;
    this.#ids = new Map(reports.map(({ name }) => [name, known.get(name) ?? this.#next()]));
    return reports.map((report) => statusOf(report, this.#ids.get(report.name) ?? 0n));
  }

  #next(): bigint {
    this.#last += 1n;
    return this.#last;
  }
}

/** Names of policies of a namespace have it in front. */
export function splitName(full: string): { readonly namespace: string; readonly name: string } {
  const at = full.indexOf('/');
  return { namespace: full.slice(0, Math.max(at, 0)), name: full.slice(at + 1) };
}

/** The sensors that a policy would have in Tetragon. */
export function sensorsOf({ hooks }: PolicyReport): readonly string[] {
  const sections = hooks.flatMap((hook) => sectionOf(hook) || []);
  return [...new Set(sections)].map((section) => `generic_${section.replace(/(hook)?s$/, '')}`);
}

function statusOf(report: PolicyReport, id: bigint): TracingPolicyStatus {
  const { state, mode, hooks, activity } = report;
  const actions = activity.map((hook) => hook.actions);
  return create(TracingPolicyStatusSchema, {
    ...{ id, ...splitName(report.name), info: report.file, sensors: [...sensorsOf(report)] },
    enabled: state === 'enabled' || state === 'partially_enabled',
    error: errorOf(report),
    state: STATES[state],
    mode: MODES[mode],
    stats: {
      actionCounters: countersOf(actions),
      selectorActionCounters: activity.flatMap(({ hook, selectors }) =>
        selectors.map(({ selector, actions }) => selectorCounters(hook, selector, actions)),
      ),
    },
    hookStatuses: hooks.map((hook, index) => ({
      section: sectionOf(hook),
      state: hookStateOf(hook),
      hookDescription: hook.hook,
      hookIdx: indexInSection(hooks, index),
    })),
  });
}

/** Why a policy is not in force, or not all of it; empty when it is. */
export function errorOf({ hooks, keepsPrevious }: PolicyStatus): string {
  const reasons = hooks.flatMap((hook) => {
    if (hook.kind === 'failed') return [`${hook.hook}: ${hook.code}: ${hook.reason}`];
    return hook.kind === 'not_found' ? [`${hook.hook}: this kernel has no such hook`] : [];
  });
  const kept = keepsPrevious === true ? ['the version before this one is still in force'] : [];
  return [...reasons, ...kept].join('; ');
}

type Actions = FiredCounts['actions'];

/** Both ways to send a signal are one there. */
function countersOf(all: readonly Actions[]): Counters {
  const sum = (...names: readonly string[]): bigint =>
    all.reduce((total, actions) => {
      return names.reduce((one, name) => one + BigInt(actions[name] ?? 0), total);
    }, 0n);
  return {
    post: sum('post'),
    signal: sum('sigkill', 'signal'),
    monitorSignal: sum('monitor_sigkill', 'monitor_signal'),
    override: sum('override'),
    monitorOverride: sum('monitor_override'),
    notifyEnforcer: sum('notify_enforcer'),
    monitorNotifyEnforcer: sum('monitor_notify_enforcer'),
    set: sum('set'),
    monitorSet: sum('monitor_set'),
    nopost: sum('no_post'),
  };
}

function selectorCounters(hook: string, selector: string, actions: Actions): SelectorCounters {
  const [, , hookIndex = '0', selectorIndex = '0'] = SELECTOR_PLACE.exec(selector) ?? [];
  return {
    hook,
    hookIndex: Number(hookIndex),
    selectorIndex: Number(selectorIndex),
    actionCounters: countersOf([actions]),
    selectorLabel: selector,
  };
}

function sectionOf(hook: HookStatus): string {
  return hook.kind === 'attached' ? SECTIONS[hook.method] : '';
}

function hookStateOf({ kind }: HookStatus): HookState {
  switch (kind) {
    case 'attached':
      return HookState.STATUS_LOADED;
    case 'digest_rejected':
      return HookState.STATUS_DIGEST_REJECTED;
    case 'not_found':
      return HookState.STATUS_CALL_NOT_FOUND;
    default:
      return HookState.STATUS_UNSPECIFIED;
  }
}

function indexInSection(hooks: readonly HookStatus[], index: number): number {
  const section = hooks[index] && sectionOf(hooks[index]);
  return hooks.slice(0, index).filter((hook) => sectionOf(hook) === section).length;
}
