/** Turns a checked policy into a plan: plain data without places, in the kernel side's terms. */

import type {
  ArgumentMatch,
  ArgumentPlan,
  BinaryMatch,
  HookPlan,
  PolicyPlan,
  ResolvePlan,
  SelectorPlan,
} from '../../../model/plan.ts';
import type { PolicyScope } from '../../../model/scope.ts';
import { widthOf } from '../number-type.ts';
import type {
  ArgumentMatchSpec,
  ArgumentSpec,
  BinaryMatchSpec,
  HookSpec,
  PolicySpec,
  ResolveSpec,
  SelectorSpec,
} from '../spec.ts';
import { ALWAYS, POST } from './always.ts';
import { withDecisions } from './decisions.ts';
import { lowerNumber } from './lower-number.ts';
import { withOwners } from './owners.ts';

/** The plan of a policy about which no error was reported. */
export function compilePolicy(policy: PolicySpec, file: string): PolicyPlan {
  const { name, alert, mode, enforcers, loader, matchesUnknown } = policy;
  const compiled = policy.hooks.map((hook) => compileHook(hook, matchesUnknown));
  const hooks = withDecisions(withOwners(compiled), enforcers);
  const scope = policy.scope && completeScope(policy.scope, matchesUnknown);
  return {
    ...{ name: identityOf(name.value, policy.scope), file, hooks },
    ...(loader ? { loader } : {}),
    ...(alert === undefined ? {} : { alert }),
    ...(mode === undefined ? {} : { mode }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** Policies of several namespaces can have one name. */
function identityOf(name: string, scope: PolicyScope | undefined): string {
  return scope?.namespace === undefined ? name : `${scope.namespace}/${name}`;
}

/** What does not speak of pods is always known. */
function completeScope(scope: PolicyScope, matchesUnknown: boolean): PolicyScope {
  const { namespace, pods, containers } = scope;
  const isOfPods = namespace !== undefined || pods !== undefined || containers !== undefined;
  return matchesUnknown && isOfPods ? { ...scope, unknown: 'match' } : scope;
}

function compileHook(spec: HookSpec, matchesUnknown: boolean): HookPlan {
  const selectors = spec.selectors.map((selector) => compileSelector(selector, matchesUnknown));
  return {
    hook: spec.hook.value,
    source: `${spec.section}[${spec.position}]`,
    arguments: spec.arguments.filter((argument) => argument !== undefined).map(compileArgument),
    ...(spec.result === undefined ? {} : { result: compileArgument(spec.result) }),
    ...(spec.returnTracking === undefined ? {} : { returnTracking: spec.returnTracking.value }),
    selectors: selectors.length === 0 ? [ALWAYS] : selectors,
    message: spec.message,
    tags: spec.tags,
    optional: spec.optional,
    ...(spec.acceptsRejection ? { acceptsRejection: true } : {}),
  };
}

function compileArgument(spec: ArgumentSpec): ArgumentPlan {
  const { index, type, label, sizeIndex, maxData, resolve, returnCopy, isData } = spec;
  return {
    ...{ index: index.value, type: type.value, label },
    ...(sizeIndex === undefined ? {} : { sizeIndex }),
    ...(maxData === true ? { maxData } : {}),
    ...(resolve === undefined ? {} : { resolve: compileResolve(resolve) }),
    ...(returnCopy === undefined ? {} : { returnCopy: true }),
    ...(isData === undefined ? {} : { isData }),
  };
}

function compileResolve({ path, btfType, btfPath, ...rest }: ResolveSpec): ResolvePlan {
  return {
    ...{ path: path.value, btfType: btfType?.value ?? '', ...rest },
    ...(btfPath === undefined ? {} : { btfPath: btfPath.value }),
  };
}

function compileSelector(spec: SelectorSpec, matchesUnknown: boolean): SelectorPlan {
  const { matchWorkloads } = spec;
  const actions = spec.actions.map((action) => action.value);
  return {
    ...compileMatches(spec.matchArgs),
    matchBinaries: spec.matchBinaries.map(compileBinaryMatch),
    matchParentBinaries: spec.matchParentBinaries.map(compileBinaryMatch),
    matchPids: spec.matchPids,
    ...(matchWorkloads && { matchWorkloads: completeScope(matchWorkloads, matchesUnknown) }),
    matchNamespaces: spec.matchNamespaces,
    matchCapabilities: spec.matchCapabilities,
    matchNamespaceChanges: spec.matchNamespaceChanges,
    matchCapabilityChanges: spec.matchCapabilityChanges,
    actions: actions.length === 0 ? POST : actions,
    ...compileReturn(spec),
    ...(spec.label === '' ? {} : { label: spec.label }),
  };
}

function compileReturn(
  spec: SelectorSpec,
): Pick<SelectorPlan, 'matchReturnArgs' | 'returnActions'> {
  const { matchArgs: matchReturnArgs } = compileMatches(spec.matchReturnArgs);
  const returnActions = spec.returnActions.map((action) => action.value);
  return {
    ...(matchReturnArgs.length === 0 ? {} : { matchReturnArgs }),
    ...(returnActions.length === 0 ? {} : { returnActions }),
  };
}

function compileBinaryMatch({ values, ...rest }: BinaryMatchSpec): BinaryMatch {
  return { ...rest, values: unique(values.map(({ value }) => value)) };
}

/** One alternative is no choice; several expressions have to hold together. */
function compileMatches(
  specs: readonly ArgumentMatchSpec[],
): Pick<SelectorPlan, 'matchArgs' | 'alternatives'> {
  const expressions = specs.filter((spec) => spec.kind === 'expression');
  const matchArgs = specs.filter((spec) => spec.kind !== 'expression').map(compileArgumentMatch);
  const alternatives = expressions.reduce<readonly (readonly ArgumentMatch[])[]>(
    (all, spec) => all.flatMap((one) => spec.alternatives.map((other) => [...one, ...other])),
    [[]],
  );
  const [only, second] = alternatives;
  if (second === undefined) return { matchArgs: [...matchArgs, ...(only ?? [])] };
  return { matchArgs, alternatives };
}

function compileArgumentMatch(
  spec: Exclude<ArgumentMatchSpec, { kind: 'expression' }>,
): ArgumentMatch {
  if (spec.kind === 'text') {
    const { kind, argument, operator } = spec;
    return { kind, argument, operator, values: unique(spec.values.map(({ value }) => value)) };
  }
  if (spec.kind === 'gained') return spec;
  if (spec.kind === 'address') {
    const { kind, argument, end, operator } = spec;
    return { kind, argument, end, operator, prefixes: spec.values.map(({ value }) => value) };
  }
  const { argument, type } = spec;
  const part = spec.part === undefined ? {} : { part: spec.part };
  if (spec.kind === 'range') {
    const { kind, operator } = spec;
    const ranges = spec.values.map(({ value }) => value);
    return { kind, argument, ...part, operator, isSigned: widthOf(type).isSigned, ranges };
  }
  const { kind, operator } = spec;
  const values = spec.values.map(({ value }) => lowerNumber(value, { type, operator }));
  return { kind, argument, ...part, operator, values: unique(values) };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
