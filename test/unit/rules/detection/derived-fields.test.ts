/** Fields that are worked out from facts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import { EventFields } from '../../../../src/rules/detection/fields/event-fields.ts';
import type { FieldName } from '../../../../src/rules/detection/fields/field-table.ts';
import type { FieldValue } from '../../../../src/rules/detection/fields/field-value.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';

const CONTEXT = {
  nodeName: 'n1',
  clusterName: 'c1',
  userName: (uid: number) => (uid === 0 ? 'root' : undefined),
  toEpochMs: Number,
};

const exec = aDetectionEvent();
const ends = {
  'network.local.ip': '10.0.0.1',
  'network.local.port': 4000,
  'network.remote.ip': '10.0.0.2',
  'network.remote.port': 443,
} as const;
const connect = aDetectionEvent({
  class: 'network.connect',
  facts: { 'network.direction': 'outbound', ...ends },
});
const accept = aDetectionEvent({
  class: 'network.accept',
  facts: { 'network.direction': 'inbound', ...ends },
});
const listen = aDetectionEvent({
  class: 'network.listen',
  facts: { 'network.local.ip': '0.0.0.0', 'network.local.port': 80 },
});
const setuid = aDetectionEvent({
  class: 'process.credentials',
  facts: { 'credentials.new_uid': 0 },
});
const mkdir = aDetectionEvent({ class: 'file.mkdir', facts: { 'file.mode': 0o42700 } });

const CASES: readonly (readonly [DetectionEvent, FieldName, FieldValue | undefined])[] = [
  [connect, 'network.connection', '10.0.0.1:4000->10.0.0.2:443'],
  [connect, 'network.server.port', 443],
  [connect, 'network.client.ip', '10.0.0.1'],
  [accept, 'network.connection', '10.0.0.2:443->10.0.0.1:4000'],
  [accept, 'network.server.port', 4000],
  [accept, 'network.client.port', 443],
  [listen, 'network.connection', '0.0.0.0:80'],
  [listen, 'network.server.ip', '0.0.0.0'],
  [listen, 'network.client.ip', undefined],
  [exec, 'network.connection', undefined],
  [setuid, 'credentials.new_user', 'root'],
  [exec, 'credentials.new_user', undefined],
  [mkdir, 'file.mode_bits', ['S_ISGID', 'S_IRUSR', 'S_IWUSR', 'S_IXUSR', 'S_IFDIR']],
];

describe('derived fields', () => {
  for (const [event, field, expected] of CASES) {
    it(`say ${JSON.stringify(expected)} as ${field} of ${event.class}`, () => {
      assert.deepStrictEqual(new EventFields(CONTEXT, event).value(field), expected);
    });
  }
});
