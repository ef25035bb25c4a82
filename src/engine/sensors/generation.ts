/**
 * Encodes one generation of a hook: joined plans become the frozen config and rows of a program.
 */
import { isReadEarly } from '../../model/argument-types.ts';
import {
  DIMENSION_FLAG,
  DIMENSION_KIND,
  encodeDimensionConfig,
  encodeHookConfig,
  encodeSelectorRow,
  HOOK_FLAG,
  SAME_POLICY_STEPS,
  STRUCT_SIZES,
} from '../records/index.ts';
import type { BinaryIds } from './binary-registry.ts';
import type { DimensionKind } from './condition.ts';
import { describeSubject } from './describe-subject.ts';
import { type Dimension, isOnText, stageOf } from './dimension.ts';
import { type ArgumentContext, encodeArgument } from './encode-argument.ts';
import type { Row } from './encode-rows.ts';
import { hashesFile } from './file-hash.ts';
import {
  type ArrayMapName,
  buildTables,
  encodeAllRows,
  encodeArrays,
  type Tables,
} from './generation-tables.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';
import { biasOf } from './range-cover.ts';
import { encodeRateRows } from './rate-rows.ts';
import { type SelectorSet, setOf, toWords } from './selector-set.ts';
import { encodeTracking, tracksSockets } from './tracked-sockets.ts';

const DIMENSION_KINDS: Readonly<Record<DimensionKind, number>> = {
  indexed: DIMENSION_KIND.INDEXED,
  scope: DIMENSION_KIND.MASK,
  number: DIMENSION_KIND.NUMBER,
  range: DIMENSION_KIND.RANGE,
  address: DIMENSION_KIND.ADDRESS,
  mask: DIMENSION_KIND.MASK,
  lineage: DIMENSION_KIND.MASK,
  text: DIMENSION_KIND.TEXT,
  prefix: DIMENSION_KIND.PREFIX,
  postfix: DIMENSION_KIND.POSTFIX,
  substring: DIMENSION_KIND.SUBSTRING,
  substring_folded: DIMENSION_KIND.SUBSTRING,
};

const PARAMETERS: ArgumentContext = { slotOf: (index) => index, accessOf: () => undefined };

const NO_SELECTOR: Uint8Array = new Uint8Array(STRUCT_SIZES.SELECTOR_ROW);

/** Bytes for the variables of the object's .rodata, and the rows of its maps. */
export interface EncodedGeneration {
  readonly config: Uint8Array;
  readonly dimensions: readonly Uint8Array[];
  readonly selectors: readonly Uint8Array[];
  readonly rates: readonly Uint8Array[];
  readonly byteClasses: Uint8Array;
  readonly rows: readonly Row[];
  /** Values of array maps, by position. */
  readonly arrays: Readonly<Record<ArrayMapName, readonly Uint8Array[]>>;
}

export interface GenerationIdentity {
  readonly hookId: number;
  readonly generation: number;
  /** HOOK_FLAG bits. */
  readonly flags: number;
  /** Number of a system call at whose end all of them meet; 0 elsewhere. */
  readonly returnSlot?: number;
  /** Where the program finds arguments; parameters by their index when not given. */
  readonly argumentContext?: ArgumentContext;
}

/** `binaries` turns paths into ids the kernel knows. */
export function encodeGeneration(
  joined: JoinedPlans,
  identity: GenerationIdentity,
  binaries: BinaryIds,
): EncodedGeneration {
  const { dimensions, selectors } = joined;
  const tables = buildTables(dimensions, binaries);
  const rows = encodeAllRows(dimensions, tables, binaries);
  const all = setOf(selectors.map(({ number }) => number));
  return {
    config: encodeHookConfig({
      ...identity,
      flags: identity.flags | flagsOf(selectors) | (joined.hasReturns ? HOOK_FLAG.RETURNS : 0),
      returnSlot: identity.returnSlot ?? 0,
      ownedSocket: (joined.ownedSocket ?? -1) + 1,
      ...countsOf(joined),
      textClasses: textClassesOf(rows),
      classCount: tables.automaton.classCount,
      arguments: joined.arguments.map((argument) =>
        encodeArgument(argument, identity.argumentContext ?? PARAMETERS),
      ),
      all: { words: toWords(all) },
      posting: wordsWhere(selectors, ({ isPosted }) => isPosted),
      signalling: wordsWhere(selectors, ({ signal }) => signal !== 0),
      overriding: wordsWhere(selectors, ({ overrideError }) => overrideError !== 0),
      limited: wordsWhere(selectors, ({ rateLimit }) => rateLimit !== undefined),
      isLimited: selectors.some(({ rateLimit }) => rateLimit !== undefined) ? 1 : 0,
      deciding: wordsWhere(selectors, decides),
      setting: wordsWhere(selectors, sets),
      returning: wordsWhere(selectors, ({ onReturn }) => onReturn !== undefined),
      returnPosting: wordsWhere(selectors, ({ onReturn }) => onReturn?.isPosted === true),
      returnSignalling: wordsWhere(selectors, ({ onReturn }) => (onReturn?.signal ?? 0) !== 0),
      treeKilling: wordsWhere(selectors, ({ killsTree }) => killsTree),
      returnTreeKilling: wordsWhere(selectors, ({ onReturn }) => onReturn?.killsTree === true),
      kernelStack: wordsWhere(selectors, wantsKernelStack),
      userStack: wordsWhere(selectors, wantsUserStack),
      fileHash: wordsWhere(selectors, hashesFile),
      samePolicy: Array.from({ length: SAME_POLICY_STEPS }, (_, step) =>
        samePolicy(selectors, 2 ** step),
      ),
    }),
    dimensions: dimensions.map((dimension, number) =>
      encodeDimensionConfig({
        ...describe(dimension, tables),
        number,
        flags: isRequired(dimension, all) ? DIMENSION_FLAG.REQUIRED : 0,
        negated: { words: toWords(dimension.negated) },
        unconstrained: { words: toWords(all & ~dimension.constrained) },
      }),
    ),
    selectors: encodeSelectors(selectors),
    rates: encodeRateRows(joined),
    byteClasses: Buffer.concat(tables.automaton.classes),
    rows,
    arrays: encodeArrays(tables),
  };
}

