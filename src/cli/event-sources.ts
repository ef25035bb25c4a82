/** Puts the hooks that rules need in force, each in the best way that this kernel has. */
import type { KernelBtfTypes, PolicySensors } from '../engine/index.ts';
import type { Logger } from '../model/log.ts';
import type { PolicyPlan } from '../model/plan.ts';
import {
  compilePolicies,
  type DetectionRule,
  findWanted,
  SOURCE_FALLBACKS,
  SOURCE_PREFIX,
  type SourcePolicy,
  sourcePolicies,
} from '../rules/index.ts';

export interface EventSourceOptions {
  readonly manager: Pick<PolicySensors['manager'], 'put' | 'remove'>;
  readonly types: KernelBtfTypes;
  readonly logger: Logger;
}

/** What became of one source. */
export interface SourceState {
  readonly source: string;
  /** Absent when there is no way on this kernel. */
  readonly way?: SourcePolicy['way'] | undefined;
  /** Why not in better ways, or not at all; empty when in the best one. */
  readonly reason: string;
}

/** Attaches what the rules want; gives what became of each source. */
export function attachSources(
  rules: readonly DetectionRule[],
  options: EventSourceOptions,
): readonly SourceState[] {
  const bySource = Map.groupBy(sourcePolicies(findWanted(rules)), ({ source }) => source);
  const states = new Map<string, SourceState>();
  const fallbacks = new Set(Object.values(SOURCE_FALLBACKS));
  for (const [source, ways] of bySource) {
    if (!fallbacks.has(source)) states.set(source, attachSource(ways, options));
  }
  for (const [source, fallback] of Object.entries(SOURCE_FALLBACKS)) {
    const state = states.get(source);
    if (state === undefined || state.way !== undefined) continue;
    states.set(fallback, attachSource(bySource.get(fallback) ?? [], options));
  }
  const absent = [...states.values()].filter(({ way }) => way === undefined);
  if (absent.length > 0) {
    const sources = absent.map(({ source }) => source);
    options.logger.warn({ sources }, 'rules see no events from these; `warder status` says why');
  }
  return [...states.values()];
}

function attachSource(ways: readonly SourcePolicy[], options: EventSourceOptions): SourceState {
  const reasons: string[] = [];
  const [first] = ways;
  for (const policy of ways) {
    const problem = attach(policy, options);
    if (problem === undefined) {
      return { source: policy.source, way: policy.way, reason: reasons.join('; ') };
    }
    reasons.push(problem);
  }
  return { source: first?.source ?? '', reason: reasons.join('; ') };
}

/** Undefined when it is in force; else why it is not. */
function attach(
  { source, text, way }: SourcePolicy,
  options: EventSourceOptions,
): string | undefined {
  const { manager, types } = options;
  const { plans, diagnostics } = compilePolicies(text, `${source}.yaml`, {
    kernel: types,
    missingHooks: 'allow',
  });
  const [plan] = plans;
  if (plan === undefined) return `${way}: ${diagnostics[0]?.message ?? 'it has no hook'}`;
  const named: PolicyPlan = { ...plan, name: SOURCE_PREFIX + source };
  const [status] = manager.put([{ plan: named, isTrial: true }]);
  if (status?.state === 'enabled' && status.hooks.every(({ kind }) => kind === 'attached')) {
    return undefined;
  }
  manager.remove(named.name);
  const [hook] = status?.hooks ?? [];
  return `${way}: ${hook?.kind === 'failed' ? hook.reason : (hook?.kind ?? 'it was refused')}`;
}
