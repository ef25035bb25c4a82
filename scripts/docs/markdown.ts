/** The little Markdown that generated pages are made of. */

/** A table; cells are one line each. */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n')}\n`;
}

/** Capital letter and full stop, for clauses that stand alone in a cell. */
export function sentence(clause: string): string {
  const start = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
