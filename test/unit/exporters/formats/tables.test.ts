/** The tables of fields are whole: nothing that is read is lost in all formats. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CEF_FIELDS, CEF_LENGTHS } from '../../../../src/exporters/formats/cef/fields.ts';
import { ECS_FIELDS, ECS_UNKNOWN } from '../../../../src/exporters/formats/ecs/fields.ts';
import type { FieldRow } from '../../../../src/exporters/formats/fields/rows.ts';
import { FORMATS, isFormatName } from '../../../../src/exporters/formats/formats.ts';
import { OCSF_CLASSES } from '../../../../src/exporters/formats/ocsf/classes.ts';
import { SOURCES } from '../../../../src/exporters/formats/reading/sources.ts';

function sourcesOf(row: FieldRow): readonly string[] {
  switch (row.kind) {
    case 'value':
    case 'all':
      return row.sources;
    case 'constant':
      return [];
    case 'object':
      return row.table.rows.flatMap(sourcesOf);
    case 'group':
    case 'evidence':
      return row.rows.flatMap(sourcesOf);
  }
}

function unused(rows: readonly FieldRow[]): readonly string[] {
  const used = new Set(rows.flatMap(sourcesOf));
  return Object.keys(SOURCES).filter((name) => !used.has(name));
}

const OCSF = Object.values(OCSF_CLASSES).flatMap(({ shared, rows }) => [
  ...shared.flatMap((part) => part.rows),
  ...rows,
]);

describe('Tables of fields', () => {
  it('of OCSF write all that is read, but for what it has no attribute for', () => {
    assert.deepStrictEqual(unused(OCSF), ['message.kind', 'file.gid', 'response.kind']);
  });

  it('of ECS write all that is read, but for what is in other fields', () => {
    const rows = [...Object.values(ECS_FIELDS).flat(), ...ECS_UNKNOWN];

    assert.deepStrictEqual(unused(rows), ['target.name']);
  });

  it('of CEF say how long each text may be', () => {
    const texts = CEF_FIELDS.flatMap((row) => (row.kind === 'group' ? row.rows : [row])).filter(
      (row) =>
        row.kind === 'value' &&
        row.as?.says.startsWith('if it is') !== true &&
        row.sources.some((name) => ['text', 'texts'].includes(SOURCES[name][0])) &&
        row.target !== 'deviceDirection',
    );

    assert.deepStrictEqual(
      texts.filter((row) => row.kind === 'value' && !(row.target in CEF_LENGTHS)),
      [],
    );
  });
});

describe('isFormatName', () => {
  it('knows the formats, and nothing else', () => {
    assert.deepStrictEqual(
      [...Object.keys(FORMATS), 'cloudevents', 'toString', ''].map(isFormatName),
      [true, true, true, true, false, false, false],
    );
  });
});
