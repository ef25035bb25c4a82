/** That every action is proven in every section, or impossible for a reason of the checker's. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ActionCell,
  type ActionCellState,
  actionColumns,
  actionFields,
  allActionCells,
} from '../../support/matrix/action-cells.ts';
import { ACTION_RECIPES } from '../../support/matrix/action-recipes.ts';
import { SECTIONS } from '../../support/matrix/sections.ts';

const CELLS = allActionCells();

const ofKind = (kind: ActionCellState['kind']): readonly ActionCell[] =>
  CELLS.filter(({ state }) => state.kind === kind);

const nameOf = ({ place, moment, column }: ActionCell): string =>
  `${place.section}, ${place.name}, ${moment}: ${column}`;

/** Which cells are impossible, by code; `*` stands for all of the kind. */
function refusals(): readonly string[] {
  const lines = ofKind('refused').map(({ place, moment, column, state }) => {
    const [code] = 'reason' in state ? state.reason.split(':') : [];
    const isWhole = code === 'POLICY_FIELD_UNKNOWN' || code === 'POLICY_FEATURE_UNSUPPORTED';
    return `${code} ${place.section} ${moment} ${isWhole ? '*' : column}`;
  });
  return [...new Set(lines)].sort();
}

const FUNCTIONS = ['kprobes', 'fentries'];
const WITH_RETURNS = [...FUNCTIONS, 'uprobes'];
const ON_SOCKETS = ['TrackSock', 'UntrackSock'];
const AT_ENTRY_ONLY = [
  ...ON_SOCKETS,
  'Set',
  ...['Override', 'GetUrl', 'DnsLookup', 'NotifyEnforcer', 'CleanupEnforcerNotification'],
  ...actionColumns().filter((column) => column.startsWith('Post ')),
];

describe('the matrix of sections and actions', () => {
  it('has a recipe for every action, and for what Post can be told', () => {
    // A new action needs a recipe: see CONTRIBUTING.md.
    assert.deepStrictEqual(ofKind('missing').map(nameOf), []);
  });

  it('has no recipe for what the schema does not know', () => {
    const columns = actionColumns();
    const idle = Object.keys(ACTION_RECIPES).filter((name) => !columns.includes(name));
    assert.deepStrictEqual(idle, []);
  });

  it('uses every field of an action', () => {
    const used = Object.values(ACTION_RECIPES)
      .flat()
      .map(({ parameters }) => parameters)
      .join();
    const unused = actionFields().filter((name) => name !== 'action' && !used.includes(`${name}:`));
    assert.deepStrictEqual(unused, []);
  });

  it('is impossible for what the checker says, and nowhere else', () => {
    const expected = [
      ...WITH_RETURNS.flatMap((section) =>
        AT_ENTRY_ONLY.map((column) => `POLICY_RETURN_INVALID ${section} return ${column}`),
      ),
      // Of `kprobes` a function that is no security function.
      ...FUNCTIONS.flatMap((section) =>
        ['entry', 'held'].map((at) => `POLICY_OVERRIDE_UNSUPPORTED ${section} ${at} Override`),
      ),
      ...['tracepoints entry', 'uprobes entry', 'uprobes held', 'usdts entry'].map(
        (at) => `POLICY_OVERRIDE_UNSUPPORTED ${at} Override`,
      ),
      ...['lsmhooks entry', 'uprobes entry', 'uprobes held', 'usdts entry'].flatMap((at) =>
        ['GetUrl', 'DnsLookup'].map((column) => `POLICY_REQUEST_UNSUPPORTED ${at} ${column}`),
      ),
      ...['uprobes entry', 'uprobes held', 'usdts entry'].map(
        (at) => `POLICY_ACTION_PARAMETER ${at} Post kernelStackTrace`,
      ),
      // Where there is no socket, or no hook of a security module.
      ...[
        ...WITH_RETURNS.flatMap((section) => [`${section} entry`, `${section} held`]),
        ...['tracepoints entry', 'usdts entry'],
      ].flatMap((at) =>
        [...ON_SOCKETS, 'Post imaHash'].map((column) => `POLICY_ACTION_PARAMETER ${at} ${column}`),
      ),
      ...ON_SOCKETS.map((column) => `POLICY_ACTION_PARAMETER lsmhooks entry ${column}`),
      // Where there is no variable.
      ...[
        ...WITH_RETURNS.flatMap((section) => [`${section} entry`, `${section} held`]),
        ...['lsmhooks entry', 'tracepoints entry', 'usdts entry'],
      ].map((at) => `POLICY_ACTION_PARAMETER ${at} Set`),
      ...['held', 'return'].flatMap((moment) => [
        ...['lsmhooks', 'tracepoints', 'usdts'].map(
          (section) => `POLICY_FIELD_UNKNOWN ${section} ${moment} *`,
        ),
      ]),
    ];
    assert.deepStrictEqual(refusals(), expected.sort());
  });

  it('leaves Override of system calls to the kernel, which cannot', () => {
    assert.deepStrictEqual(ofKind('unenforceable').map(nameOf), [
      'kprobes, a system call, entry: Override',
      'kprobes, a system call, held: Override',
    ]);
  });

  it('proves something in every section', () => {
    const proven = ofKind('proven');
    assert.deepStrictEqual(
      [...new Set(proven.map(({ place }) => place.section))].sort(),
      [...SECTIONS].sort(),
    );
  });
});
