/** Says what a policy would be on a kernel: what is decided before anything is loaded. */
import type { KernelReport } from '../../model/capability.ts';
import { CodedError } from '../../model/errors.ts';
import type {
  ExplainedHook,
  ExplainedMethod,
  ExplainedSelector,
  PolicyExplanation,
} from '../../model/explanation.ts';
import type { Hook, HookPlan, PolicyPlan, SelectorPlan } from '../../model/plan.ts';
import type { KernelBtfTypes } from '../btf/index.ts';
import { obstacleTo } from './capabilities.ts';
import { conditionsOf } from './condition.ts';
import { explainArgument, explainDimension } from './explain-matching.ts';
import { hashesFile } from './file-hash.ts';
import { type Absence, hookExists, isDigestRejected } from './hook-exists.ts';
import { hookKey } from './hook-name.ts';
import { type HookMember, type JoinedPlans, joinPlans } from './join-plans.ts';
import { climb, type Rung } from './ladder.ts';
import { LOADER_HOOK, LOADER_METHODS } from './loader-sensor.ts';
import { entryOf, obstacleOf } from './policy-entry.ts';
import { createWriteObstacle } from './prove-writing.ts';

/** Methods at which a signal comes before the operation is done. */
const FUNCTION_METHODS: readonly string[] = ['fentry', 'kprobe', 'sys_enter'];

const NO_METHOD = 'no way of attaching works on this kernel';

/** The kernel that the policy would be loaded into. */
export interface ExplainedKernel {
  hasHook(hook: Hook): boolean;
  /** Why the method cannot work at all, or undefined. */
  readonly obstacle: (method: ExplainedMethod['method']) => string | undefined;
  /** Why variables of programs cannot be overwritten, or undefined. */
  writeObstacle(): string | undefined;
}

/** A kernel as it was probed, with its types. */
export function explainedKernel(
  report: KernelReport,
  types: KernelBtfTypes,
  objectDirectory: string,
): ExplainedKernel {
  const writeObstacle = createWriteObstacle(report, objectDirectory);
  return {
    hasHook: (hook) => hookExists(hook, types),
    obstacle: (method) => obstacleTo(report, types, method),
    writeObstacle,
  };
}

/** An agent would know its workloads; labels of the node it is told. */
const KNOWN = { workloads: true, nodeLabels: {} };

/** Loads nothing and throws nothing: what stands against the policy is in what it returns. */
export function explainPolicy(plan: PolicyPlan, kernel: ExplainedKernel): PolicyExplanation {
  const entry = entryOf({ plan }, undefined, ({ hook }) => absenceOf(hook, kernel));
  const byHook = Map.groupBy(plan.hooks, ({ hook }) => hookKey(hook));
  const { name, file } = plan;
  return {
    ...{ name, file, mode: entry.mode },
    obstacle: obstacleOf(entry, KNOWN)?.error.message ?? '',
    hooks: [
      ...[...byHook.values()].map((plans) => explainHook(name, plans, kernel)),
      ...(plan.loader ? [explainLoader(kernel)] : []),
    ],
  };
}

function absenceOf(hook: Hook, kernel: ExplainedKernel): Absence | undefined {
  if (isDigestRejected(hook)) return 'digest_rejected';
  return kernel.hasHook(hook) ? undefined : 'not_found';
}

function explainHook(
  policyName: string,
  plans: readonly HookPlan[],
  kernel: ExplainedKernel,
): ExplainedHook {
  const members = plans.map((plan): HookMember => ({ policyName, plan }));
  const [first] = plans;
  const hook = first === undefined ? '' : hookKey(first.hook);
  const nothing = { methods: [], arguments: [], dimensions: [], selectors: [], notes: [] };
  const absence = first === undefined ? 'not_found' : absenceOf(first.hook, kernel);
  if (first === undefined || absence !== undefined) {
    const isRejected = absence === 'digest_rejected';
    const isOptional = plans.every(({ optional, acceptsRejection }) =>
      isRejected ? acceptsRejection === true : optional,
    );
    const reason = isRejected
      ? 'the program has none of the digests'
      : 'this kernel has no such hook';
    const obstacle = isOptional ? '' : reason;
    const notes = isOptional ? [`${reason}, and the policy does without`] : [];
    return { ...nothing, hook, exists: false, obstacle, notes };
  }
  try {
    return describe(first.hook, members, kernel);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { ...nothing, hook, exists: true, obstacle: error.message };
  }
}

