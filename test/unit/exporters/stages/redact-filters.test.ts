/** Redaction by expression: secrets go, and the twin stays as it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRedaction } from '../../../../src/exporters/stages/compile-stages.ts';
import { compiledValue, DESTINATION_SEAMS, problemsOf } from '../../../support/sink-seams.ts';

const PASSWORD = '--pass(?:word)?[= ](\\S+)';

function redacted(filters: unknown, body: unknown): unknown {
  const redact = compiledValue(compileRedaction({ filters }, ['redaction'], DESTINATION_SEAMS));
  return JSON.parse(redact(JSON.stringify(body)));
}

function mysql(args: string): object {
  return { exec_id: 'a', binary: '/usr/bin/mysql', arguments: args };
}

describe('Redaction filters', () => {
  const filters = [{ binary_regex: ['mysql$'], redact: [PASSWORD, 'KEY=(.*)'] }];

  it('take what was captured out of arguments and environment', () => {
    const process = {
      ...mysql('--user me --password=hunter2 --pass abc'),
      environment_variables: [{ Key: 'X', Value: 'KEY=1' }],
    };

    assert.deepStrictEqual(redacted(filters, { process_exec: { process } }), {
      process_exec: {
        process: {
          ...mysql('--user me --password=***** --pass *****'),
          environment_variables: [{ Key: 'X', Value: 'KEY=*****' }],
        },
      },
    });
  });

  it('leave other programs alone', () => {
    const body = { process_exec: { process: { ...mysql('--pass x'), binary: '/bin/cat' } } };

    assert.deepStrictEqual(redacted(filters, body), body);
  });

  it('take it out of parents and ancestors too', () => {
    const process = { exec_id: 'b', binary: '/bin/cat', arguments: '--pass mine' };
    const body = {
      process_exec: { process, parent: mysql('--pass x'), ancestors: [mysql('--pass y')] },
    };

    assert.deepStrictEqual(redacted(filters, body), {
      process_exec: { process, parent: mysql('--pass *****'), ancestors: [mysql('--pass *****')] },
    });
  });

  it('take it out of the texts of an alert that repeat the arguments', () => {
    const body = {
      id: '--pass id',
      message: 'mysql --pass x ran',
      labels: { binary: '/usr/bin/mysql', args: '--pass x' },
      evidence: {
        finding: {
          matched: [{ field: 'process.command_line', value: 'mysql --pass x' }],
          fields: { 'process.command_line': 'mysql --pass x' },
          process: mysql('--pass x'),
        },
      },
    };

    const text = JSON.stringify(redacted(filters, body));

    assert.equal(text.includes('--pass x'), false);
    assert.ok(text.includes('--pass id'));
  });

  it('are for all programs without binary_regex', () => {
    const body = { message: 'cat --pass x' };

    assert.deepStrictEqual(redacted([{ redact: [PASSWORD] }], body), {
      message: 'cat --pass *****',
    });
    assert.deepStrictEqual(redacted(filters, body), body);
  });

  it('take out captures that overlap as one', () => {
    const body = { message: 'abcdef' };

    assert.deepStrictEqual(redacted([{ redact: ['b(cd)e', '(de)'] }], body), {
      message: 'ab*****f',
    });
  });

  it('work beside names and words', () => {
    const value = { members: ['token'], words: ['secret'], filters };
    const redact = compiledValue(compileRedaction(value, [], DESTINATION_SEAMS));
    const body = { token: 'x', text: '--secret y', process: mysql('--pass z') };

    assert.deepStrictEqual(JSON.parse(redact(JSON.stringify(body))), {
      ...{ token: '*****', text: '--secret *****', process: mysql('--pass *****') },
    });
  });

  it('leave the text of a body as it is when there is nothing to take out', () => {
    const redact = compiledValue(compileRedaction({ filters }, [], DESTINATION_SEAMS));
    const texts = ['{ "a": 1.0 }', 'no JSON'];

    assert.deepStrictEqual(texts.map(redact), texts);
  });

  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [{ filter: [] }, ['r.filter: CONFIG_KEY_UNKNOWN']],
    [{ filters: [{ redact: ['('] }] }, ['r.filters.0.redact.0: CONFIG_VALUE_INVALID']],
    [{ filters: [{ binary_regex: ['a'] }] }, ['r.filters.0.redact: CONFIG_KEY_MISSING']],
    [{ words: 'x' }, ['r.words: CONFIG_TYPE_MISMATCH']],
  ];
  for (const [value, expected] of cases) {
    it(`are refused: ${JSON.stringify(value)}`, () =>
      assert.deepStrictEqual(
        problemsOf(compileRedaction(value, ['r'], DESTINATION_SEAMS)),
        expected,
      ));
  }
});
