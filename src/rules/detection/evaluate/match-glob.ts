/** Wildcard patterns, in time linear in the text for a given pattern. */
import type { GlobPart } from '../ir/condition.ts';

/** Whether the whole text is as the pattern says. Texts of the pattern are in lower case then. */
export function matchesGlob(
  text: string,
  glob: readonly GlobPart[],
  ignoresCase: boolean,
): boolean {
  return walk(ignoresCase ? text.toLowerCase() : text, glob);
}

/**
 * Of all places where the part after a `*` can stand, the first is as good as any later one, so
 * only the last `*` is ever gone back to.
 */
function walk(text: string, glob: readonly GlobPart[]): boolean {
  let at = 0;
  let part = 0;
  let star: { readonly part: number; at: number } | undefined;
  for (;;) {
    const current = glob[part];
    if (current === undefined && at === text.length) return true;
    if (current?.kind === 'many') {
      star = { part: part + 1, at };
      part += 1;
      continue;
    }
    const width = current === undefined ? undefined : widthAt(text, at, current);
    if (width !== undefined) {
      at += width;
      part += 1;
      continue;
    }
    if (star === undefined || star.at >= text.length) return false;
    star.at = nextStart(text, star.at + 1, glob[star.part]);
    if (star.at < 0) return false;
    at = star.at;
    part = star.part;
  }
}

/** Units that the part takes at this place; undefined when it does not stand there. */
function widthAt(text: string, at: number, part: GlobPart): number | undefined {
  if (part.kind === 'text') return text.startsWith(part.text, at) ? part.text.length : undefined;
  const point = text.codePointAt(at);
  if (point === undefined) return undefined;
  return point > 0xffff ? 2 : 1;
}

function nextStart(text: string, from: number, part: GlobPart | undefined): number {
  if (part === undefined) return text.length;
  return part.kind === 'text' ? text.indexOf(part.text, from) : from;
}
