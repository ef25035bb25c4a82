/** Messages of syslog, parsed back: nothing that others chose gets out of its place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  frame,
  type SyslogHead,
  structuredData,
  syslogMessage,
} from '../../../../src/exporters/sinks/syslog/syslog-message.ts';
import { dispatch } from '../../../support/dispatches.ts';
import { aMessage } from '../../../support/messages.ts';

const HEAD: SyslogHead = {
  facility: 'authpriv',
  host: 'node-9',
  ...{ appName: 'warder', procId: '42', enterprise: 32_473 },
};

describe('syslogMessage', () => {
  it('is as RFC 5424 has it', () => {
    const message = aMessage(1, { kind: 'alert', severity: 'high', rule: 'r-1' });

    assert.equal(
      syslogMessage(HEAD, dispatch(message, 7), '{"a":"ä"}'),
      '<83>1 2027-01-15T08:00:00.001Z node-1 warder 42 alert ' +
        '[warder@32473 id="node-1/boot-1/1" severity="high" namespace="shop" rule="r-1" ' +
        'series="series/matched" first="7" last="7"] \ufeff{"a":"ä"}',
    );
  });

  it('has priorities by facility and severity', () => {
    const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;
    const heads = levels.map((severity) =>
      syslogMessage({ ...HEAD, facility: 'local7' }, dispatch(aMessage(1, { severity })), ''),
    );

    assert.deepStrictEqual(
      heads.map((text) => text.slice(0, 6)),
      ['<190>1', '<189>1', '<188>1', '<187>1', '<186>1'],
    );
  });

  it('keeps values that others chose where they are', () => {
    const rule = 'a"]b\\c\n<34>1 - evil \u202e';
    const text = syslogMessage(HEAD, dispatch(aMessage(1, { rule, node: 'no de\nx' })), 'm');

    assert.equal(text.includes('\n'), false);
    assert.ok(text.includes('rule="a\\"\\]b\\\\c\\\\n<34>1 - evil \\\\u202e"'));
    assert.ok(text.includes(' no_de_x warder '));
  });
});

describe('structuredData', () => {
  it('leaves out what has no value', () => {
    assert.equal(structuredData('w@1', { a: '', b: 'x' }), '[w@1 b="x"]');
  });
});

describe('frame', () => {
  it('counts octets, not characters', () => assert.equal(frame('ä\n'), '3 ä\n'));
});