function describe(
  hook: Hook,
  members: readonly HookMember[],
  kernel: ExplainedKernel,
): ExplainedHook {
  const joined = joinPlans(members, () => 0);
  const methods = explainMethods(hook, joined, kernel);
  const selectors = members.flatMap(({ plan }) => plan.selectors.map(explainSelector(plan)));
  return {
    ...{ hook: hookKey(hook), exists: true, methods, selectors },
    arguments: joined.arguments.map(explainArgument),
    dimensions: joined.dimensions.map((dimension) => explainDimension(dimension, joined)),
    obstacle: methods.some(({ verdict }) => verdict === 'taken') ? '' : NO_METHOD,
    notes: [...costNotes(joined, selectors), ...enforcementNotes(joined, methods)],
  };
}

function explainMethods(
  hook: Hook,
  { hasOverride, hasEnforcer, readsRegisters, selectors, variables }: JoinedPlans,
  kernel: ExplainedKernel,
): readonly ExplainedMethod[] {
  const { obstacle } = kernel;
  const writeObstacle = variables.length > 0 ? kernel.writeObstacle() : undefined;
  const situation = { hook, hasOverride, hasEnforcer, readsRegisters, writeObstacle, obstacle };
  return judge(climb({ ...situation, hashesFile: selectors.some(hashesFile) }));
}

/** The first that is possible is taken. */
function judge(rungs: readonly Rung[]): readonly ExplainedMethod[] {
  let isTaken = false;
  return rungs.map((rung): ExplainedMethod => {
    const { method } = rung;
    if (rung.kind === 'impossible') return { method, verdict: 'impossible', reason: rung.reason };
    const verdict = isTaken ? 'next' : 'taken';
    isTaken = true;
    return { method, verdict, reason: '' };
  });
}

/** It reports whatever is mapped executable, and reads and matches nothing else. */
function explainLoader({ obstacle }: ExplainedKernel): ExplainedHook {
  const methods = judge(
    LOADER_METHODS.map((method): Rung => {
      const reason = obstacle(method);
      return reason === undefined
        ? { kind: 'possible', method }
        : { kind: 'impossible', method, reason };
    }),
  );
  const isAttachable = methods.some(({ verdict }) => verdict === 'taken');
  return {
    ...{ hook: LOADER_HOOK, exists: true, methods },
    ...{ arguments: [], dimensions: [], selectors: [], notes: [] },
    obstacle: isAttachable ? '' : NO_METHOD,
  };
}

function explainSelector(
  plan: HookPlan,
): (selector: SelectorPlan, at: number) => ExplainedSelector {
  return (selector, at) => ({
    source: `${plan.source}.selectors[${at}]`,
    label: selector.label ?? '',
    places: selector.alternatives?.length ?? 1,
    isUnconditional: isUnconditional(selector),
    actions: selector.actions.map((action) => {
      switch (action.kind) {
        case 'Sigkill':
          return action.isTree ? 'Sigkill tree' : action.kind;
        case 'Signal':
          return `Signal ${action.signal}`;
        case 'Override':
          return `Override ${action.error}`;
        case 'GetUrl':
          return `GetUrl ${action.url}`;
        case 'DnsLookup':
          return `DnsLookup ${action.name}`;
        case 'NotifyEnforcer':
          return `NotifyEnforcer ${action.error} ${action.signal}`;
        case 'Set':
          return `Set ${action.index} ${action.value}`;
        default:
          return action.kind;
      }
    }),
  });
}

function isUnconditional(selector: SelectorPlan): boolean {
  const { alternatives, decision } = selector;
  if (alternatives !== undefined || decision !== undefined) return false;
  const places = { arguments: selector.matchArgs.map((_, place) => place), result: undefined };
  const atEntry = { ...selector, matchReturnArgs: [] };
  return conditionsOf(atEntry, places, () => 0).length === 0;
}

function costNotes(
  { arguments: read, dimensions, selectors: places }: JoinedPlans,
  selectors: readonly ExplainedSelector[],
): readonly string[] {
  const notes: string[] = [];
  if (selectors.some((selector) => selector.isUnconditional)) {
    notes.push('a selector without conditions acts on every call');
  } else if (!dimensions.some(({ subject }) => subject.kind === 'fact')) {
    notes.push('arguments are read on every call: no condition on the process comes before');
  }
  if (dimensions.some(({ kind }) => kind.startsWith('substring'))) {
    notes.push('SubString looks at every byte of the text');
  }
  if (places.length > selectors.length) {
    notes.push(`expressions make ${places.length} of ${selectors.length} selectors`);
  }
  if (read.length === 0) notes.push('no argument is read');
  return notes;
}

function enforcementNotes(
  { selectors }: JoinedPlans,
  methods: readonly ExplainedMethod[],
): readonly string[] {
  const taken = methods.find(({ verdict }) => verdict === 'taken');
  const isSignalOnly = selectors.some((one) => one.signal !== 0 && one.overrideError === 0);
  if (!isSignalOnly || taken === undefined || !FUNCTION_METHODS.includes(taken.method)) return [];
  return ['a signal may come too late for the call itself: add Override'];
}
