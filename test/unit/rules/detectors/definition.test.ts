/** What definitions of detectors must have, for the compiler and when they are loaded. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineDetector, table } from '../../../../src/rules/detection/typescript/api/index.ts';
import { checkDefinition } from '../../../../src/rules/detection/typescript/check-definition.ts';
import { aDetector, DEFINITION } from '../../../support/detectors.ts';

interface Beacon {
  readonly times: readonly number[];
  readonly note?: string;
}

describe('the types of a definition', () => {
  it('know fields, tables and findings, and nothing that was not declared', () => {
    const detector = defineDetector({
      ...DEFINITION,
      inputs: ['network.connect', 'process.exec'],
      fields: [
        'process.pid',
        'process.args',
        'k8s.pod.label[app]',
        'ancestors.pid[0]',
        'dns.answers',
      ],
      state: { beacons: table<Beacon>({ entriesMax: 3 }) },
      detect(event, state, emit) {
        const pid: number | undefined = event.value('process.pid');
        const args: readonly string[] | undefined = event.value('process.args');
        const app: string | undefined = event.value('k8s.pod.label[app]');
        const parent: number | undefined = event.value('ancestors.pid[0]');
        const answers: readonly string[] | undefined = event.value('dns.answers');
        const beacon: Beacon | undefined = state.beacons.get('a');
        // @ts-expect-error: not declared
        event.value('process.uid');
        // @ts-expect-error: no such table
        state.other.get('a');
        // @ts-expect-error: no input
        const isOpen: boolean = event.class === 'file.open';
        // @ts-expect-error: not what the table is of
        state.beacons.set('a', 3);
        // @ts-expect-error: no such part of a finding
        emit({ mesage: `${pid} ${args} ${app} ${parent} ${answers} ${beacon} ${isOpen}` });
      },
    });
    // @ts-expect-error: no such class
    defineDetector({ ...DEFINITION, inputs: ['process.exe'] });
    // @ts-expect-error: no such field
    defineDetector({ ...DEFINITION, fields: ['process.exe'] });
    // @ts-expect-error: takes no key
    defineDetector({ ...DEFINITION, fields: ['process.pid[0]'] });
    // @ts-expect-error: no input
    defineDetector({ ...DEFINITION, only: { 'file.open': { 'process.pid': [1] } } });
    // @ts-expect-error: not declared
    defineDetector({ ...DEFINITION, only: { 'process.exec': { 'process.uid': [1] } } });
    // @ts-expect-error: no such level
    defineDetector({ ...DEFINITION, level: 'severe' });

    assert.ok('head' in checkDefinition(detector));
  });

  it('let tables keep plain data only', () => {
    const tables = [
      table<number>({ entriesMax: 1 }),
      table<readonly (number | null)[]>({ entriesMax: 1 }),
      table<{ readonly a?: { readonly b: string } }>({ entriesMax: 1 }),
      // @ts-expect-error: has methods
      table<Date>({ entriesMax: 1 }),
      // @ts-expect-error: has methods
      table<{ readonly a: Map<string, number> }>({ entriesMax: 1 }),
      // @ts-expect-error: is code
      table<{ readonly a: () => number }>({ entriesMax: 1 }),
    ];

    assert.equal(new Set(tables.map(({ kind }) => kind)).size, 1);
  });
});

describe('a definition', () => {
  it('is read into what is known of the detector', () => {
    const { detect, ...head } = DEFINITION;

    assert.deepStrictEqual(aDetector().head, {
      ...{ ...head, status: 'stable', tags: [], only: {} },
      findingsPerSecond: undefined,
    });
    assert.equal(typeof detect, 'function');
  });

  const wrong: readonly (readonly [Readonly<Record<string, unknown>>, ...RegExp[]])[] = [
    [{ id: undefined }, /^`id` is no text$/],
    [{ id: 'a b' }, /^`id` has more than letters/],
    [{ id: 'a'.repeat(129) }, /^`id` has more than letters/],
    [{ title: ' ' }, /^`title` is no text$/],
    [{ level: 'severe' }, /^`level` is none of informational, low/],
    [{ attack: ['T1'] }, /^`attack` has "T1"/],
    [{ attack: 'T1059' }, /^`attack` is no list of texts$/],
    [{ falsePositives: [1] }, /^`falsePositives` is no list of texts$/],
    [{ version: 1 }, /^`version` is no text$/],
    [{ inputs: [] }, /^`inputs` names no class of events$/],
    [{ inputs: ['process.exe'] }, /^`inputs` has "process.exe".*; did you mean process.exec\?$/],
    [{ fields: ['process.pit'] }, /^`fields` has "process.pit".*; did you mean process.pid\?$/],
    [
      { fields: ['process.pid[0]'] },
      /^`fields` has process.pid\[0\], and process.pid takes no key$/,
    ],
    [{ detect: 1 }, /^`detect` is no function$/],
    [{ findingsPerSecond: 0 }, /^`findingsPerSecond` is no number above 0$/],
    [{ findingsPerSecond: '5' }, /^`findingsPerSecond` is no number above 0$/],
    [{ state: 1 }, /^`state` is no object of tables$/],
    [{ state: { a: { entriesMax: 1 } } }, /^`state.a` is not made by `table\(\)`$/],
    [
      { state: { a: { kind: 'table', entriesMax: 0 } } },
      /^`state.a.entriesMax` is no whole number/,
    ],
    [{ state: { a: { kind: 'table', entriesMax: 65_537 } } }, /^`state.a.entriesMax`/],
    [
      { state: { a: { kind: 'table', entriesMax: 1, forgetAfterMs: 0 } } },
      /^`state.a.forgetAfterMs`/,
    ],
    [{ only: { 'file.open': {} } }, /^`only` has "file.open", which is no input$/],
    [
      { only: { 'process.exec': { 'process.uid': [0] } } },
      /^`only.process.exec.process.uid` is no/,
    ],
    [{ only: { 'process.exec': { 'process.pid': 1 } } }, /^`only.process.exec.process.pid` is no/],
    [{ only: 1 }, /^`only` has "only", which is no input$/],
    [{ title: '', level: '' }, /^`title`/, /^`level`/],
  ];
  for (const [changes, ...problems] of wrong) {
    it(`is refused with ${JSON.stringify(changes)}`, () => {
      const found = checkDefinition({ ...DEFINITION, ...changes });

      assert.ok(!('head' in found));
      assert.equal(found.length, problems.length);
      for (const [position, problem] of problems.entries()) {
        assert.match(found[position] ?? '', problem);
      }
    });
  }

  it('is refused when it is no object', () => {
    assert.deepStrictEqual(
      [undefined, null, 1, () => 1].map((value) => checkDefinition(value)),
      Array(4).fill(['it is no object']),
    );
  });
});
