/** Macros as conditions, each made once: they do not depend on the rules that use them. */
import { quote } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { Condition } from '../ir/condition.ts';
import { CheckProblem } from './check-problem.ts';
import { type CheckListener, compileCheck } from './compile-check.ts';
import { orderByNeed } from './dependency-order.ts';
import type { FalcoErrorCode } from './errors.ts';
import { FilterProblem } from './filter-scanner.ts';
import { parseFilter } from './filter-syntax.ts';
import type { Check, Filter } from './filter-tree.ts';
import { type Item, refuse } from './items.ts';
import { type ListValues, textsOf } from './lists.ts';
import { type Place, placeOf, type WrittenText } from './written-text.ts';

/** What was found in a condition, at its place in the text that it was found in. */
export interface Finding {
  readonly problem: CheckProblem;
  readonly place: Place;
  /** Where the rule uses the macro that it is in, and the macro. */
  readonly used?: { readonly place: Place; readonly macro: string };
}

/** What a condition comes to. */
export interface Expansion {
  readonly condition: Condition;
  /** What keeps a rule from being loaded. */
  readonly problems: readonly Finding[];
  /** What can never be; a mistake when nothing else is left. */
  readonly missing: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Expansions, with those of macros as often as they are used. */
  readonly size: number;
  /** Expansions within parts. */
  readonly depth: number;
}

/** Macros that are used twice in macros that are used twice grow fast. */
const SIZE_MAX = 20_000;

/** The parts within parts of one condition; macros add to each other. */
const DEPTH_MAX = 300;

/** Problems of one condition; what is wrong in a macro is wrong wherever it is used. */
const FINDINGS_MAX = 20;

const NEVER: Condition = { kind: 'constant', value: false };

const EMPTY: Omit<Expansion, 'condition'> = {
  ...{ problems: [], missing: [], warnings: [], size: 1, depth: 1 },
};

/** Expands conditions over macros and lists that are all known. */
export class Macros {
  readonly #lists: ListValues;
  readonly #names: readonly string[];
  readonly #expanded = new Map<string, Expansion>();

  /** Macros that cannot be read are told of, also when no rule uses them. */
  constructor(macros: ReadonlyMap<string, Item>, lists: ListValues) {
    this.#lists = lists;
    this.#names = [...macros.keys()];
    const filters = new Map<string, readonly [Filter, WrittenText]>();
    for (const [name, macro] of macros) {
      const text = macro.texts.get('condition');
      const filter = text && parseMacro(text);
      if (text !== undefined && filter !== undefined) filters.set(name, [filter, text]);
      else this.#fail(macro, { code: 'FALCO_CONDITION_INVALID', why: 'cannot be read' });
    }
    const needs = new Map([...filters].map(([name, [filter]]) => [name, macrosIn(filter)]));
    const { order, endless } = orderByNeed(needs);
    for (const name of order) {
      const found = filters.get(name);
      if (found !== undefined) this.#expanded.set(name, this.#expand(...found));
    }
    for (const name of endless) {
      const macro = macros.get(name);
      if (macro === undefined) continue;
      const problem = this.#fail(macro, { code: 'FALCO_CONDITION_TOO_LARGE', why: 'needs itself' });
      refuse(macro.place, problem.code, { message: problem.message });
    }
  }

  /** The condition of a text. Throws FilterProblem. */
  expand(text: WrittenText): Expansion {
    return this.#expand(parseFilter(text.text), text);
  }

  /** A comparison that stands outside of conditions. */
  compile(check: Check, place: Place): Expansion {
    return this.#check(check, place);
  }

