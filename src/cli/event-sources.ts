/** Puts the hooks that rules need in force, each in the best way that this kernel has. */
import type { PolicySensors } from '../engine/index.ts';
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
  const policies = sourcePolicies(wanted, { pid: process.pid });
  const states = policies.map((source) => {
    const { name } = source.source;
    const texts = textsOf(source);
    const before = earlier.find((each) => each.source === name && each.way !== undefined);
    if (before?.texts === texts) return before;
    const state = tryAttach(source, options);
    if (state.way !== undefined) return { ...state, texts };
    // What was there for the rules before is better than nothing.
    const isThere = options.manager.status(SOURCE_PREFIX + name) !== undefined;
    return before !== undefined && isThere ? { ...before, reason: state.reason } : state;
  });
  if (wantsNames(wanted)) states.push(attachDns(options));
  const absent = states.filter(({ way }) => way === undefined).map(({ source }) => source);
  if (absent.length > 0) {
    const message = 'rules see no events from these; `warder status` says why';
    options.logger.warn({ sources: absent }, message);
  }
  return states;
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

/** Takes out of the kernel what was attached `earlier` and is not among what there is `now`. */
export function detachSources(
  earlier: readonly SourceState[],
  now: readonly SourceState[],
  { manager, dns, logger }: EventSourceOptions,
): void {
  for (const { source, way } of earlier) {
    if (way === undefined || now.some((each) => each.source === source)) continue;
    try {
      if (way === 'cgroup') dns.close();
      else manager.remove(SOURCE_PREFIX + source);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      logger.warn({ source, code: error.code }, `events of it go on: ${error.message}`);
    }
  }
}

function textsOf({ policies }: WantedSource): string {
  return policies.flatMap(({ text, wholeText }) => [text, wholeText]).join('');
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
    const problem = attach(name, policy, options);
    if (problem === undefined) {
      const lacks = isDegraded ? ['arguments are those of the system call'] : [];
      return { source: name, way: kind, reason: [...reasons, ...lacks].join('; ') };
    }
    reasons.push(`${kind}: ${problem}`);
  }
  return { source: name, reason: reasons.join('; ') };
}

/** Undefined when it is in force; else why it is not. */
function attach(
  name: string,
  { text, wholeText }: SourcePolicy,
  options: EventSourceOptions,
): string | undefined {
  const problem = tryText(name, text, options);
  if (problem === undefined || text === wholeText) return problem;
  return tryText(name, wholeText, options);
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
