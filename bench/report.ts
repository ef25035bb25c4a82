/** What all benchmarks share: tables, and budgets that are met or missed. */

/** A measured value that must stay on one side of a limit. */
export interface Budget {
  readonly name: string;
  readonly value: number;
  readonly relation: 'at most' | 'at least';
  readonly limit: number;
  readonly unit: string;
}

/** One line of standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints rows below a head; the first column is aligned to the left, all others to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    print(cells.join('   '));
  }
}

/** A number for people: grouped digits, no more than `digits` behind the point. */
export function round(value: number, digits = 0): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Prints one line per budget; true when all are met. */
export function checkBudgets(budgets: readonly Budget[]): boolean {
  return budgets.map(checkBudget).every((isMet) => isMet);
}

function checkBudget({ name, value, relation, limit, unit }: Budget): boolean {
  // A value that could not be measured is NaN and meets nothing.
  const isMet = relation === 'at most' ? value <= limit : value >= limit;
  const suffix = unit === '' ? '' : ` ${unit}`;
  const measured = `${round(value, 2)}${suffix}`;
  const verdict = isMet ? 'met' : 'missed';
  print(`budget ${name}, ${relation} ${round(limit, 2)}${suffix}: ${measured}: ${verdict}`);
  return isMet;
}
