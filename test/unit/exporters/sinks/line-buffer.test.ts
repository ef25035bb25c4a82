/** Messages as lines: each one line, whatever is in it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineBuffer } from '../../../../src/exporters/sinks/line-buffer.ts';
import { JSON_FORMAT } from '../../../../src/exporters/sinks/sink-type.ts';
import type { Dispatch } from '../../../../src/model/delivery.ts';
import { aMessage } from '../../../support/messages.ts';

function dispatchOf(body: string): Dispatch {
  return { message: aMessage(1, { body }), series: 's', first: 1, last: 1, attempts: 0 };
}

function linesOf(buffer: LineBuffer, bodies: readonly string[]): string {
  return buffer.fill(bodies.map(dispatchOf), JSON_FORMAT).toString('utf8');
}

describe('a buffer of lines', () => {
  it('has a line for each message, of any length and of all characters', () => {
    const bodies = ['', 'plain', '\u00e9\u4e2d\u{1f680}'.repeat(5000), 'x'.repeat(100_000), 'end'];

    assert.equal(linesOf(new LineBuffer(), bodies), `${bodies.join('\n')}\n`);
  });

  it('keeps nothing of the batch before', () => {
    const buffer = new LineBuffer();
    linesOf(buffer, ['a long one', 'and another']);

    assert.equal(linesOf(buffer, ['b']), 'b\n');
    assert.equal(linesOf(buffer, []), '');
  });

  it('makes one line of a text that breaks', () => {
    assert.equal(linesOf(new LineBuffer(), ['one\r\ntwo\n', 'three']), 'one two\nthree\n');
  });
});