  /** Whatever uses the macro cannot be loaded. */
  #fail({ name, place }: Item, { code, why }: { code: FalcoErrorCode; why: string }): CheckProblem {
    const problem = new CheckProblem(code, `the macro ${quote(name)} ${why}`);
    this.#expanded.set(name, { ...EMPTY, condition: NEVER, problems: [{ problem, place }] });
    return problem;
  }

  #expand(filter: Filter, text: WrittenText): Expansion {
    switch (filter.kind) {
      case 'check':
        return this.#check(filter, placeOf(text, spanOf(filter)));
      case 'macro':
        return this.#macro(filter.name, placeOf(text, spanOf(filter)));
      case 'not': {
        const part = this.#expand(filter.part, text);
        const condition: Condition = { kind: 'not', part: part.condition };
        return { ...part, condition, size: part.size + 1, depth: part.depth + 1 };
      }
      default: {
        const parts = filter.parts.map((part) => this.#expand(part, text));
        const condition = { kind: filter.kind, parts: parts.map((part) => part.condition) };
        return limit(merge(parts, condition), () => placeOf(text, whole(text)));
      }
    }
  }

  #macro(name: string, place: Place): Expansion {
    const known = this.#expanded.get(name);
    if (known === undefined) {
      const hint = { word: name, names: this.#names };
      const problem = new CheckProblem(
        'FALCO_NAME_UNKNOWN',
        `there is no macro ${quote(name)}`,
        hint,
      );
      return { ...EMPTY, condition: NEVER, problems: [{ problem, place }] };
    }
    const through = (found: readonly Finding[]): readonly Finding[] =>
      found.map((finding) => {
        return { ...finding, used: { place, macro: finding.used?.macro ?? name } };
      });
    const { condition } = known;
    const labelled: Condition =
      condition.kind === 'and' || condition.kind === 'or'
        ? { ...condition, label: name }
        : { kind: 'and', parts: [condition], label: name };
    return {
      condition: labelled,
      problems: through(known.problems),
      missing: through(known.missing),
      warnings: through(known.warnings),
      size: known.size,
      depth: known.depth + 1,
    };
  }

  #check(check: Check, place: Place): Expansion {
    const missing: Finding[] = [];
    const warnings: Finding[] = [];
    const note =
      (found: Finding[]) =>
      (problem: CheckProblem): void =>
        void found.push({ problem, place });
    const listener: CheckListener = { missing: note(missing), warning: note(warnings) };
    try {
      const texts = this.#textsOf(check);
      const location = place.report.locate(place.span);
      const condition = compileCheck({ check, texts, place: location }, listener);
      return { ...EMPTY, condition, missing, warnings };
    } catch (error) {
      if (!(error instanceof CheckProblem)) throw error;
      return { ...EMPTY, condition: NEVER, problems: [{ problem: error, place }] };
    }
  }

  #textsOf({ operator, modifier, values }: Check): readonly string[] {
    const texts = textsOf(values, this.#lists);
    const [first] = values;
    const isList = modifier !== undefined || ['in', 'intersects', 'pmatch'].includes(operator);
    if (isList || values.length !== 1 || first?.kind !== 'text' || texts.length === 1) return texts;
    const name = quote(first.text);
    const message = `${quote(operator)} takes one value, and the list ${name} has ${texts.length}`;
    throw new CheckProblem('FALCO_VALUE_INVALID', message, 'write `in` and parentheses');
  }
}

function parseMacro(text: WrittenText): Filter | undefined {
  try {
    return parseFilter(text.text);
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const { report, span } = placeOf(text, { start: error.at, end: error.at + 1 });
    report.error(error.code, span, { message: error.message, hint: error.hint });
    return undefined;
  }
}

function macrosIn(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'macro':
      return [filter.name];
    case 'not':
      return macrosIn(filter.part);
    case 'check':
      return [];
    default:
      return filter.parts.flatMap(macrosIn);
  }
}

function merge(parts: readonly Expansion[], condition: Condition): Expansion {
  const all = (read: (part: Expansion) => readonly Finding[]): readonly Finding[] =>
    parts.flatMap(read).slice(0, FINDINGS_MAX);
  return {
    condition,
    problems: all((part) => part.problems),
    missing: all((part) => part.missing),
    warnings: all((part) => part.warnings),
    size: 1 + parts.reduce((sum, part) => sum + part.size, 0),
    depth: 1 + parts.reduce((most, part) => Math.max(most, part.depth), 0),
  };
}

/** A part that is too large is left out, so that nothing larger is made of it. */
function limit(part: Expansion, placeOfWhole: () => Place): Expansion {
  const isLarge = part.size > SIZE_MAX;
  if (!isLarge && part.depth <= DEPTH_MAX) return part;
  const small = { ...part, condition: NEVER, size: 1, depth: 1 };
  // What is larger still because of it is not worth telling.
  if (part.problems.some(({ problem: { code } }) => code === 'FALCO_CONDITION_TOO_LARGE')) {
    return small;
  }
  const what = isLarge ? `more than ${SIZE_MAX} parts` : `parts within parts, ${part.depth} deep`;
  const problem = new CheckProblem('FALCO_CONDITION_TOO_LARGE', `with its macros it has ${what}`);
  const problems = [{ problem, place: placeOfWhole() }, ...part.problems];
  return { ...small, problems };
}

const spanOf = ({ at, end }: { readonly at: number; readonly end: number }): Span => {
  return { start: at, end };
};

const whole = ({ text }: WrittenText): Span => ({ start: 0, end: text.trimEnd().length });
