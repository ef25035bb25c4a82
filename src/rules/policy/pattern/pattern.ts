/**
 * Regular expressions of policies, matched without backtracking: all states at once, so that the
 * time is at most the length of the text times that of the pattern, whatever the pattern.
 */
import {
  type CharacterTest,
  PatternError,
  type PatternNode,
  parsePattern,
} from './parse-pattern.ts';

/** States of one pattern; what expands to more is refused. */
const STATES_MAX = 2000;

type State =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'split'; next: number; readonly other: number }
  | { readonly kind: 'found' };

/** Tells whether a pattern is found anywhere in a text. */
export class Pattern {
  readonly #states: State[] = [{ kind: 'found' }];
  readonly #first: number;

  /** Throws PatternError when the text is no pattern, or one that is too large. */
  constructor(text: string) {
    this.#first = this.#build(parsePattern(text), 0);
  }

  /** Whether some part of the text is what the pattern describes. */
  matches(text: string): boolean {
    let current = new Set<number>();
    for (let at = 0; at <= text.length; at += 1) {
      this.#enter(current, this.#first, { isStart: at === 0, isEnd: at === text.length });
      if (current.has(0)) return true;
      const code = text.charCodeAt(at);
      const following = new Set<number>();
      const place = { isStart: false, isEnd: at + 1 === text.length };
      for (const number of current) {
        const state = this.#states[number];
        if (state?.kind !== 'character' || at === text.length || !state.test(code)) continue;
        this.#enter(following, state.next, place);
      }
      current = following;
    }
    return current.has(0);
  }

  /** Adds a state and all that are reached from it without a character. */
  #enter(
    into: Set<number>,
    first: number,
    place: { readonly isStart: boolean; readonly isEnd: boolean },
  ): void {
    const open = [first];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      if (into.has(number)) continue;
      into.add(number);
      const state = this.#states[number];
      if (state?.kind === 'split') open.push(state.other, state.next);
      if (state?.kind === 'start' && place.isStart) open.push(state.next);
      if (state?.kind === 'end' && place.isEnd) open.push(state.next);
    }
  }

  /** Builds the states of a node in front of the state `next`; returns the first of them. */
  #build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add({ kind: 'character', test: node.test, next });
      case 'start':
      case 'end':
        return this.#add({ kind: node.kind, next });
      case 'sequence':
        return node.items.reduceRight((after, item) => this.#build(item, after), next);
      case 'either': {
        const [first = next, ...others] = node.items.map((item) => this.#build(item, next));
        return others.reduce((one, other) => this.#add({ kind: 'split', next: one, other }), first);
      }
      case 'repeat':
        return this.#buildRepeat(node, next);
    }
  }

  #buildRepeat({ item, min, max }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
    let first = next;
    if (max === undefined) {
      const loop: State = { kind: 'split', next, other: next };
      first = this.#add(loop);
      loop.next = this.#build(item, first);
    }
    for (let extra = min; extra < (max ?? min); extra += 1) {
      first = this.#add({ kind: 'split', next: this.#build(item, first), other: next });
    }
    for (let copy = 0; copy < min; copy += 1) first = this.#build(item, first);
    return first;
  }

  #add(state: State): number {
    if (this.#states.length >= STATES_MAX) throw new PatternError('it is too large');
    this.#states.push(state);
    return this.#states.length - 1;
  }
}
