/** Events that are written down have what events of this machine would have as well. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldName } from '../../../../src/rules/detection/fields/field-table.ts';
import type { FieldValue } from '../../../../src/rules/detection/fields/field-value.ts';
import { readWrittenEvent } from '../../../../src/rules/detection/fields/written-event.ts';

const CONNECTION = {
  'network.direction': 'outbound',
  'network.local.ip': '10.0.0.1',
  'network.remote.ip': '10.0.0.2',
  'network.remote.port': 443,
};

const CASES: readonly (readonly [FieldName, object, FieldValue | undefined])[] = [
  ['network.server.port', CONNECTION, 443],
  ['network.connection', CONNECTION, '10.0.0.1->10.0.0.2:443'],
  ['network.connection', { ...CONNECTION, 'network.connection': 'x' }, 'x'],
  ['network.server.port', { 'network.remote.port': 443 }, undefined],
  ['process.args_text', { 'process.args': ['-c', 'id'] }, '-c id'],
  ['process.args_text', { 'process.name': 'sh' }, undefined],
  ['file.mode_bits', { 'file.mode': 0o4100 }, ['S_ISUID', 'S_IXUSR']],
  ['file.mode_bits', { 'file.path': '/a' }, undefined],
  ['event.class', {}, 'network.connect'],
];

describe('readWrittenEvent', () => {
  for (const [field, fields, expected] of CASES) {
    it(`has ${JSON.stringify(expected)} as ${field} of ${JSON.stringify(fields)}`, () => {
      const source = readWrittenEvent({ class: 'network.connect', fields });

      assert.deepStrictEqual(source.value(field), expected);
    });
  }
});
