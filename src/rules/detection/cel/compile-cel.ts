/** Small conditions in CEL: for routes, silences and filters of exports. */
import {
  type ASTNode,
  type Environment,
  EvaluationError,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { assert } from '../../../model/errors.ts';
import type { Problem } from '../../syntax/report.ts';
import type { FieldValue } from '../fields/field-value.ts';
import {
  type CelType,
  type CelValues,
  type CelVariables,
  celNameOf,
  prepareValue,
} from './cel-variables.ts';
import { countSteps, STEPS_MAX } from './cost.ts';
import type { CelErrorCode } from './errors.ts';
import {
  createEnvironment,
  createSyntaxEnvironment,
  REGEX_FUNCTION,
  RegexBudget,
} from './functions.ts';
import { type Binding, type CelProblem, type NamedExpression, readNames } from './read-names.ts';
import { childrenOf, replaceReserved } from './syntax-tree.ts';

/** How often a condition was asked, and what came of it. */
export interface CelCounts {
  readonly evaluated: number;
  readonly matched: number;
  /** It read a field that was not known, without asking has() first. */
  readonly unknown: number;
  /** A value was too large, a number too large, an index beyond the end. */
  readonly errors: number;
}

/** A condition that was checked. */
export interface CelCondition {
  readonly text: string;
  /** False also where it cannot be decided, which is counted. Never throws. */
  evaluate(values: CelValues): boolean;
  counts(): CelCounts;
}

/** A condition, or everything that is wrong with it. */
export type CelResult =
  | { readonly kind: 'compiled'; readonly condition: CelCondition }
  | { readonly kind: 'refused'; readonly problems: readonly CelProblem[] };

/** Longest text of a condition. */
const LENGTH_MAX = 4096;

/** Made when it is needed: most processes compile no condition. */
let syntax: Environment | undefined;

/** Checks a condition against the types of what it can read. Never throws because of a text. */
export function compileCel(text: string, variables: CelVariables): CelResult {
  if (text.length > LENGTH_MAX) {
    const message = `it has ${text.length} characters, more than ${LENGTH_MAX}`;
    return refuse('RULE_CONDITION_TOO_LARGE', text, { message });
  }
  syntax ??= createSyntaxEnvironment();
  const parsed = parse(syntax, text);
  if ('problem' in parsed) return { kind: 'refused', problems: [parsed.problem] };
  const named = readNames(parsed.expression.ast, variables);
  if (named.problems.length > 0) return { kind: 'refused', problems: named.problems };
  const steps = countSteps(parsed.expression.ast, (name) => variables[name]);
  if (steps > STEPS_MAX) {
    return refuse('RULE_CONDITION_TOO_LARGE', text, {
      message: `it can take ${steps} steps, more than ${STEPS_MAX}`,
      hint: 'do not put loops over fields into each other',
    });
  }
  return compileNamed(text, named);
}

function compileNamed(text: string, { text: named, bindings }: NamedExpression): CelResult {
  const budget = new RegexBudget();
  const environment = createEnvironment(budget);
  for (const { short, type, isPresence } of bindings) {
    environment.registerVariable(short, isPresence ? 'bool' : celNameOf(type));
  }
  const parsed = parse(environment, named);
  if ('problem' in parsed) return { kind: 'refused', problems: [parsed.problem] };
  assert(!callsBacktracking(parsed.expression.ast), 'matches() of the library is out of reach');
  const { valid, type, error } = parsed.expression.check();
  if (!valid) {
    const span = error?.range ?? { start: 0, end: text.length };
    const message = (error?.summary ?? '').replaceAll(REGEX_FUNCTION, 'matches');
    return { kind: 'refused', problems: [{ code: 'RULE_CONDITION_TYPE', span, message }] };
  }
  if (type !== 'bool') {
    const message = `it is a ${type}, neither true nor false`;
    return refuse('RULE_CONDITION_TYPE', text, { message });
  }
  const condition = createCondition(text, { bindings, budget, run: parsed.expression });
  return { kind: 'compiled', condition };
}

interface Compiled {
  readonly bindings: readonly Binding[];
  readonly budget: RegexBudget;
  readonly run: ParseResult;
}

function createCondition(text: string, { bindings, budget, run }: Compiled): CelCondition {
  let evaluated = 0;
  let matched = 0;
  let unknown = 0;
  let errors = 0;
  return {
    text,
    evaluate(values) {
      evaluated += 1;
      budget.reset();
      try {
        const isMatch = run(readContext(bindings, values)) === true;
        if (isMatch) matched += 1;
        return isMatch;
      } catch (error) {
        const isUnknown = error instanceof EvaluationError && error.code === 'unknown_variable';
        if (isUnknown) unknown += 1;
        else errors += 1;
        return false;
      }
    },
    counts: () => ({ evaluated, matched, unknown, errors }),
  };
}

type Context = Map<string, ReturnType<typeof prepareValue>>;

/** What is not known is left out; of a field with several values there are none. */
function readContext(bindings: readonly Binding[], values: CelValues): Context {
  const context: Context = new Map();
  for (const { short, name, key, type, isPresence } of bindings) {
    const value = values.value(name, key);
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (isPresence) context.set(short, !isEmpty);
    else if (!isEmpty) context.set(short, readValue(value, type));
    else if (type === 'texts' || type === 'numbers') context.set(short, []);
  }
  return context;
}

function readValue(value: FieldValue, type: CelType): ReturnType<typeof prepareValue> {
  const prepared = prepareValue(value, type);
  if (prepared === undefined) throw new RangeError('a value is beyond the bounds of conditions');
  return prepared;
}

type Parsed = { readonly expression: ParseResult } | { readonly problem: CelProblem };

function parse(environment: Environment, text: string): Parsed {
  try {
    return { expression: environment.parse(text) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const span = error.range ?? { start: 0, end: text.length };
    const isReserved = error.code === 'reserved_identifier';
    const replaced = isReserved ? replaceReserved(text, span.start) : undefined;
    if (replaced !== undefined) return parse(environment, replaced);
    const isLimit = error.code === 'limit_exceeded';
    const code = isLimit ? 'RULE_CONDITION_TOO_LARGE' : 'RULE_CONDITION_SYNTAX';
    return { problem: { code, span, message: error.summary } };
  }
}

function refuse(code: CelErrorCode, text: string, problem: Problem): CelResult {
  const span = { start: 0, end: text.length };
  return { kind: 'refused', problems: [{ code, span, ...problem }] };
}

/** The function of the library that runs patterns on a machine that backtracks. */
function callsBacktracking(node: ASTNode): boolean {
  if (node.op === 'rcall' && node.args[0] === 'matches') return true;
  return childrenOf(node).some(callsBacktracking);
}
