/** One comparison of a condition to tests of fields. */
import { quote } from '../../syntax/quote.ts';
import type { Condition } from '../ir/condition.ts';
import { CheckProblem } from './check-problem.ts';
import { compileMapped, existenceOf } from './compile-mapped.ts';
import type { ResolvedCheck } from './compile-operator.ts';
import { ARGUMENT_NAMES } from './event-arguments.ts';
import { FIELD_NAMES, mapField } from './field-mapping.ts';
import type { MappedField } from './mapped-field.ts';

/** Told of what can never be, which is a mistake only where nothing else is left of the rule. */
export type OnMissing = (problem: CheckProblem) => void;

/** Told of what does not keep a rule from being loaded. */
export type OnWarning = (problem: CheckProblem) => void;

/** Who is told of what. */
export interface CheckListener {
  readonly missing: OnMissing;
  readonly warning: OnWarning;
}

const NEVER: Condition = { kind: 'constant', value: false };
const ALWAYS: Condition = { kind: 'constant', value: true };

/** What says only what is wrong with a value, of which a condition may have many. */
const OF_VALUES: readonly string[] = ['FALCO_VALUE_INVALID', 'FALCO_REGEX_INVALID'];

/** Each value is compared with each other one. */
const ONE_OF_MAX = 50;

/** The condition of a comparison. Throws CheckProblem. */
export function compileCheck(resolved: ResolvedCheck, listener: CheckListener): Condition {
  const { check } = resolved;
  const mapped = mapField(check.field);
  if (mapped === undefined) {
    const { name } = check.field;
    const message = `there is no field ${quote(name)}`;
    throw new CheckProblem('FALCO_FIELD_UNKNOWN', message, { word: name, names: FIELD_NAMES });
  }
  if (mapped.kind === 'absent') throw notThere(check.field.name, mapped.reason);
  if (mapped.kind === 'ignored') {
    const message = `${quote(check.written)} says nothing here: ${mapped.reason}`;
    listener.warning(new CheckProblem('FALCO_CONDITION_OBSOLETE', message));
    return ALWAYS;
  }
  try {
    return compileAs(resolved, mapped, listener);
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    throw OF_VALUES.includes(error.code) ? error.within(check.written) : error;
  }
}

/** The condition of a comparison on a field of which it is known what it stands for. */
export function compileAs(
  resolved: ResolvedCheck,
  mapped: MappedField,
  listener: CheckListener,
): Condition {
  return resolved.check.modifier === undefined
    ? compileOne(resolved, mapped, listener)
    : compileSeveral(resolved, mapped, listener);
}

function notThere(name: string, reason: string): CheckProblem {
  const message = `events here do not have ${quote(name)}: ${reason}`;
  const isArgument = name.startsWith('evt.arg');
  const hint = isArgument ? { word: name, names: ARGUMENT_NAMES } : undefined;
  return new CheckProblem('FALCO_FIELD_UNSUPPORTED', message, hint);
}

function compileOne(
  resolved: ResolvedCheck,
  mapped: MappedField,
  listener: CheckListener,
): Condition {
  const { operator } = resolved.check;
  if (operator !== '!=') return compileMapped(resolved, mapped, listener.missing);
  const equal: ResolvedCheck = { ...resolved, check: { ...resolved.check, operator: '=' } };
  // What does not have the value is different from it, whether or not it could ever have it.
  const holds = compileMapped(equal, mapped, listener.missing);
  const exists = existenceOf(resolved, mapped);
  const differs: Condition = { kind: 'not', part: holds };
  // A field that is not known is not different from a value either.
  if (exists.kind === 'constant' && exists.value) return differs;
  return { kind: 'and', parts: [exists, differs] };
}

/** `anyof`, `allof` and `oneof`: short for comparisons with each value of the list. */
function compileSeveral(
  resolved: ResolvedCheck,
  mapped: MappedField,
  listener: CheckListener,
): Condition {
  const { check, texts } = resolved;
  const { modifier, operator } = check;
  if (texts.length === 0) return NEVER;
  const isDenied = operator === '!=';
  if ((modifier === 'anyof' && !isDenied) || (modifier === 'allof' && isDenied)) {
    return compileOne(resolved, mapped, listener);
  }
  if (modifier === 'oneof' && texts.length > ONE_OF_MAX) {
    const message = `\`oneof\` takes at most ${ONE_OF_MAX} values`;
    throw new CheckProblem('FALCO_CONDITION_TOO_LARGE', message);
  }
  const parts = texts.map((text) => compileOne({ ...resolved, texts: [text] }, mapped, listener));
  if (modifier !== 'oneof') return { kind: modifier === 'allof' ? 'and' : 'or', parts };
  const alone = parts.map((part): Condition => {
    const others = parts.filter((other) => other !== part);
    return { kind: 'and', parts: [part, { kind: 'not', part: { kind: 'or', parts: others } }] };
  });
  return { kind: 'or', parts: alone };
}
