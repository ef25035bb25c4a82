/** What is wrong with a part of a rule, before it is known whose rule it is. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { FalcoErrorCode } from './errors.ts';

/** A word that is not known, and those that could be meant. */
export interface Unknown {
  readonly word: string;
  readonly names: readonly string[] | ReadonlyMap<string, unknown>;
}

/** Looking for what could be meant takes its time, and nobody reads a thousand hints. */
export class Hints {
  #left = 100;

  /** A hint, or undefined when there is none or enough were given. */
  find({ word, names }: Unknown): string | undefined {
    const count = 'size' in names ? names.size : names.length;
    if (this.#left === 0 || count > NAMES_MAX) return undefined;
    this.#left -= 1;
    return suggest(word, 'size' in names ? names.keys() : names);
  }
}

const NAMES_MAX = 2_000;

/** Thrown by what compiles comparisons; caught where their place is known. */
export class CheckProblem extends Error {
  readonly code: FalcoErrorCode;
  readonly #hint: string | Unknown | undefined;

  constructor(code: FalcoErrorCode, message: string, hint?: string | Unknown) {
    super(message);
    this.code = code;
    this.#hint = hint;
  }

  /** The same, with the comparison that it is about. */
  within(written: string): CheckProblem {
    return new CheckProblem(this.code, `${this.message}, in ${quote(written)}`, this.#hint);
  }

  /** What to do about it. */
  hint(hints: Hints): string | undefined {
    return typeof this.#hint === 'object' ? hints.find(this.#hint) : this.#hint;
  }
}
