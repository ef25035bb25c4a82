/** Conditions: what one selector asks of one subject, in the terms of the kernel's structures. */
import { assertNever } from '../../model/errors.ts';
import type { NumberPair, PairMatch } from '../../model/number-pair.ts';
import type {
  ArgumentMatch,
  ArgumentPart,
  BinaryMatch,
  CapabilityChangeMatch,
  CapabilityMatch,
  NamespaceChangeMatch,
  PidMatch,
  SelectorPlan,
  TextOperator,
} from '../../model/plan.ts';
import { FACT } from '../records/index.ts';
import type { HostNamespaces } from './host-namespaces.ts';
import {
  ALL_CAPABILITIES,
  CAPABILITY_CHANGE_FACTS,
  CAPABILITY_FACTS,
  type CapabilityFacts,
  NAMESPACE_FACTS,
} from './process-facts.ts';
import { coverRange, rangeKey } from './range-cover.ts';
import { textKeyOf, toBytesKey } from './text-keys.ts';

export type DimensionKind =
  | 'indexed'
  /** Keys are numbers of scopes. */
  | 'scope'
  /** Keys are paths; rows are by the lineage ids that they get. */
  | 'lineage'
  | 'number'
  | 'range'
  /** Keys are `bits/address`. */
  | 'address'
  | 'mask'
  | 'text'
  | 'prefix'
  | 'postfix'
  | 'substring'
  | 'substring_folded';

/**
 * Keys of rows: the value for numbers, the bit for masks, `bits/value` for ranges, the bytes as
 * latin1 for texts and paths; those of postfixes are reversed.
 */
export type RowKey = bigint | string;

/** What a condition looks at. */
export type Subject =
  /** `fact`: a value of FACT. */
  | { readonly kind: 'fact'; readonly fact: number }
  /** Position among the arguments that the hook reads; its value or text without a part. */
  | {
      readonly kind: 'argument';
      readonly argument: number;
      readonly part?: Part;
      /** It is there only when the call returns. */
      readonly isLate?: true;
    }
  /** Bits that `after` has and `argument` does not. */
  | { readonly kind: 'gained'; readonly argument: number; readonly after: number }
  | ({ readonly kind: 'pair' } & NumberPair);

/** A part of an argument, compared instead of the whole. */
export type Part = ArgumentPart | 'source' | 'destination';

/** One condition of one selector, ready to be entered into a dimension. */
export interface Condition {
  readonly kind: DimensionKind;
  readonly subject: Subject;
  readonly isSigned: boolean;
  readonly isNegated: boolean;
  readonly keys: readonly RowKey[];
}

/** What is known of the executable of one process. */
interface BinaryFacts {
  readonly id: number;
  readonly path: number;
  readonly lineage: number;
}

const OWN_FACTS: BinaryFacts = {
  id: FACT.BINARY,
  path: FACT.BINARY_PATH,
  lineage: FACT.LINEAGE,
};

const PARENT_FACTS: BinaryFacts = {
  id: FACT.PARENT_BINARY,
  path: FACT.PARENT_BINARY_PATH,
  lineage: FACT.PARENT_LINEAGE,
};

interface TextForm {
  readonly kind: DimensionKind;
  readonly isNegated: boolean;
}

const TEXT_FORMS: Readonly<Record<TextOperator, TextForm>> = {
  Equal: { kind: 'text', isNegated: false },
  NotEqual: { kind: 'text', isNegated: true },
  Prefix: { kind: 'prefix', isNegated: false },
  NotPrefix: { kind: 'prefix', isNegated: true },
  Postfix: { kind: 'postfix', isNegated: false },
  NotPostfix: { kind: 'postfix', isNegated: true },
  SubString: { kind: 'substring', isNegated: false },
  NotSubString: { kind: 'substring', isNegated: true },
  SubStringIgnCase: { kind: 'substring_folded', isNegated: false },
};

/** Where the values of a policy are among the arguments that its hook reads. */
interface ArgumentPlaces {
  readonly arguments: readonly number[];
  /** What the function returned. */
  readonly result: number | undefined;
}

/** Conditions of a selector. */
export function conditionsOf(
  selector: SelectorPlan,
  places: ArgumentPlaces,
  hostNamespace: HostNamespaces,
): readonly Condition[] {
  return [
    ...selector.matchBinaries.map((match) => binaryCondition(match, OWN_FACTS)),
    ...selector.matchParentBinaries.map((match) => binaryCondition(match, PARENT_FACTS)),
    ...selector.matchPids.map(pidCondition),
    ...selector.matchNamespaces.map(({ namespace, operator, values }) => {
      const keys = values.map((value) =>
        BigInt(value === 'host' ? hostNamespace(namespace) : value),
      );
      return ofFact('number', NAMESPACE_FACTS[namespace], { operator, keys });
    }),
    ...selector.matchCapabilities.flatMap((match) => [
      capabilityCondition(match, CAPABILITY_FACTS),
      ...userNamespaceCondition(match, hostNamespace),
    ]),
    ...selector.matchNamespaceChanges.map(namespaceChangeCondition),
    ...selector.matchCapabilityChanges.flatMap((match) => [
      ...capabilityChangeConditions(match),
      ...userNamespaceCondition(match, hostNamespace),
    ]),
    ...selector.matchArgs.map((match) => argumentCondition(match, places.arguments)),
    ...(selector.matchReturnArgs ?? []).map((match) =>
      late(argumentCondition(match, [places.result ?? 0])),
    ),
  ];
}

function late(condition: Condition): Condition {
  const { subject } = condition;
  if (subject.kind !== 'argument') return condition;
  return { ...condition, subject: { ...subject, isLate: true } };
}

