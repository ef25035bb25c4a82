/** Plain comparisons with literal texts that follow from a test. */
import type { GlobPart, Test, TestOperator, Transform } from '../ir/condition.ts';

/** One comparison; without regard to case it is always of a part. */
export interface TextTest {
  readonly kind: 'equals' | 'starts_with' | 'ends_with' | 'contains';
  /** Printable ASCII. */
  readonly text: string;
  readonly ignoresCase: boolean;
}

/** Shorter parts are in too many texts to leave anything out. */
const PART_LENGTH_MIN = 3;

/** PATH_MAX of the kernel without the terminator: nothing longer can be compared. */
const TEXT_LENGTH_MAX = 4095;

/** Beyond ASCII the kernel folds no case, and bytes that are no text are read as others. */
const COMPARABLE = /^[\x20-\x7e]+$/;

/** Lower case of the Kelvin sign, and the first half of that of the dotted capital I. */
const AMBIGUOUS = /[ik]/;

/** One at least holds whenever the test does; undefined when nothing follows from it. */
export function textTestsOf({ operator, transforms }: Test): readonly TextTest[] | undefined {
  const before = beforeTransforms(comparisonsOf(operator), transforms);
  const tests = before?.map(simplify);
  return tests?.every((test) => test !== undefined) ? tests : undefined;
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

/** In a form that the kernel compares; undefined when there is none that leaves something out. */
function simplify(test: TextTest): TextTest | undefined {
  const { kind, text, ignoresCase } = test;
  if (ignoresCase) return simplifyFolded(text.toLowerCase());
  const isLong = kind === 'equals' || text.length >= PART_LENGTH_MIN;
  const isComparable = COMPARABLE.test(text) && text.length <= TEXT_LENGTH_MAX;
  return isLong && isComparable ? test : undefined;
}

/** The longest part that only ASCII letters are lower case of. */
function simplifyFolded(text: string): TextTest | undefined {
  const parts = text.split(AMBIGUOUS).filter((part) => COMPARABLE.test(part));
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  if (longest.length < PART_LENGTH_MIN || longest.length > TEXT_LENGTH_MAX) return undefined;
  return { kind: 'contains', text: longest, ignoresCase: true };
}
