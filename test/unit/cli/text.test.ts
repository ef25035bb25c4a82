/** Text for terminals, lines of streams, and the log. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFields, readList, readNumber, readString } from '../../../src/cli/api/read-json.ts';
import { LineSplitter } from '../../../src/cli/line-splitter.ts';
import { createLogger, type LoggerOptions } from '../../../src/cli/logger.ts';
import { alignRows, printable, printableJson, wrapText } from '../../../src/cli/style.ts';

describe('foreign text', () => {
  it('keeps what has no effect', () => {
    assert.equal(printable('plain ü 漢 🚀 text'), 'plain ü 漢 🚀 text');
  });

  it('shows escapes instead of effects', () => {
    assert.equal(printable('a\u001b[31m\r\n\u202e\ud800'), 'a\\x1b[31m\\r\\n\\u202e\\ud800');
  });

  it('is cut', () => {
    assert.equal(printable('x'.repeat(5000)), `${'x'.repeat(4095)}…`);
  });

  it('stays the same JSON', () => {
    const value = { path: '/tmp/\u009b2J\u202e\u{e0041}ü' };

    const line = printableJson(JSON.stringify(value));

    assert.equal(line, '{"path":"/tmp/\\u009b2J\\u202e\\udb40\\udc41ü"}');
    assert.deepStrictEqual(JSON.parse(line), value);
  });

  it('is wrapped at spaces and aligned in columns', () => {
    assert.deepStrictEqual(wrapText('one two three fourfivesix', 9), [
      'one two',
      'three',
      'fourfivesix',
    ]);
    assert.deepStrictEqual(
      alignRows(
        [
          ['a', 'b'],
          ['ccc', 'd'],
        ],
        '> ',
      ),
      ['> a    b', '> ccc  d'],
    );
  });
});

describe('line splitter', () => {
  it('joins what chunks cut, even inside a character', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('one\ntwü\n\nthree');

    const lines = [...bytes].flatMap((byte) => splitter.push(Uint8Array.of(byte)));

    assert.deepStrictEqual(lines, ['one', 'twü', '']);
    assert.deepStrictEqual(splitter.end(), ['three']);
    assert.deepStrictEqual(splitter.end(), []);
  });

  it('keeps only the beginning of an endless line', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(3 * 1024 * 1024, 'x');

    splitter.push(chunk);
    splitter.push(chunk);
    const lines = splitter.push(Buffer.from('\nnext\n'));

    assert.deepStrictEqual(
      lines.map((line) => line.length),
      [4 * 1024 * 1024, 4],
    );
  });
});

describe('JSON readers', () => {
  const read = readFields<{ readonly name: string; readonly counts: readonly number[] }>({
    name: readString,
    counts: readList(readNumber),
  });

  it('return what was asked for and nothing else', () => {
    assert.deepStrictEqual(read({ name: 'a', counts: [1], more: true }, 'it'), {
      name: 'a',
      counts: [1],
    });
  });

  it('name the place of what is wrong', () => {
    assert.throws(() => read({ name: 'a', counts: [1, '2'] }, 'it'), {
      code: 'CLI_ANSWER_INVALID',
      message: "the agent's answer has no valid it.counts[1]",
    });
    assert.throws(() => read([], 'it'), { message: "the agent's answer has no valid it" });
  });
});

describe('logger', () => {
  function log(options: Partial<LoggerOptions>): readonly string[] {
    const lines: string[] = [];
    const logger = createLogger({
      level: 'info',
      form: 'json',
      isColoured: false,
      write: (line) => lines.push(line),
      ...options,
    });
    logger.debug({}, 'not said');
    logger.info({ hook: 'sys_open', count: 3n }, 'said');
    logger.error({ error: new Error('bad\u001b[2J') }, 'failed');
    return lines;
  }

  it('writes JSON for collectors', () => {
    const [first, second, third] = log({}).map((line): Record<string, unknown> => JSON.parse(line));

    const { time, ...entry } = first ?? {};
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepStrictEqual(entry, { level: 'info', hook: 'sys_open', count: 3, msg: 'said' });
    assert.equal(Object(second?.['error']).message, 'bad\u001b[2J');
    assert.equal(third, undefined);
  });

  it('writes short and harmless lines for people', () => {
    const [first = '', second = ''] = log({ form: 'human' });

    assert.match(first, /^\d\d:\d\d:\d\d\.\d{3} info {2}said hook=sys_open count=3\n$/);
    assert.match(second, /^\S+ error failed\n {4}Error: bad\\x1b\[2J\n {4}at /);
  });

  it('says more when it is asked to', () => {
    assert.equal(log({ level: 'debug' }).length, 3);
    assert.equal(log({ level: 'error' }).length, 1);
  });
});
