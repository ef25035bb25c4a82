/** Whether a condition could hold if sensors saw all that it asks for. */
import type { Condition } from '../ir/condition.ts';

export function couldHold(condition: Condition): boolean {
  return settled(condition) !== false;
}

/** What the condition is for every event there could be, or undefined when that depends. */
function settled(condition: Condition): boolean | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value;
    case 'not': {
      const value = settled(condition.part);
      return value === undefined ? undefined : !value;
    }
    case 'and':
    case 'or': {
      // A choice of nothing is what is left of types and values that nothing reports.
      if (condition.kind === 'or' && condition.parts.length === 0) return undefined;
      const decides = condition.kind === 'or';
      const values = condition.parts.map(settled);
      if (values.includes(decides)) return decides;
      return values.includes(undefined) ? undefined : !decides;
    }
    default:
      return undefined;
  }
}
