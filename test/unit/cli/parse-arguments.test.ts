/** The words of a command line: what is understood, and what is refused with which hint. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from '../../../src/cli/command.ts';
import { CliError } from '../../../src/cli/errors.ts';
import { parseArguments, parseBeginning } from '../../../src/cli/parse-arguments.ts';
import { findNearest } from '../../../src/model/nearest.ts';

const COMMAND: Command = {
  name: 'watch',
  summary: '',
  details: [],
  operands: [
    { name: 'WHAT', choices: ['files', 'sockets'], isRequired: true },
    { name: 'PATH', isRequired: false, isRepeatable: true },
  ],
  options: [
    { name: 'policy', short: 'p', value: 'FILE', isRepeatable: true, summary: '' },
    {
      name: 'output',
      short: 'o',
      value: 'FORM',
      choices: ['compact', 'json'],
      fallback: 'compact',
      summary: '',
    },
    { name: 'strict', summary: '' },
  ],
  examples: [],
  failure: '',
  run: async () => 0,
};

function parse(...words: readonly string[]): unknown {
  const args = parseArguments(words, COMMAND);
  return {
    operands: args.operands,
    policy: args.values('policy'),
    output: args.value('output'),
    strict: args.has('strict'),
  };
}

function refusal(...words: readonly string[]): unknown {
  try {
    return parse(...words);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [error.code, error.message, error.hint];
  }
}

describe('arguments', () => {
  it('are operands and options in any order', () => {
    assert.deepStrictEqual(
      parse('-p', 'a', 'files', '--strict', '--output=json', '--policy', 'b'),
      {
        operands: ['files'],
        policy: ['a', 'b'],
        output: 'json',
        strict: true,
      },
    );
  });

  it('fall back to what the command says', () => {
    assert.deepStrictEqual(parse('files', 'x', 'y'), {
      operands: ['files', 'x', 'y'],
      policy: [],
      output: 'compact',
      strict: false,
    });
  });

  it('may start with a dash after --', () => {
    assert.deepStrictEqual(parseArguments(['files', '--', '--strict'], COMMAND).operands, [
      'files',
      '--strict',
    ]);
  });

  const help = '`warder watch --help` shows the options.';
  const usage = '`warder watch --help` shows the usage.';
  const refusals: readonly (readonly [string, readonly string[], readonly unknown[]])[] = [
    [
      'an option that is nearly right',
      ['files', '--polcy', 'a'],
      [
        'CONFIG_OPTION_UNKNOWN',
        'warder watch has no option "--polcy"',
        `Did you mean --policy? ${help}`,
      ],
    ],
    [
      'an option like no other',
      ['files', '--zzz'],
      ['CONFIG_OPTION_UNKNOWN', 'warder watch has no option "--zzz"', help],
    ],
    [
      'a flag with a value',
      ['files', '--strict=yes'],
      ['CONFIG_OPTION_INVALID', '--strict takes no value', undefined],
    ],
    [
      'an option without its value',
      ['files', '--policy'],
      ['CONFIG_OPTION_INVALID', '--policy needs a value: FILE', undefined],
    ],
    [
      'an option in the place of a value',
      ['files', '-p', '--strict'],
      ['CONFIG_OPTION_INVALID', '-p needs a value: FILE', undefined],
    ],
    [
      'an empty value',
      ['files', '--policy='],
      ['CONFIG_OPTION_INVALID', '--policy needs a value: FILE', undefined],
    ],
    [
      'a value that is nearly right',
      ['files', '-o', 'jsn'],
      [
        'CONFIG_OPTION_INVALID',
        '-o cannot be "jsn": it is one of compact, json',
        'Did you mean json?',
      ],
    ],
    [
      'a missing operand',
      ['--strict'],
      ['CONFIG_OPERAND_INVALID', 'warder watch needs WHAT', usage],
    ],
    [
      'an operand that is no choice',
      ['socket'],
      [
        'CONFIG_OPERAND_INVALID',
        'WHAT cannot be "socket": it is one of files, sockets',
        'Did you mean sockets?',
      ],
    ],
  ];
  for (const [name, words, expected] of refusals) {
    it(`refuse ${name}`, () => {
      assert.deepStrictEqual(refusal(...words), expected);
    });
  }

  it('refuse one operand too many', () => {
    const single = { ...COMMAND, operands: COMMAND.operands.slice(0, 1) };

    assert.throws(() => parseArguments(['files', 'x'], single), {
      code: 'CONFIG_OPERAND_INVALID',
      message: 'warder watch does not take "x"',
    });
  });

  it('need no operand next to --help', () => {
    assert.equal(parseArguments(['--help'], COMMAND).has('help'), true);
  });
});

describe('options before the command', () => {
  it('are taken off, with their values', () => {
    const { globals, rest } = parseBeginning(['--color', 'never', 'run', '--color', 'always']);

    assert.equal(globals.value('color'), 'never');
    assert.deepStrictEqual(rest, ['run', '--color', 'always']);
  });

  it('may be all there is', () => {
    const { globals, rest } = parseBeginning(['--version']);

    assert.equal(globals.has('version'), true);
    assert.deepStrictEqual(rest, []);
  });

  it('are refused when they belong to a command', () => {
    assert.throws(() => parseBeginning(['--json', 'status']), { code: 'CONFIG_OPTION_UNKNOWN' });
  });
});

describe('nearest word', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['stauts', 'status'],
    ['statu', 'status'],
    ['ru', 'run'],
    ['rnu', 'run'],
    ['r', undefined],
    ['xyz', undefined],
    ['chekc', 'check'],
    [`check${'x'.repeat(50)}`, undefined],
  ];
  for (const [word, nearest] of cases) {
    it(`of ${word} is ${nearest ?? 'none'}`, () => {
      assert.equal(findNearest(word, ['run', 'status', 'check']), nearest);
    });
  }
});
