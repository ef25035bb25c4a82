/** Arguments of hooks as texts, for rules about what policies saw. */
import type { ArgumentValue } from '../../../model/event.ts';

/** What rules may look for in an argument; nothing for what has no short text. */
export function argumentTexts(value: ArgumentValue): readonly string[] {
  if ('path' in value) return [value.path];
  if ('destinationAddress' in value) {
    return [value.sourceAddress, value.destinationAddress].filter((text) => text !== '');
  }
  if ('name' in value) return [value.name];
  if ('value' in value) {
    return value.value instanceof Uint8Array ? [] : [String(value.value)];
  }
  return [];
}
