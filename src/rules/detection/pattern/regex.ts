/**
 * Regular expressions of rules. RE2: the time is linear in the text, whatever rule and event say;
 * what needs backtracking (look-around, back references) does not compile.
 */
import { RE2JS, RE2JSException } from 're2js';

/** A compiled expression. */
export interface Regex {
  /** Instructions: what one character of a text costs at most. */
  readonly size: number;
  matches(text: string): boolean;
}

/** A pattern, and how it is meant. */
export interface RegexSource {
  readonly pattern: string;
  /** Letters of i (ignores case), m (lines), s (a dot takes line breaks). */
  readonly flags: string;
  /** The whole text has to match, not a part. */
  readonly isWhole: boolean;
}

/** Longest pattern; longer ones are mistakes, and cost memory by the repetition. */
const PATTERN_LENGTH_MAX = 4096;

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** The expression, or what is wrong with it in a clause. */
export function compileRegex({ pattern, flags, isWhole }: RegexSource): Regex | string {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    return `the expression has ${pattern.length} characters, more than ${PATTERN_LENGTH_MAX}`;
  }
  let bits = 0;
  for (const letter of flags) bits |= FLAGS[letter] ?? 0;
  try {
    const compiled = RE2JS.compile(pattern, bits);
    const size = compiled.programSize();
    // Both only say yes or no, which an automaton does; a matcher would look for the place, too.
    // It forgets its states when they take 8 MiB; those of the two hundred shipped take 1 MiB.
    if (isWhole) return { size, matches: (text) => compiled.testExact(text) };
    return { size, matches: (text) => compiled.test(text) };
  } catch (error) {
    if (error instanceof RE2JSException) return clauseOf(error);
    throw error;
  }
}

/** Whoever reads it knows what was read. */
function clauseOf({ message }: Error): string {
  return message.replace(/^error parsing regexp: /, '');
}
