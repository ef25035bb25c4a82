/** What is left of a condition when the class of the event is known. */
import type { EventClass } from '../../../model/event-class.ts';
import type { Condition } from '../ir/condition.ts';

const TRUE: Condition = { kind: 'constant', value: true };
const FALSE: Condition = { kind: 'constant', value: false };

/** The same condition for events of one class: no part of it asks for the class any more. */
export function specialise(condition: Condition, eventClass: EventClass): Condition {
  switch (condition.kind) {
    case 'class':
      return condition.classes.includes(eventClass) ? TRUE : FALSE;
    case 'not': {
      const part = specialise(condition.part, eventClass);
      if (part.kind === 'constant') return part.value ? FALSE : TRUE;
      return { ...condition, part };
    }
    case 'and':
    case 'or':
      return join(condition, eventClass);
    default:
      return condition;
  }
}

function join(
  condition: Extract<Condition, { kind: 'and' | 'or' }>,
  eventClass: EventClass,
): Condition {
  const decides = condition.kind === 'or';
  const parts: Condition[] = [];
  for (const part of condition.parts) {
    const special = specialise(part, eventClass);
    if (special.kind !== 'constant') parts.push(special);
    else if (special.value === decides) return decides ? TRUE : FALSE;
  }
  const [only] = parts;
  if (only === undefined) return decides ? FALSE : TRUE;
  return parts.length === 1 ? only : { ...condition, parts };
}
