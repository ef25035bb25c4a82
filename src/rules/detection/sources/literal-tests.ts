/** Plain comparisons with literal texts that follow from a test. */
import type { GlobPart, Test, TestOperator, Transform } from '../ir/condition.ts';

/** One comparison; without regard to case it is always of a part. */
export interface TextTest {
  readonly kind: 'equals' | 'starts_with' | 'ends_with' | 'contains';
  /** Printable ASCII, or one letter that is not. */
  readonly text: string;
  readonly ignoresCase: boolean;
}

/** Shorter parts are in too many texts to leave anything out. */
const PART_LENGTH_MIN = 3;

/** PATH_MAX of the kernel without the terminator: nothing longer can be compared. */
const TEXT_LENGTH_MAX = 4095;

/** Beyond ASCII the kernel folds no case, and bytes that are no text are read as others. */
const COMPARABLE = /^[\x20-\x7e]+$/;
const INCOMPARABLE = /[^\x20-\x7e]+/;

/** The Kelvin sign and the dotted capital I: in lower case they are, or begin with, ASCII. */
const STRANGERS: ReadonlyMap<string, string> = new Map([
  ['k', '\u212a'],
  ['i', '\u0130'],
]);

/** One at least holds whenever the test does; undefined when nothing follows from it. */
export function textTestsOf({ operator, transforms }: Test): readonly TextTest[] | undefined {
  const before = beforeTransforms(comparisonsOf(operator), transforms);
  const tests: TextTest[] = [];
  for (const test of before ?? []) {
    const simple = simplify(test);
    if (simple === undefined) return undefined;
    tests.push(...simple);
  }
  return before && tests;
}

function comparisonsOf(operator: TestOperator): readonly TextTest[] | undefined {
  switch (operator.kind) {
    case 'equals':
    case 'starts_with':
    case 'ends_with':
    case 'contains': {
      const { kind, ignoresCase } = operator;
      return operator.texts.map((text) => ({ kind, text, ignoresCase }));
    }
    case 'below':
      return operator.paths.map((path) => ({
        ...{ kind: 'starts_with', text: path.replace(/\/$/, ''), ignoresCase: false },
      }));
    case 'glob': {
      const { globs, ignoresCase } = operator;
      return globs.map((glob) => ({ ...longestPart(glob), ignoresCase }));
    }
    default:
      return undefined;
  }
}

function longestPart(glob: readonly GlobPart[]): Omit<TextTest, 'ignoresCase'> {
  let longest: Omit<TextTest, 'ignoresCase'> = { kind: 'contains', text: '' };
  for (const [place, part] of glob.entries()) {
    if (part.kind !== 'text' || part.text.length <= longest.text.length) continue;
    const isFirst = place === 0;
    const isLast = place === glob.length - 1;
    const kind = isFirst ? (isLast ? 'equals' : 'starts_with') : isLast ? 'ends_with' : 'contains';
    longest = { kind, text: part.text };
  }
  return longest;
}

/** What has to be true of a text so that the comparisons can be true of what is made of it. */
function beforeTransforms(
  tests: readonly TextTest[] | undefined,
  transforms: readonly Transform[],
): readonly TextTest[] | undefined {
  if (tests === undefined || transforms.length === 0) return tests;
  const [transform, ...more] = transforms;
  if (more.length > 0) return undefined;
  switch (transform) {
    case 'lower':
      return tests.map((test) => ({ ...test, ignoresCase: true }));
    case 'basename':
      return tests.map((test) => {
        const isEnd = test.kind === 'equals' || test.kind === 'ends_with';
        return { ...test, kind: isEnd ? 'ends_with' : 'contains' };
      });
    case 'dirname':
      return tests.map((test) => {
        const isStart = test.kind === 'equals' || test.kind === 'starts_with';
        return { ...test, kind: isStart ? 'starts_with' : 'contains' };
      });
    default:
      return undefined;
  }
}

/** In forms that the kernel compares; undefined when there are none that leave something out. */
function simplify(test: TextTest): readonly TextTest[] | undefined {
  const { kind, text, ignoresCase } = test;
  if (ignoresCase) return simplifyFolded(text.toLowerCase());
  const isLong = kind === 'equals' || text.length >= PART_LENGTH_MIN;
  const isComparable = COMPARABLE.test(text) && text.length <= TEXT_LENGTH_MAX;
  return isLong && isComparable ? [test] : undefined;
}

/** The longest part in ASCII, or what other letters than those of ASCII could make of it. */
function simplifyFolded(text: string): readonly TextTest[] | undefined {
  const parts = text.split(INCOMPARABLE);
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  if (longest.length < PART_LENGTH_MIN || longest.length > TEXT_LENGTH_MAX) return undefined;
  const strangers = [...STRANGERS].filter(([letter]) => longest.includes(letter));
  return [
    { kind: 'contains', text: longest, ignoresCase: true },
    ...strangers.map(
      ([, stranger]): TextTest => ({
        ...{ kind: 'contains', text: stranger, ignoresCase: false },
      }),
    ),
  ];
}