function binaryCondition(
  { operator, followChildren, values }: BinaryMatch,
  facts: BinaryFacts,
): Condition {
  const keys = values.map(toBytesKey);
  const isNegated = operator.startsWith('Not');
  const shared = { isSigned: false, isNegated };
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const kind = followChildren ? 'lineage' : 'indexed';
      const fact = followChildren ? facts.lineage : facts.id;
      return { ...shared, kind, subject: { kind: 'fact', fact }, keys };
    }
    default: {
      const kind = operator.endsWith('Prefix') ? 'prefix' : 'postfix';
      const subject: Subject = { kind: 'fact', fact: facts.path };
      return { ...shared, kind, subject, keys: keys.map(textKeyOf(kind)) };
    }
  }
}

function pidCondition({ operator, isNamespacePid, followForks, values }: PidMatch): Condition {
  const own = isNamespacePid ? FACT.NAMESPACE_PID : FACT.PID;
  const inherited = isNamespacePid ? FACT.NAMESPACE_PID_LINEAGE : FACT.PID_LINEAGE;
  const fact = followForks ? inherited : own;
  return ofFact('number', fact, { operator, keys: values.map(BigInt) });
}

function capabilityCondition(
  { set, operator, mask }: CapabilityMatch,
  facts: CapabilityFacts,
): Condition {
  return ofFact('mask', facts[set], { operator, keys: bitsOf([mask]) });
}

function userNamespaceCondition(
  { isNamespaceCapability }: CapabilityMatch,
  hostNamespace: HostNamespaces,
): readonly Condition[] {
  if (!isNamespaceCapability) return [];
  const keys = [BigInt(hostNamespace('user'))];
  return [ofFact('number', FACT.NAMESPACE_USER, { operator: 'NotIn', keys })];
}

function namespaceChangeCondition({ namespaces }: NamespaceChangeMatch): Condition {
  const keys = namespaces.map((name) => BigInt(NAMESPACE_FACTS[name] - FACT.NAMESPACE_UTS));
  return ofFact('mask', FACT.NAMESPACE_CHANGES, { operator: 'In', keys });
}

function capabilityChangeConditions(match: CapabilityChangeMatch): readonly Condition[] {
  const listed = capabilityCondition(match, CAPABILITY_CHANGE_FACTS);
  if (match.operator === 'In') return [listed];
  const others = { ...match, operator: 'In', mask: ALL_CAPABILITIES & ~match.mask } as const;
  return [listed, capabilityCondition(others, CAPABILITY_CHANGE_FACTS)];
}

function ofFact(
  kind: DimensionKind,
  fact: number,
  { operator, keys }: { readonly operator: 'In' | 'NotIn'; readonly keys: readonly RowKey[] },
): Condition {
  const subject: Subject = { kind: 'fact', fact };
  return { kind, subject, isSigned: false, isNegated: operator === 'NotIn', keys };
}

function argumentCondition(match: ArgumentMatch, positions: readonly number[]): Condition {
  const argument = positions[match.argument] ?? 0;
  if (match.kind === 'gained') {
    const subject: Subject = { kind: 'gained', argument, after: positions[match.after] ?? 0 };
    return { kind: 'number', subject, isSigned: false, isNegated: true, keys: [0n] };
  }
  if (match.kind === 'pair') return pairCondition(match, argument, positions);
  const subject = subjectOf(match, argument);
  switch (match.kind) {
    case 'number': {
      const { operator, values } = match;
      const isMask = operator === 'Mask' || operator === 'NotMask';
      const keys = isMask ? bitsOf(values) : values.map((value) => BigInt.asUintN(64, value));
      const isNegated = operator.startsWith('Not');
      return { kind: isMask ? 'mask' : 'number', subject, isSigned: false, isNegated, keys };
    }
    case 'range': {
      const { isSigned, operator } = match;
      const keys = match.ranges.flatMap((range) => coverRange(range, isSigned));
      return { kind: 'range', subject, isSigned, isNegated: operator === 'NotInRange', keys };
    }
    case 'text': {
      const { kind, isNegated } = TEXT_FORMS[match.operator];
      const keys = match.values.map(toBytesKey).map(textKeyOf(kind));
      return { kind, subject, isSigned: false, isNegated, keys };
    }
    case 'address': {
      const keys = match.prefixes.map(({ bits, address }) => rangeKey(bits, address));
      const isNegated = match.operator === 'NotIn';
      return { kind: 'address', subject, isSigned: false, isNegated, keys };
    }
    default:
      return assertNever(match);
  }
}

function pairCondition(
  { operator, values, other, ...pair }: PairMatch,
  argument: number,
  positions: readonly number[],
): Condition {
  const subject: Subject = { ...pair, argument, other: positions[other] ?? 0 };
  const isSigned = pair.relation === 'order' && pair.isSigned;
  return { kind: 'number', subject, isSigned, isNegated: operator === 'NotEqual', keys: values };
}

type PartMatch = Exclude<ArgumentMatch, { kind: 'gained' | 'pair' }>;

function subjectOf(match: PartMatch, argument: number): Subject {
  const whole: Subject = { kind: 'argument', argument };
  if (match.kind === 'text') return whole;
  const part = match.kind === 'address' ? match.end : match.part;
  return part === undefined ? whole : { ...whole, part };
}

function bitsOf(masks: readonly bigint[]): readonly bigint[] {
  const union = masks.reduce((all, mask) => all | BigInt.asUintN(64, mask), 0n);
  const bits: bigint[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if ((union >> bit) & 1n) bits.push(bit);
  }
  return bits;
}
