/**
 * Joins the plans of all policies on one hook into one generation: which arguments to read once,
 * the selectors numbered, and the rows of every dimension.
 */

import { isDeepStrictEqual } from 'node:util';
import { type ArgumentType, isReadEarly } from '../../model/argument-types.ts';
import { InvariantError } from '../../model/errors.ts';
import type {
  ArgumentPlan,
  Decision,
  HookPlan,
  ResolvePlan,
  SelectorPlan,
} from '../../model/plan.ts';
import type { PolicyScope } from '../../model/scope.ts';
import { DIMENSIONS_MAX, FACT, HOOK_ARGUMENTS_MAX, SELECTORS_MAX } from '../records/index.ts';
import { type Condition, conditionsOf } from './condition.ts';
import { type DecisionBits, DecisionRegistry } from './decision-registry.ts';
import { type Dimension, enterCondition, orderDimensions } from './dimension.ts';
import { SensorError } from './errors.ts';
import { type HostNamespaces, hostNamespace } from './host-namespaces.ts';
import { type ReturnEffect, returnEffectOf } from './return-effect.ts';
import type { ScopeNumbers } from './scope-registry.ts';
import { type BitOf, effectOf, type SelectorEffect } from './selector-effect.ts';

const WORD_BITS = 64;

/** One entry of a policy on the hook. Two entries of one policy are two members. */
export interface HookMember {
  readonly policyName: string;
  readonly plan: HookPlan;
  /** Of its policy. */
  readonly scope?: PolicyScope | undefined;
}

/** An argument the hook reads, shared by all policies that want it in this form. */
export interface JoinedArgument {
  readonly index: number;
  readonly type: ArgumentType;
  /** char_buf, char_iovec: position of the parameter that holds the length. */
  readonly sizeIndex: number | undefined;
  readonly maxData?: true | undefined;
  readonly resolve: ResolvePlan | undefined;
  /** Read when the call returns: what it filled, or what it returned. */
  readonly atReturn?: 'argument' | 'result' | undefined;
}

/** A selector as the kernel numbers it. */
export interface JoinedSelector extends SelectorEffect {
  readonly number: number;
  readonly member: HookMember;
  /** What happens when the call returns; undefined when nobody waits for that. */
  readonly onReturn: ReturnEffect | undefined;
  /** Position of the selector in its policy's entry. */
  readonly place: number;
}

/** Everything the kernel is told about one hook, before it is encoded. */
export interface JoinedPlans {
  readonly arguments: readonly JoinedArgument[];
  readonly selectors: readonly JoinedSelector[];
  readonly dimensions: readonly Dimension[];
  readonly hasOverride: boolean;
  /** Some selector carries out what was decided before in the same call. */
  readonly hasEnforcer: boolean;
  /** Some argument is a register. */
  readonly readsRegisters: boolean;
  /** Some selector waits for the call to return. */
  readonly hasReturns: boolean;
  /** Indexes of the parameters that some selector overwrites. */
  readonly variables: readonly number[];
  /** Index of the parameter whose socket says what process events name. */
  readonly ownedSocket: number | undefined;
  /** Position in `arguments` of each argument of a member, in the member's order. */
  argumentPositions(member: HookMember): readonly number[];
  /** Position in `arguments` of what the function returned, if the member wants to know. */
  resultPosition(member: HookMember): number | undefined;
}

/** Numbers that are the same on all hooks. */
export interface SharedNumbers {
  readonly decisions: DecisionBits;
  readonly scopes?: ScopeNumbers | undefined;
}

/** Throws SensorError ENGINE_HOOK_FULL when the members together exceed a limit of the hook. */
export function joinPlans(
  members: readonly HookMember[],
  namespaces: HostNamespaces = hostNamespace,
  { decisions, scopes }: SharedNumbers = { decisions: new DecisionRegistry() },
): JoinedPlans {
  const joined = joinArguments(members);
  const positions = new Map(members.map((member) => [member, positionsOf(member, joined)]));
  const results = new Map(members.map((member) => [member, resultPositionOf(member, joined)]));
  checkLimit('arguments', joined.length, HOOK_ARGUMENTS_MAX);

  const selectors: JoinedSelector[] = [];
  const dimensions: Dimension[] = [];
  let next = 0;
  for (const member of members) {
    const alternatives = member.plan.selectors.flatMap(alternativesOf);
    checkLimit('selectors of one policy', alternatives.length, WORD_BITS);
    next = placeInWord(next, alternatives.length);
    const within = scopeConditions(member.scope, scopes);
    for (const { place, selector } of alternatives) {
      const number = next++;
      const bitOf = (decision: Decision): bigint => decisions.bitOf(member.policyName, decision);
      const places = { arguments: positions.get(member) ?? [], result: results.get(member) };
      const conditions = conditionsOf(selector, places, namespaces);
      const own = scopeConditions(selector.matchWorkloads, scopes);
      const all = [...within, ...own, ...conditions, ...decisionConditions(selector, bitOf)];
      for (const condition of all) enterCondition(dimensions, condition, number);
      const onReturn = member.plan.result && returnEffectOf(selector, member.plan.returnTracking);
      selectors.push({ number, member, place, ...effectOf(selector, bitOf), onReturn });
    }
  }
  checkLimit('selectors', next, SELECTORS_MAX);
  checkLimit('dimensions', dimensions.length, DIMENSIONS_MAX);

  return {
    arguments: joined,
    selectors,
    dimensions: orderDimensions(dimensions),
    hasOverride: selectors.some((selector) => selector.overrideError !== 0),
    readsRegisters: joined.some(({ resolve }) => resolve?.register !== undefined),
    hasEnforcer: members.some(({ plan }) => plan.selectors.some((one) => one.decision)),
    hasReturns: selectors.some(({ onReturn }) => onReturn !== undefined),
    variables: [...new Set(selectors.flatMap(({ variable }) => variable?.index ?? []))],
    ownedSocket: members.find(({ plan }) => plan.ownedSocket !== undefined)?.plan.ownedSocket,
    argumentPositions: (member) => positions.get(member) ?? [],
    resultPosition: (member) => results.get(member),
  };
}

