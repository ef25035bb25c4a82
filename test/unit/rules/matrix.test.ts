/** That every cell of the matrix is proven, or impossible for a reason that the checker gives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ABSENCES } from '../../support/matrix/absences.ts';
import { allCells, type CellState } from '../../support/matrix/cells.ts';
import { argumentTypes, whyTypeRefused } from '../../support/matrix/refusals.ts';
import { SECTIONS } from '../../support/matrix/sections.ts';
import { TRIGGERS } from '../../support/matrix/triggers.ts';

const CELLS = allCells();

const countOf = (kind: CellState['kind']): number =>
  CELLS.filter(({ state }) => state.kind === kind).length;

describe('the matrix of sections, types and operators', () => {
  it('has a trigger for every cell that is possible', () => {
    const missing = CELLS.filter(({ state }) => state.kind === 'missing').map(
      ({ section, type, operator }) => `${section} ${type} ${operator}`,
    );
    // A new type needs a trigger, a new operator values: see CONTRIBUTING.md.
    assert.deepStrictEqual(missing, []);
  });

  it('has cells of every kind', () => {
    assert.ok(countOf('proven') > countOf('refused'));
    assert.ok(countOf('refused') > countOf('absent'));
    assert.ok(countOf('absent') > 0);
  });

  it('gives the reason of the checker for what is impossible', () => {
    for (const { type, state } of CELLS) {
      if (state.kind !== 'refused') continue;
      assert.match(state.reason, /^POLICY_ARGUMENT_TYPE: (?:no|only) .* of (?:the )?type `/);
      assert.ok(state.reason.endsWith(`\`${type}\``), state.reason);
    }
  });

  it('has no trigger for what is impossible', () => {
    const idle = TRIGGERS.flatMap(({ section, types }) =>
      types.filter(
        (type) =>
          !argumentTypes().includes(type) ||
          whyTypeRefused(section, type) !== undefined ||
          ABSENCES.some((one) => one.section === section && one.types.includes(type)),
      ),
    );
    assert.deepStrictEqual(idle, []);
  });

  it('proves something in every section', () => {
    const sections = new Set(
      CELLS.filter(({ state }) => state.kind === 'proven').map(({ section }) => section),
    );
    assert.deepStrictEqual([...sections], [...SECTIONS]);
  });
});
