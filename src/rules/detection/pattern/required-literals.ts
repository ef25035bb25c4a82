/**
 * Texts of which one, in any case, is in everything that a regular expression matches, so that an
 * expression is run only on texts that have one. Knows the common part of the syntax, and gives up on the rest.
 */

/** What is known of a part of an expression. */
interface Part {
  /** The only text that it matches; undefined when there are several. */
  readonly exact: string | undefined;
  /** Of these, one is in every match; undefined when nothing is known. */
  readonly required: readonly string[] | undefined;
}

const UNKNOWN: Part = { exact: undefined, required: undefined };
const EMPTY: Part = { exact: '', required: undefined };

/** More alternatives are better looked for by the expression itself. */
const ALTERNATIVES_MAX = 64;

/** Escapes that match no character, and those that match one of several. */
const ZERO_WIDTH = 'bBAzZ';
const CLASSES = 'sSdDwWpP';
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };

class GiveUp extends Error {}

/** Undefined when there are none, or the expression is not understood. */
export function requiredLiterals(pattern: string): readonly string[] | undefined {
  const parser = new Parser(pattern);
  try {
    const { exact, required } = parser.readAll();
    if (exact !== undefined && exact !== '') return [exact];
    return required;
  } catch (error) {
    if (error instanceof GiveUp) return undefined;
    throw error;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): Part {
    const part = this.#readAlternatives();
    if (this.#at < this.#text.length) throw new GiveUp();
    return part;
  }

  #readAlternatives(): Part {
    const branches = [this.#readSequence()];
    while (this.#peek() === '|') {
      this.#at += 1;
      branches.push(this.#readSequence());
    }
    const [only] = branches;
    if (branches.length === 1 && only !== undefined) return only;
    const required: string[] = [];
    for (const { exact, required: own } of branches) {
      const some = exact !== undefined && exact !== '' ? [exact] : own;
      if (some === undefined) return UNKNOWN;
      required.push(...some);
    }
    return required.length > ALTERNATIVES_MAX ? UNKNOWN : { exact: undefined, required };
  }

  #readSequence(): Part {
    let run = '';
    let isExact = true;
    let best: readonly string[] | undefined;
    const consider = (candidate: readonly string[] | undefined): void => {
      if (candidate !== undefined && score(candidate) > score(best)) best = candidate;
    };
    while (this.#at < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const { exact, required } = this.#readRepeated();
      if (exact !== undefined) run += exact;
      else {
        isExact = false;
        consider(run === '' ? undefined : [run]);
        consider(required);
        run = '';
      }
    }
    consider(run === '' ? undefined : [run]);
    return { exact: isExact ? run : undefined, required: best };
  }

  #readRepeated(): Part {
    const part = this.#readAtom();
    const [, quantifier] = /^([*?+]|\{\d*,?\d*\})\??/.exec(this.#text.slice(this.#at)) ?? [];
    if (quantifier === undefined) return part;
    this.#at += quantifier.length;
    if (this.#peek() === '?') this.#at += 1;
    const isOptional = /^([*?]|\{0?[,}])/.test(quantifier);
    if (isOptional) return UNKNOWN;
    const { exact, required } = part;
    return { exact: undefined, required: exact === undefined || exact === '' ? required : [exact] };
  }

  #readAtom(): Part {
    const unit = this.#text.charAt(this.#at);
    this.#at += 1;
    if (unit === '(') return this.#readGroup();
    if (unit === '[') return this.#skipSet();
    if (unit === '\\') return this.#readEscape();
    if (unit === '.') return UNKNOWN;
    if (unit === '^' || unit === '$') return EMPTY;
    if ('*+?{}'.includes(unit)) throw new GiveUp();
    return { exact: unit, required: undefined };
  }

  #readGroup(): Part {
    const [head, close] = /^\?[ims]*([:)])/.exec(this.#text.slice(this.#at)) ?? [];
    if (head !== undefined) this.#at += head.length;
    // Names, and flags that change what characters mean.
    else if (this.#peek() === '?') throw new GiveUp();
    // Flags alone: who looks for the literals does not regard case.
    if (close === ')') return EMPTY;
    const part = this.#readAlternatives();
    if (this.#peek() !== ')') throw new GiveUp();
    this.#at += 1;
    return part;
  }

  #readEscape(): Part {
    const unit = this.#text.charAt(this.#at);
    this.#at += 1;
    if (unit === '') throw new GiveUp();
    if (ZERO_WIDTH.includes(unit)) return EMPTY;
    const control = CONTROLS[unit];
    if (control !== undefined) return { exact: control, required: undefined };
    if (CLASSES.includes(unit)) {
      // \p{Greek} has a name behind it.
      if (unit === 'p' || unit === 'P') throw new GiveUp();
      return UNKNOWN;
    }
    if (/[\w]/.test(unit)) throw new GiveUp();
    return { exact: unit, required: undefined };
  }

  /** A set of characters; the bracket that ends it is not the first one in it. */
  #skipSet(): Part {
    if (this.#peek() === '^') this.#at += 1;
    if (this.#peek() === ']') this.#at += 1;
    while (this.#at < this.#text.length && this.#peek() !== ']') {
      if (this.#text.startsWith('[:', this.#at)) throw new GiveUp();
      this.#at += this.#peek() === '\\' ? 2 : 1;
    }
    this.#at += 1;
    return UNKNOWN;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }
}

/** Long texts are rare; of several, the shortest is what counts. */
function score(texts: readonly string[] | undefined): number {
  if (texts === undefined) return -1;
  return Math.min(...texts.map(({ length }) => length)) - texts.length / ALTERNATIVES_MAX;
}
