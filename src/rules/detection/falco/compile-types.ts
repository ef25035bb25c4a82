/** Comparisons with `evt.type`: what class of events is meant. */
import { quote } from '../../syntax/quote.ts';
import type { Condition } from '../ir/condition.ts';
import { CheckProblem } from './check-problem.ts';
import type { ResolvedCheck } from './compile-operator.ts';
import { classesOf, EVENT_TYPES, otherCalls, saysItsCall } from './event-types.ts';

const OPERATORS: ReadonlySet<string> = new Set(['=', 'in', 'intersects', 'exists']);

/** Events of any of the types. Types that nothing reports are missing. Throws CheckProblem. */
export function compileTypes(
  resolved: ResolvedCheck,
  missing: (problem: CheckProblem) => void,
): Condition {
  const { check, texts } = resolved;
  const { operator } = check;
  if (!OPERATORS.has(operator) || check.values[0]?.kind === 'field') {
    const message = `${quote(operator)} does not apply to ${quote(check.field.name)}`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message, 'write `=` or `in`');
  }
  if (operator === 'exists') return { kind: 'constant', value: true };
  for (const type of texts) {
    if (classesOf(type).length > 0) continue;
    const message = `no sensor reports events of the type ${quote(type)}`;
    const hint = { word: type, names: EVENT_TYPES };
    missing(new CheckProblem('FALCO_EVENT_UNSUPPORTED', message, hint));
  }
  const plain = texts.filter((type) => !saysItsCall(type)).flatMap(classesOf);
  const parts: Condition[] = texts.filter(saysItsCall).map((type) => ofCall(type, resolved));
  const classes = [...new Set(plain)];
  if (classes.length > 0) parts.unshift({ kind: 'class', classes });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

/** Events of the class that were made by the call, as far as they say. */
function ofCall(type: string, { check, place }: ResolvedCheck): Condition {
  const call = { field: 'event.syscall', transforms: [], written: check.written, place } as const;
  const isOther: Condition = {
    ...{ kind: 'test', ...call },
    operator: { kind: 'equals', texts: otherCalls(type), ignoresCase: false },
  };
  const parts: Condition[] = [{ kind: 'class', classes: classesOf(type) }];
  return { kind: 'and', parts: [...parts, { kind: 'not', part: isOther }] };
}
