/** Expressions whose captures are wanted, not only whether they match: for filters of exports. */
import { RE2JS, RE2JSException } from 're2js';

const PATTERN_LENGTH_MAX = 4096;
/** Of one text; what comes after that many is taken out as a whole. */
const MATCHES_MAX = 1000;

export interface CapturingPattern {
  /** A part of the text matches. */
  test(text: string): boolean;
  /** Half-open ranges of what groups captured, of whole matches when there are no groups. */
  captures(text: string): readonly (readonly [start: number, end: number])[];
}

/** The pattern, or what is wrong with it in a clause. */
export function compileTextPattern(pattern: string): CapturingPattern | string {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    return `the expression has ${pattern.length} characters, more than ${PATTERN_LENGTH_MAX}`;
  }
  try {
    const compiled = RE2JS.compile(pattern);
    return {
      test: (text) => compiled.test(text),
      captures: (text) => capturesOf(compiled, text),
    };
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

function capturesOf(compiled: RE2JS, text: string): readonly (readonly [number, number])[] {
  const matcher = compiled.matcher(text);
  const groups = matcher.groupCount();
  const first = groups === 0 ? 0 : 1;
  const ranges: (readonly [number, number])[] = [];
  for (let matches = 0; matcher.find(); matches += 1) {
    if (matches === MATCHES_MAX) return [...ranges, [matcher.start(), text.length]];
    for (let group = first; group <= groups; group += 1) {
      const [start, end] = [matcher.start(group), matcher.end(group)];
      if (start >= 0 && end > start) ranges.push([start, end]);
    }
  }
  return ranges;
}
