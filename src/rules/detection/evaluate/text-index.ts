/** All literals that rules look for in the texts of one field: one look tells which are there. */
import { AffixTree } from './affix-tree.ts';
import { LiteralAutomaton } from './literal-automaton.ts';

/** How a literal stands in a text. */
export type LiteralKind = 'equals' | 'contains' | 'starts_with' | 'ends_with';

/** A literal, in lower case where case is ignored. */
export interface Literal {
  readonly kind: LiteralKind;
  readonly text: string;
  readonly ignoresCase: boolean;
}

/** Texts whose answers are remembered. Paths and command lines of a machine repeat themselves. */
const REMEMBERED_TEXTS = 4096;
/** Longer texts are seldom the same twice. */
const REMEMBERED_LENGTH_MAX = 512;

const NOTHING: readonly number[] = [];

/** Literals of one case. */
class CaseIndex {
  readonly #whole = new Map<string, number[]>();
  readonly #starts = new AffixTree('start');
  readonly #ends = new AffixTree('end');
  readonly #parts: string[] = [];
  readonly #partNumbers: number[] = [];
  #automaton: LiteralAutomaton | undefined;

  add({ kind, text }: Literal, number: number): void {
    switch (kind) {
      case 'equals':
        this.#whole.set(text, [...(this.#whole.get(text) ?? []), number]);
        break;
      case 'starts_with':
        this.#starts.add(text, number);
        break;
      case 'ends_with':
        this.#ends.add(text, number);
        break;
      default:
        // An empty text is a part of every text, as it is the start of every one.
        if (text === '') this.#starts.add(text, number);
        else {
          this.#parts.push(text);
          this.#partNumbers.push(number);
        }
    }
  }

  freeze(): void {
    if (this.#parts.length > 0) {
      this.#automaton = new LiteralAutomaton(this.#parts, this.#partNumbers);
    }
  }

  find(text: string, onFound: (number: number) => void): void {
    for (const number of this.#whole.get(text) ?? NOTHING) onFound(number);
    this.#starts.find(text, onFound);
    this.#ends.find(text, onFound);
    this.#automaton?.find(text, onFound);
  }
}

/** Add literals with the tests that they satisfy, freeze, then look for all of them in texts. */
export class TextIndex {
  readonly #exact = new CaseIndex();
  readonly #folded = new CaseIndex();
  readonly #numbers = new Map<string, number>();
  /** By number of a literal. */
  readonly #tests: number[][] = [];
  readonly #answers = new Map<string, readonly number[]>();
  #hasExact = false;
  #hasFolded = false;
  #found: number[] = [];
  readonly #onFound = (number: number): void => {
    this.#found.push(number);
  };

  /** The test holds when the literal is there. Not after `freeze`. */
  add(literal: Literal, test: number): void {
    const { kind, text, ignoresCase } = literal;
    const name = `${kind} ${ignoresCase} ${text}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      const tests = this.#tests[known];
      if (tests?.includes(test) === false) tests.push(test);
      return;
    }
    const number = this.#tests.push([test]) - 1;
    this.#numbers.set(name, number);
    if (ignoresCase) {
      this.#folded.add(literal, number);
      this.#hasFolded = true;
    } else {
      this.#exact.add(literal, number);
      this.#hasExact = true;
    }
  }

  /** How many literals there are. */
  get size(): number {
    return this.#tests.length;
  }

  freeze(): void {
    this.#exact.freeze();
    this.#folded.freeze();
    this.#numbers.clear();
  }

  /** The tests that hold for the text, each once. */
  find(text: string): readonly number[] {
    const known = this.#answers.get(text);
    if (known !== undefined) return known;
    this.#found.length = 0;
    if (this.#hasExact) this.#exact.find(text, this.#onFound);
    if (this.#hasFolded) this.#folded.find(text.toLowerCase(), this.#onFound);
    const answer = this.#found.length === 0 ? NOTHING : this.#testsOfFound();
    if (text.length <= REMEMBERED_LENGTH_MAX) this.#remember(text, answer);
    return answer;
  }

  #testsOfFound(): readonly number[] {
    const tests = new Set<number>();
    for (const literal of this.#found) {
      for (const test of this.#tests[literal] ?? NOTHING) tests.add(test);
    }
    return [...tests];
  }

  /** All at once is cheaper than the oldest one by one, and what is in use comes back at once. */
  #remember(text: string, answer: readonly number[]): void {
    if (this.#answers.size >= REMEMBERED_TEXTS) this.#answers.clear();
    this.#answers.set(text, answer);
  }
}
