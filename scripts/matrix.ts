/** Prints what policies can compare, section by section, and why what is left is impossible. */
import { allCells, type Cell, type CellState } from '../test/support/matrix/cells.ts';
import {
  argumentOperators,
  argumentTypes,
  whyOperatorRefused,
} from '../test/support/matrix/refusals.ts';
import { SECTIONS } from '../test/support/matrix/sections.ts';

const CELLS = allCells();

type CellKind = CellState['kind'];

/** Types with the same operators and the same state in one line. */
function linesOf(cells: readonly (Cell & { readonly state: CellState })[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const type of argumentTypes()) {
    const own = cells.filter((cell) => cell.type === type);
    const [first] = own;
    const text = first === undefined ? 'is not compared' : describe(own);
    groups.set(text, [...(groups.get(text) ?? []), type]);
  }
  return [...groups].map(([text, types]) => `  ${types.join(', ')}: ${text}`);
}

function describe(cells: readonly (Cell & { readonly state: CellState })[]): string {
  const kinds = new Set(cells.map(({ state }) => state.kind));
  return [...kinds]
    .map((kind) => {
      const own = cells.filter(({ state }) => state.kind === kind);
      const operators = own.map(({ operator }) => operator).join(' ');
      const [state] = own.map((cell) => cell.state);
      return state !== undefined && 'reason' in state
        ? `impossible, ${state.reason}`
        : `${kind}: ${operators}`;
    })
    .join('; ');
}

/** What the checker does not let through, operator by operator. */
function refusedOperators(): readonly string[] {
  return argumentOperators().map((operator) => {
    const types = argumentTypes().filter(
      (type) => whyOperatorRefused(type, operator) !== undefined,
    );
    return `  the operator ${operator} does not apply to ${types.join(', ')}`;
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const count = (...kinds: readonly CellKind[]): number =>
  CELLS.filter(({ state }) => kinds.includes(state.kind)).length;

for (const section of SECTIONS) {
  print(section);
  for (const line of linesOf(CELLS.filter((cell) => cell.section === section))) print(line);
}
print(
  'impossible in every section (POLICY_OPERATOR_TYPE, or POLICY_EXPRESSION_UNSUPPORTED of CelExpr)',
);
for (const line of refusedOperators()) print(line);
print(
  `${CELLS.length} cells: ${count('proven')} proven by test/kernel/matrix.test.ts, ` +
    `${count('refused', 'absent')} impossible (${count('refused')} refused by the checker, ` +
    `${count('absent')} without a hook), ${count('missing')} without a trigger`,
);
