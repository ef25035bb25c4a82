/** Prints what policies can compare, section by section, and which of it a kernel test proves. */
import {
  allCells,
  argumentOperators,
  argumentTypes,
  type Cell,
  SECTIONS,
  whyNot,
} from '../test/support/matrix/cells.ts';

const CELLS = allCells();

/** Types with the same operators in one line. */
function linesOf(cells: readonly Cell[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const type of argumentTypes()) {
    const own = cells.filter((cell) => cell.type === type);
    const proven = own.filter(({ proof }) => proof !== undefined);
    const empty = own.filter(({ proof }) => proof === undefined);
    const text = [describe('proven', proven), describe('no trigger yet', empty)]
      .filter((part) => part !== '')
      .join('; ');
    groups.set(text, [...(groups.get(text) ?? []), type]);
  }
  return [...groups].map(([text, types]) => `  ${types.join(', ')}: ${text || 'is not compared'}`);
}

function describe(what: string, cells: readonly Cell[]): string {
  const operators = cells.map(({ operator }) => operator).join(' ');
  return operators === '' ? '' : `${what}: ${operators}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the checker does not let through, operator by operator. */
function impossible(): readonly string[] {
  return argumentOperators().map((operator) => {
    const types = argumentTypes().filter((type) => whyNot(type, operator) !== undefined);
    return `  the operator ${operator} does not apply to ${types.join(', ')}`;
  });
}

for (const section of SECTIONS) {
  print(section);
  for (const line of linesOf(CELLS.filter((cell) => cell.section === section))) print(line);
}
print('impossible in every section');
for (const line of impossible()) print(line);
const proven = CELLS.filter(({ proof }) => proof !== undefined).length;
print(`${CELLS.length} cells, ${proven} proven by test/kernel/matrix.test.ts`);
