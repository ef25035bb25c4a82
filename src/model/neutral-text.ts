/** Makes text that an attacker may have chosen safe to print on a terminal, on one line. */

/**
 * Controls, formatting characters (which turn or hide text: bidi overrides, zero-width joiners,
 * tags), line and paragraph separators, and halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const NAMED = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * Shows text in at most `width` characters, cut with `…`; what is unsafe becomes `\n`, `\xNN`,
 * `\uNNNN` or `\u{N}`.
 */
export function neutralText(text: string, width: number): string {
  // Neutralising never makes text shorter, so what is beyond the width need not be looked at.
  const safe = text.slice(0, width + 1).replace(UNSAFE, escapeCharacter);
  if (safe.length <= width) return safe;
  const cut = safe.slice(0, width - 1);
  // The other half of a pair cut in two would print as a replacement character.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** As neutralText, and in double quotes when spaces or brackets could pass for the end of it. */
export function neutralPath(path: string, width: number): string {
  const safe = neutralText(path, width);
  return /[\s"[\]]/.test(safe) ? `"${safe.replaceAll('"', '\\"')}"` : safe;
}

function escapeCharacter(character: string): string {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
