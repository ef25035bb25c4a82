/** Conditions: what one selector asks of one subject, in the terms of the kernel's structures. */
import { assertNever } from '../../model/errors.ts';
import type {
  ArgumentMatch,
  BinaryMatch,
  CapabilityMatch,
  NamespaceMatch,
  PidMatch,
  SelectorPlan,
  TextOperator,
} from '../../model/plan.ts';
import { FACT } from '../records/index.ts';
import type { HostNamespaces } from './host-namespaces.ts';
import { coverRange } from './range-cover.ts';

export type DimensionKind =
  | 'indexed'
  /** Keys are paths; rows are by the lineage ids that they get. */
  | 'lineage'
  | 'number'
  | 'range'
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
  /** Position among the arguments that the hook reads. */
  | { readonly kind: 'argument'; readonly argument: number };

/** One condition of one selector, ready to be entered into a dimension. */
export interface Condition {
  readonly kind: DimensionKind;
  readonly subject: Subject;
  readonly isSigned: boolean;
  readonly isNegated: boolean;
  readonly keys: readonly RowKey[];
}

const NAMESPACE_FACTS: Readonly<Record<NamespaceMatch['namespace'], number>> = {
  uts: FACT.NAMESPACE_UTS,
  ipc: FACT.NAMESPACE_IPC,
  mnt: FACT.NAMESPACE_MNT,
  pid: FACT.NAMESPACE_PID_NS,
  pidForChildren: FACT.NAMESPACE_PID_FOR_CHILDREN,
  net: FACT.NAMESPACE_NET,
  time: FACT.NAMESPACE_TIME,
  timeForChildren: FACT.NAMESPACE_TIME_FOR_CHILDREN,
  cgroup: FACT.NAMESPACE_CGROUP,
  user: FACT.NAMESPACE_USER,
};

const CAPABILITY_FACTS: Readonly<Record<CapabilityMatch['set'], number>> = {
  effective: FACT.CAP_EFFECTIVE,
  permitted: FACT.CAP_PERMITTED,
  inheritable: FACT.CAP_INHERITABLE,
};

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
  SubStringIgnCase: { kind: 'substring_folded', isNegated: false },
};

/** Conditions of a selector; `positions` are those of its policy's arguments among the hook's. */
export function conditionsOf(
  selector: SelectorPlan,
  positions: readonly number[],
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
    ...selector.matchCapabilities.map(({ set, operator, mask }) =>
      ofFact('mask', CAPABILITY_FACTS[set], { operator, keys: bitsOf([mask]) }),
    ),
    ...selector.matchArgs.map((match) => argumentCondition(match, positions[match.argument] ?? 0)),
  ];
}

/** UTF-8 bytes of a text, one character per byte, so that equal bytes are equal keys. */
export function toBytesKey(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
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

function pidCondition({ operator, isNamespacePid, values }: PidMatch): Condition {
  const fact = isNamespacePid ? FACT.NAMESPACE_PID : FACT.PID;
  return ofFact('number', fact, { operator, keys: values.map(BigInt) });
}

function ofFact(
  kind: DimensionKind,
  fact: number,
  { operator, keys }: { readonly operator: 'In' | 'NotIn'; readonly keys: readonly RowKey[] },
): Condition {
  const subject: Subject = { kind: 'fact', fact };
  return { kind, subject, isSigned: false, isNegated: operator === 'NotIn', keys };
}

function argumentCondition(match: ArgumentMatch, argument: number): Condition {
  const subject: Subject = { kind: 'argument', argument };
  switch (match.kind) {
    case 'number': {
      const { operator, values } = match;
      const isMask = operator === 'Mask';
      const keys = isMask ? bitsOf(values) : values.map((value) => BigInt.asUintN(64, value));
      const isNegated = operator === 'NotEqual';
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
    default:
      return assertNever(match);
  }
}

function textKeyOf(kind: DimensionKind): (text: string) => string {
  if (kind === 'postfix') return (text) => [...text].reverse().join('');
  if (kind === 'substring_folded') return foldCase;
  return (text) => text;
}

/** Letters of ASCII only: the kernel folds bytes, not characters. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function bitsOf(masks: readonly bigint[]): readonly bigint[] {
  const union = masks.reduce((all, mask) => all | BigInt.asUintN(64, mask), 0n);
  const bits: bigint[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if ((union >> bit) & 1n) bits.push(bit);
  }
  return bits;
}
