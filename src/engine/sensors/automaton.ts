/**
 * The automaton behind SubString: one pass over a text finds every value of every selector (Aho and
 * Corasick, CACM 1975), here with its failure links resolved, so that a byte is one step.
 */
import { AUTOMATON_CELLS_MAX } from '../records/index.ts';
import { SensorError } from './errors.ts';
import type { SelectorSet } from './selector-set.ts';

/** A cell whose following state has a row carries this bit; see policy.h. */
const ACCEPTS = 0x8000_0000;

interface State {
  readonly next: Map<number, number>;
  found: SelectorSet;
}

/** Values of one dimension, as latin1 of their bytes. */
export interface Substrings {
  readonly rows: ReadonlyMap<string, SelectorSet>;
}

/** Tables of one hook, for all its dimensions of this kind. */
export interface Automaton {
  /** Columns: the class of every byte, as it is and with its case folded. */
  readonly classes: readonly [Uint8Array, Uint8Array];
  readonly classCount: number;
  readonly cells: Uint32Array;
  /** First state of each dimension, in the order they were given. */
  readonly starts: readonly number[];
  /** Per dimension the states that have a row. */
  readonly accepting: readonly ReadonlyMap<number, SelectorSet>[];
}

/** Throws ENGINE_HOOK_FULL when the values take more than AUTOMATON_CELLS_MAX cells. */
export function buildAutomaton(dimensions: readonly Substrings[]): Automaton {
  const classes = classesOf(dimensions.flatMap(({ rows }) => [...rows.keys()]));
  const classCount = Math.max(...classes[0]) + 1;
  const states: State[] = [];
  const starts: number[] = [];
  const cells: number[][] = [];
  const accepting: Map<number, SelectorSet>[] = [];
  for (const { rows } of dimensions) {
    const start = states.length;
    addTrie(states, rows, classes[0]);
    checkSize(states.length * classCount);
    accepting.push(link(states, { start, classCount, cells }));
    starts.push(start);
  }
  const flat = Uint32Array.from(cells.flat());
  return { classes, classCount, cells: flat, starts, accepting };
}

/** Class 0 is every byte that no value has. */
function classesOf(values: readonly string[]): readonly [Uint8Array, Uint8Array] {
  const exact = new Uint8Array(256);
  let count = 0;
  for (const byte of new Set(Buffer.from(values.join(''), 'latin1'))) exact[byte] = ++count;
  const folded = exact.slice();
  for (let letter = 0x41; letter <= 0x5a; letter++) folded[letter] = exact[letter + 0x20] ?? 0;
  return [exact, folded];
}

function addTrie(
  states: State[],
  rows: ReadonlyMap<string, SelectorSet>,
  classes: Uint8Array,
): void {
  const root = newState(states);
  for (const [value, set] of rows) {
    let at = root;
    for (const byte of Buffer.from(value, 'latin1')) {
      const column = classes[byte] ?? 0;
      const next = states[at]?.next.get(column) ?? newState(states);
      states[at]?.next.set(column, next);
      at = next;
    }
    const state = states[at];
    if (state !== undefined) state.found |= set;
  }
}

function newState(states: State[]): number {
  return states.push({ next: new Map(), found: 0n }) - 1;
}

interface Linking {
  readonly start: number;
  readonly classCount: number;
  /** Rows of cells, by state; filled here. */
  readonly cells: number[][];
}

/** Breadth first, so that the state a mismatch leads to is complete before it is needed. */
function link(
  states: readonly State[],
  { start, classCount, cells }: Linking,
): Map<number, SelectorSet> {
  const targets = new Map<number, readonly number[]>();
  const queue: { readonly state: number; readonly fallback: number }[] = [
    { state: start, fallback: start },
  ];
  for (const { state, fallback } of queue) {
    const own = states[state];
    if (own === undefined) continue;
    const inherited = state === start ? undefined : targets.get(fallback);
    if (state !== start) own.found |= states[fallback]?.found ?? 0n;
    const row = Array.from({ length: classCount }, (_, column) => {
      const next = own.next.get(column);
      const otherwise = inherited?.[column] ?? start;
      if (next !== undefined) queue.push({ state: next, fallback: otherwise });
      return next ?? otherwise;
    });
    targets.set(state, row);
  }
  const accepting = new Map<number, SelectorSet>();
  for (const [state, row] of targets) {
    const found = states[state]?.found ?? 0n;
    if (found !== 0n) accepting.set(state, found);
    cells[state] = row.map((next) =>
      (states[next]?.found ?? 0n) === 0n ? next : withAccept(next),
    );
  }
  return accepting;
}

function withAccept(state: number): number {
  return state + ACCEPTS;
}

function checkSize(cells: number): void {
  if (cells <= AUTOMATON_CELLS_MAX) return;
  throw new SensorError(
    'ENGINE_HOOK_FULL',
    `the SubString values on this hook need ${cells} cells, the limit is ${AUTOMATON_CELLS_MAX}`,
  );
}