interface Alternative {
  /** Of the selector in its policy's entry. */
  readonly place: number;
  readonly selector: SelectorPlan;
}

/**
 * A selector that holds when one of several sets of conditions does is as many selectors for the
 * kernel. Only the first that holds acts, so together they count as one.
 */
function alternativesOf(selector: SelectorPlan, place: number): readonly Alternative[] {
  const { matchArgs, alternatives = [[]] } = selector;
  return alternatives.map((conditions) => ({
    place,
    selector: { ...selector, matchArgs: [...matchArgs, ...conditions] },
  }));
}

/** The kernel looks for the first match of a policy word by word, so a policy must not span two. */
function placeInWord(next: number, count: number): number {
  const left = WORD_BITS - (next % WORD_BITS);
  return count <= left ? next : next + left;
}

/**
 * Every argument once, numbers first: texts are read only for runs that numbers let pass. What is
 * read at the return is last.
 */
function joinArguments(members: readonly HookMember[]): readonly JoinedArgument[] {
  const joined: JoinedArgument[] = [];
  for (const argument of members.flatMap(({ plan }) => wantedBy(plan))) {
    if (!joined.some((known) => isSame(known, argument))) joined.push(argument);
  }
  const rank = ({ type, atReturn }: JoinedArgument): number =>
    atReturn === undefined ? Number(!isReadEarly(type)) : 2;
  return joined.toSorted((a, b) => rank(a) - rank(b));
}

function wantedBy({ arguments: args, result }: HookPlan): readonly JoinedArgument[] {
  return [...args.map(asJoined), ...(result === undefined ? [] : [asResult(result)])];
}

function asJoined(argument: ArgumentPlan): JoinedArgument {
  const { index, type, sizeIndex, maxData, resolve, returnCopy } = argument;
  const atReturn = returnCopy === true ? 'argument' : undefined;
  return { index, type, sizeIndex, maxData, resolve, atReturn };
}

/** What is returned has no place among the parameters. */
function asResult({ type, sizeIndex, maxData, resolve }: ArgumentPlan): JoinedArgument {
  return { index: 0, type, sizeIndex, maxData, resolve, atReturn: 'result' };
}

/** Whether one reading will do for both: all that is said about it is the same. */
function isSame(known: JoinedArgument, other: JoinedArgument): boolean {
  return isDeepStrictEqual(known, other);
}

function positionsOf(member: HookMember, joined: readonly JoinedArgument[]): readonly number[] {
  return member.plan.arguments.map((argument) =>
    joined.findIndex((known) => isSame(known, asJoined(argument))),
  );
}

function resultPositionOf(
  { plan: { result } }: HookMember,
  joined: readonly JoinedArgument[],
): number | undefined {
  return result && joined.findIndex((known) => isSame(known, asResult(result)));
}

/** Of the policy, and of its selectors. */
export function scopesOf({ scope, plan }: HookMember): readonly PolicyScope[] {
  return [scope, ...plan.selectors.map(({ matchWorkloads }) => matchWorkloads)].filter(
    (one) => one !== undefined,
  );
}

/** What has a scope is about the workloads in it; nothing else may ever be. */
function scopeConditions(scope?: PolicyScope, scopes?: ScopeNumbers): readonly Condition[] {
  if (scope === undefined) return [];
  if (scopes === undefined) throw new InvariantError('a policy with a scope has nobody to tell it');
  const subject = { kind: 'fact', fact: FACT.SCOPES } as const;
  const keys = [BigInt(scopes.numberOf(scope))];
  return [{ kind: 'scope', subject, isSigned: false, isNegated: false, keys }];
}

/** An enforcer acts for the decision that was made. */
function decisionConditions({ decision }: SelectorPlan, bitOf: BitOf): readonly Condition[] {
  if (decision === undefined) return [];
  const keys = [BigInt(bitOf(decision).toString(2).length - 1)];
  const subject = { kind: 'fact', fact: FACT.DECISIONS } as const;
  return [{ kind: 'mask', subject, isSigned: false, isNegated: false, keys }];
}

function checkLimit(what: string, found: number, limit: number): void {
  if (found <= limit) return;
  throw new SensorError(
    'ENGINE_HOOK_FULL',
    `the policies on this hook need ${found} ${what}, the limit is ${limit}`,
  );
}
