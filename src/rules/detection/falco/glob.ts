/** Patterns of the operators glob and iglob: `*`, `?` and a backslash. */
import type { GlobPart } from '../ir/condition.ts';

/** Sets in brackets are taken by their letters: rules of the language do without them. */
export function parseGlob(text: string): readonly GlobPart[] {
  const parts: GlobPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '\\' && at + 1 < text.length) {
      at += 1;
      literal += text.charAt(at);
    } else if (unit === '*' || unit === '?') {
      flush();
      parts.push({ kind: unit === '*' ? 'many' : 'one' });
    } else literal += unit;
  }
  flush();
  return parts;
}