/** Whether every selector wants the value to be found. */
function isRequired({ constrained, negated }: Dimension, all: SelectorSet): boolean {
  return (all & ~constrained) === 0n && negated === 0n;
}

function decides({ raised, dropped }: JoinedSelector): boolean {
  return (raised | dropped) !== 0n;
}

function sets({ variable }: JoinedSelector): boolean {
  return variable !== undefined;
}

function wantsKernelStack({ stacks }: JoinedSelector): boolean {
  return stacks?.kernel === true;
}

function wantsUserStack({ stacks }: JoinedSelector): boolean {
  return stacks?.user === true;
}

/** What some selector asks for. */
function flagsOf(selectors: readonly JoinedSelector[]): number {
  return (
    (selectors.some(decides) ? HOOK_FLAG.DECIDES : 0) |
    (selectors.some(tracksSockets) ? HOOK_FLAG.TRACKS : 0) |
    (selectors.some(sets) ? HOOK_FLAG.SETS : 0) |
    (selectors.some(wantsKernelStack) ? HOOK_FLAG.KERNEL_STACK : 0) |
    (selectors.some(wantsUserStack) ? HOOK_FLAG.USER_STACK : 0) |
    (selectors.some(hashesFile) ? HOOK_FLAG.HASHES : 0)
  );
}

function countsOf({ arguments: args, dimensions, selectors }: JoinedPlans): {
  readonly wordCount: number;
  readonly argumentCount: number;
  readonly numberCount: number;
  readonly entryCount: number;
  readonly dimensionCount: number;
  readonly factEnd: number;
  readonly numberEnd: number;
  readonly entryEnd: number;
} {
  const stages = dimensions.map(stageOf);
  const early = args.filter(({ atReturn }) => atReturn === undefined);
  return {
    wordCount: Math.ceil(endOf(selectors) / 64),
    argumentCount: args.length,
    numberCount: early.filter(({ type }) => isReadEarly(type)).length,
    entryCount: early.length,
    dimensionCount: dimensions.length,
    factEnd: stages.filter((stage) => stage === 'fact').length,
    numberEnd: stages.filter((stage) => stage === 'fact' || stage === 'number').length,
    entryEnd: stages.filter((stage) => stage !== 'return').length,
  };
}

/** What only some kinds of dimensions have. */
function describe(
  dimension: Dimension,
  { indexed, index, substrings, automaton, prefixes }: Tables,
): Omit<
  Parameters<typeof encodeDimensionConfig>[0],
  'number' | 'flags' | 'negated' | 'unconstrained'
> {
  const { kind, subject } = dimension;
  const part = index.parts[indexed.indexOf(dimension)];
  const place = describeSubject(subject, isOnText(dimension));
  return {
    ...place,
    kind: DIMENSION_KINDS[kind],
    classes: kind === 'substring_folded' ? 1 : 0,
    maskBits: part === undefined ? maskBitsOf(dimension) : BigInt(part.length),
    bias: biasOf(dimension.isSigned),
    start: part?.start ?? automaton.starts[substrings.indexOf(dimension)] ?? place.start,
    lengths: prefixes.get(dimension)?.root ?? 0,
  };
}

/** Numbers that no selector has, because a policy stays within one word, get an empty row. */
function encodeSelectors(selectors: readonly JoinedSelector[]): readonly Uint8Array[] {
  const rows = Array.from({ length: endOf(selectors) }, () => NO_SELECTOR);
  for (const selector of selectors) {
    const { number, signal, overrideError, raised, dropped, variable, onReturn } = selector;
    rows[number] = encodeSelectorRow({
      ...{ signal, overrideError, raised, dropped },
      returnSignal: onReturn?.signal ?? 0,
      variable: (variable?.index ?? -1) + 1,
      variableValue: variable?.value ?? 0,
      ...encodeTracking(selector),
    });
  }
  return rows;
}

function endOf(selectors: readonly JoinedSelector[]): number {
  return (selectors.at(-1)?.number ?? 0) + 1;
}

function wordsWhere(
  selectors: readonly JoinedSelector[],
  predicate: (selector: JoinedSelector) => boolean,
): { readonly words: readonly bigint[] } {
  return { words: toWords(setOf(selectors.filter(predicate).map(({ number }) => number))) };
}

/** Selectors whose policy also has the selector `distance` before them. */
function samePolicy(
  selectors: readonly JoinedSelector[],
  distance: number,
): { readonly words: readonly bigint[] } {
  const owners = new Map(selectors.map(({ number, member }) => [number, member]));
  return wordsWhere(selectors, ({ number, member }) => owners.get(number - distance) === member);
}

function textClassesOf(rows: readonly Row[]): number {
  const classes: readonly Row['map'][] = [
    'text_rows_tiny',
    'text_rows_small',
    'text_rows_medium',
    'text_rows_large',
  ];
  return classes.reduce(
    (bits, map, bit) => bits | (rows.some((row) => row.map === map) ? 1 << bit : 0),
    0,
  );
}

function maskBitsOf(dimension: Dimension): bigint {
  if (dimension.kind !== 'mask') return 0n;
  return [...dimension.rows.keys()].reduce<bigint>((bits, bit) => bits | (1n << BigInt(bit)), 0n);
}
