/**
 * Prints what policies can compare and what they can do, section by section, and why what is left
 * is impossible.
 */
import {
  type ActionCell,
  type ActionCellState,
  allActionCells,
  MOMENTS,
} from '../test/support/matrix/action-cells.ts';
import { ACTION_PLACES, type ActionPlace } from '../test/support/matrix/action-places.ts';
import { allCells, type Cell, type CellState } from '../test/support/matrix/cells.ts';
import {
  argumentOperators,
  argumentTypes,
  whyOperatorRefused,
} from '../test/support/matrix/refusals.ts';
import { SECTIONS } from '../test/support/matrix/sections.ts';

const CELLS = allCells();

const ACTION_CELLS = allActionCells();

type CellKind = CellState['kind'];

/** Types with the same operators and the same state in one line. */
function linesOf(cells: readonly (Cell & { readonly state: CellState })[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const type of argumentTypes()) {
    const own = cells.filter((cell) => cell.type === type);
    const text = describe(own);
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

/** What can be done at a hook, moment by moment. */
function linesOfPlace(place: ActionPlace): readonly string[] {
  return MOMENTS.map((moment) => {
    const groups = new Map<string, Set<string>>();
    for (const cell of ACTION_CELLS) {
      if (cell.place !== place || cell.moment !== moment) continue;
      const group = groups.get(describeAction(cell)) ?? new Set();
      groups.set(describeAction(cell), group.add(cell.column));
    }
    const texts = [...groups].map(([what, columns]) => `${[...columns].join(', ')}: ${what}`);
    return `  ${moment}: ${texts.join('; ')}`;
  });
}

const describeAction = ({ state }: ActionCell): string =>
  'reason' in state ? `impossible, ${state.reason}` : state.kind;

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

const countActions = (...kinds: readonly ActionCellState['kind'][]): number =>
  ACTION_CELLS.filter(({ state }) => kinds.includes(state.kind)).length;

for (const place of ACTION_PLACES) {
  print(`actions, ${place.section}: ${place.name}`);
  for (const line of linesOfPlace(place)) print(line);
}
print(
  `${ACTION_CELLS.length} cells: ${countActions('proven')} proven by ` +
    `test/kernel/action-matrix.test.ts, ${countActions('refused', 'unenforceable')} impossible ` +
    `(${countActions('refused')} by the checker, ` +
    `${countActions('unenforceable')} by the kernel), ${countActions('missing')} without a recipe`,
);
