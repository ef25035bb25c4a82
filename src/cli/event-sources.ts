/** Puts the hooks that rules need in force, each in the best way that this kernel has. */
import { agentParents, type PolicySensors } from '../engine/index.ts';
import { CodedError } from '../model/errors.ts';
import type { KernelTypes } from '../model/kernel-types.ts';
import type { Logger } from '../model/log.ts';
import type { HookStatus } from '../model/policy.ts';
import {
  compilePolicies,
  type DetectionRule,
  findWanted,
  SOURCE_PREFIX,
  type SourcePolicy,
  type SourceText,
  sourcePolicies,
  type WantedSource,
  wantsNames,
} from '../rules/index.ts';

export interface EventSourceOptions {
  readonly manager: Pick<PolicySensors['manager'], 'put' | 'remove' | 'status'>;
  readonly types: KernelTypes;
  readonly dns: Pick<PolicySensors['dns'], 'start' | 'close'>;
  readonly logger: Logger;
}

/** What became of one source. */
export interface SourceState {
  readonly source: string;
  /** Absent when there is no way on this kernel. */
  readonly way?: SourcePolicy['way']['kind'] | 'cgroup' | undefined;
  /** Why not in better ways, or not at all, and what is not seen; empty when all is well. */
  readonly reason: string;
  /** Processes are killed where they are seen. */
  readonly acts?: boolean;
  /** Texts of all ways, by which it is known again; absent of what is no policy. */
  readonly texts?: string | undefined;
}

/**
 * Attaches what the rules want; gives what became of each source. Those of before (`earlier`) that
 * are wanted as they are stay untouched, and others are replaced in one step for each hook.
 */
export function attachSources(
  rules: readonly DetectionRule[],
  options: EventSourceOptions,
  earlier: readonly SourceState[] = [],
): readonly SourceState[] {
  const wanted = findWanted(rules);
  const policies = sourcePolicies(wanted, { pid: process.pid, parents: agentParents() });
  const states = policies.map((source) => renewSource(source, options, earlier));
  if (wantsNames(wanted)) states.push(attachDns(options));
  const known = policies.filter(({ source }) => source.onlyActs).map(({ source }) => source.name);
  const absent = states
    .filter(({ source, way }) => way === undefined && !known.includes(source))
    .map(({ source }) => source);
  if (absent.length > 0) {
    const message = 'rules see no events from these; `warder status` says why';
    options.logger.warn({ sources: absent }, message);
  }
  return states;
}

function renewSource(
  source: WantedSource,
  options: EventSourceOptions,
  earlier: readonly SourceState[],
): SourceState {
  const { name } = source.source;
  const texts = textsOf(source);
  const before = earlier.find((each) => each.source === name && each.way !== undefined);
  if (before?.texts === texts) return before;
  const state = tryAttach(source, options);
  if (state.way !== undefined) return { ...state, texts };
  const isThere = options.manager.status(SOURCE_PREFIX + name) !== undefined;
  if (before === undefined || !isThere) return state;
  // What was there for the rules before is better than nothing, unless it kills for them.
  if (before.acts !== true) return { ...before, reason: state.reason };
  try {
    options.manager.remove(SOURCE_PREFIX + name);
    return state;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const reason = `processes are still killed as rules before these said: ${error.message}`;
    options.logger.error({ source: name, code: error.code }, reason);
    return { ...before, reason };
  }
}

/** One that the kernel does not let go of must not keep the others from being replaced. */
function tryAttach(source: WantedSource, options: EventSourceOptions): SourceState {
  try {
    return attachSource(source, options);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { source: source.source.name, reason: error.message };
  }
}

/**
 * Takes out of the kernel what was attached `earlier` and is not among what there is `now`. Gives
 * what the kernel did not let go of, so that it is tried again the next time.
 */
export function detachSources(
  earlier: readonly SourceState[],
  now: readonly SourceState[],
  options: EventSourceOptions,
): readonly SourceState[] {
  const gone = earlier.filter(({ source, way }) => {
    return way !== undefined && !now.some((each) => each.source === source);
  });
  return gone.flatMap((each) => detach(each, options) ?? []);
}

function detach(
  state: SourceState,
  { manager, dns, logger }: EventSourceOptions,
): SourceState | undefined {
  const { source, way, acts } = state;
  try {
    if (way === 'cgroup') dns.close();
    else manager.remove(SOURCE_PREFIX + source);
    return undefined;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const goesOn = acts ? 'processes are still killed for rules before these' : 'events go on';
    const reason = `${goesOn}: ${error.message}`;
    logger[acts ? 'error' : 'warn']({ source, code: error.code }, reason);
    return { ...state, reason, texts: undefined };
  }
}

function textsOf({ policies }: WantedSource): string {
  return policies.flatMap(({ texts }) => texts.map(({ text }) => text)).join('');
}

function attachDns({ dns }: EventSourceOptions): SourceState {
  try {
    dns.start();
    return { source: 'dns', way: 'cgroup', reason: '' };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { source: 'dns', reason: error.message };
  }
}

function attachSource(
  { source: { name }, policies }: WantedSource,
  options: EventSourceOptions,
): SourceState {
  const reasons: string[] = [];
  for (const policy of policies) {
    const { kind, isDegraded } = policy.way;
    const { problem, acts } = attach(name, policy, options);
    if (problem === undefined) {
      const lacks = isDegraded ? ['arguments are those of the system call'] : [];
      const wouldAct = policy.texts.some((text) => text.acts) && !acts;
      if (wouldAct) lacks.push('processes are killed by the agent, not where they are seen');
      return { source: name, way: kind, reason: [...reasons, ...lacks].join('; '), acts };
    }
    reasons.push(`${kind}: ${problem}`);
  }
  return { source: name, reason: reasons.join('; ') };
}

/** The reason is undefined when it is in force. */
function attach(
  name: string,
  { texts }: SourcePolicy,
  options: EventSourceOptions,
): { readonly problem: string | undefined; readonly acts: boolean } {
  let problem: string | undefined = 'there is nothing to act on';
  for (const { text, acts } of distinct(texts)) {
    problem = tryText(name, text, options);
    if (problem === undefined) return { problem, acts };
  }
  return { problem, acts: false };
}

function distinct(texts: readonly SourceText[]): readonly SourceText[] {
  return texts.filter(({ text }, place) => texts.findIndex((each) => each.text === text) === place);
}

function tryText(
  name: string,
  text: string,
  { manager, types }: EventSourceOptions,
): string | undefined {
  const { plans, diagnostics } = compilePolicies(text, `${name}.yaml`, {
    kernel: types,
    missingHooks: 'allow',
  });
  const [plan] = plans;
  if (plan === undefined) {
    const error = diagnostics.find(({ severity }) => severity === 'error');
    return error?.message ?? 'it has no hook';
  }
  const policyName = SOURCE_PREFIX + name;
  const [status] = manager.put([{ plan: { ...plan, name: policyName }, isTrial: true }]);
  const hooks = status?.hooks ?? [];
  const isWhole = status?.state === 'enabled' || status?.state === 'partially_enabled';
  if (isWhole && hooks.some(({ kind }) => kind === 'attached')) return undefined;
  // Of rules before these, it may be there still, and is as good as it was.
  if (status?.keepsPrevious !== true) manager.remove(policyName);
  const failed = hooks.find(({ kind }) => kind !== 'attached');
  return failed === undefined ? 'it was refused' : reasonOf(failed);
}

function reasonOf(hook: HookStatus): string {
  return hook.kind === 'failed' ? hook.reason : `${hook.hook} was ${hook.kind.replace('_', ' ')}`;
}
