/** Texts of Sigma: literal characters and wildcards. */
import type { GlobPart, TestOperator } from '../ir/condition.ts';

/** A text with its wildcards; neighbouring literals are one part. */
export type SigmaText = readonly GlobPart[];

const MANY: GlobPart = { kind: 'many' };

/**
 * Reads `*` and `?` as wildcards. A backslash takes away the meaning of a wildcard or of another
 * backslash that follows, and stands for itself otherwise.
 */
export function parseSigmaText(text: string): SigmaText {
  const parts: GlobPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    const next = text.charAt(at + 1);
    if (unit === '\\' && next !== '' && '*?\\'.includes(next)) {
      literal += next;
      at += 1;
    } else if (unit === '*' || unit === '?') {
      flush();
      parts.push(unit === '*' ? MANY : { kind: 'one' });
    } else {
      literal += unit;
    }
  }
  flush();
  return parts;
}

/** A text without wildcards. */
export function literalText(text: string): SigmaText {
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** The literal, if the text has no wildcards. */
export function asLiteral(text: SigmaText): string | undefined {
  const [part] = text;
  if (part === undefined) return '';
  return text.length === 1 && part.kind === 'text' ? part.text : undefined;
}

/** How a text stands in a value. */
export type Placement = 'equals' | 'contains' | 'starts_with' | 'ends_with';

/** The text with the wildcards that its placement stands for. */
export function place(text: SigmaText, placement: Placement): SigmaText {
  const before = placement === 'contains' || placement === 'ends_with' ? [MANY] : [];
  const after = placement === 'contains' || placement === 'starts_with' ? [MANY] : [];
  return [...before, ...text, ...after].filter(
    (part, at, all) => part.kind !== 'many' || all[at - 1]?.kind !== 'many',
  );
}

/** Operators that together accept what any of the texts does, one of each kind at the most. */
export function textOperators(
  texts: readonly SigmaText[],
  ignoresCase: boolean,
): readonly TestOperator[] {
  const literals: Record<Placement, string[]> = {
    ...{ equals: [], contains: [], starts_with: [], ends_with: [] },
  };
  const globs: SigmaText[] = [];
  let isAny = false;
  for (const text of texts) {
    if (text.length === 1 && text[0]?.kind === 'many') isAny = true;
    const simple = simplify(text);
    if (simple === undefined) globs.push(text);
    else literals[simple.kind].push(simple.text);
  }
  if (isAny) return [{ kind: 'exists' }];
  const operators: TestOperator[] = [];
  for (const kind of ['equals', 'contains', 'starts_with', 'ends_with'] as const) {
    if (literals[kind].length > 0) operators.push({ kind, texts: literals[kind], ignoresCase });
  }
  if (globs.length > 0) operators.push({ kind: 'glob', globs, ignoresCase });
  return operators;
}

/** A text with wildcards at its ends only is a plain comparison. */
function simplify(
  text: SigmaText,
): { readonly kind: Placement; readonly text: string } | undefined {
  const whole = asLiteral(text);
  if (whole !== undefined) return { kind: 'equals', text: whole };
  const [first, second, third] = text;
  if (text.length === 2 && first?.kind === 'many' && second?.kind === 'text') {
    return { kind: 'ends_with', text: second.text };
  }
  if (text.length === 2 && first?.kind === 'text' && second?.kind === 'many') {
    return { kind: 'starts_with', text: first.text };
  }
  const isInside = first?.kind === 'many' && third?.kind === 'many' && text.length === 3;
  if (isInside && second?.kind === 'text') return { kind: 'contains', text: second.text };
  return undefined;
}
