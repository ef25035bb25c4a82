/** The command line as a whole: dispatch, help, exit codes, colours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from '../../../src/cli/command.ts';
import { formatReference } from '../../../src/cli/help/reference.ts';
import { loadCommands } from '../../../src/cli/registry.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { versionText } from '../../../src/cli/version.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { FakeIo, type FakeIoOptions } from './fake-io.ts';
import { assertGolden } from './golden.ts';

const COMMANDS = await loadCommands();

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(line: string, options: FakeIoOptions = {}): Promise<Outcome> {
  return runWith(COMMANDS, line, options);
}

async function runWith(
  commands: readonly Command[],
  line: string,
  options: FakeIoOptions = {},
): Promise<Outcome> {
  const io = new FakeIo(options);
  const words = line.split(' ').filter((word) => word !== '');
  const code = await runCli(words, commands, io);
  return { code, out: io.out, err: io.err };
}

function aCommand(run: Command['run']): Command {
  return {
    name: 'test',
    summary: '',
    details: [],
    operands: [],
    options: [],
    examples: [],
    failure: '',
    run,
  };
}

describe('help', () => {
  it('of the program is as recorded', async () => {
    const { code, out } = await run('--help');

    assertGolden('test/unit/cli/golden/help.txt', out);
    assert.equal(code, 0);
  });

  for (const { name } of COMMANDS) {
    it(`of ${name} is as recorded, and the same from both sides`, async () => {
      const asked = await run(`help ${name}`);
      const option = await run(`${name} --help`);

      assertGolden(`test/unit/cli/golden/help-${name.replaceAll(' ', '-')}.txt`, asked.out);
      assert.deepStrictEqual(asked, option);
      assert.deepStrictEqual([asked.code, asked.err], [0, '']);
    });
  }

  for (const { name, examples } of COMMANDS) {
    it(`of ${name} has two or three examples that use it`, () => {
      assert.ok(examples.length >= 2 && examples.length <= 3, `${examples.length} examples`);
      const first = examples[0]?.line ?? '';
      assert.ok(first.includes(`warder ${name}`), first);
    });
  }

  it('of a group lists its commands', async () => {
    const asked = await run('policies --help');
    const missing = await run('policies');

    assertGolden('test/unit/cli/golden/help-policies.txt', asked.out);
    assert.deepStrictEqual(asked, await run('help policies'));
    assert.deepStrictEqual(missing, { code: 2, out: '', err: asked.out });
  });

  it('is what the reference page says', () => {
    assertGolden('docs/reference/cli.md', formatReference(COMMANDS));
  });
});

describe('a command line', () => {
  it('without a command shows the help and fails', async () => {
    const { code, out, err } = await run('');

    assert.deepStrictEqual([code, out, err], [2, '', (await run('--help')).out]);
  });

  it('with --version prints it, alone and with a command', async () => {
    const expected = { code: 0, out: `warder ${versionText()}\n`, err: '' };

    assert.deepStrictEqual(await run('--version'), expected);
    assert.deepStrictEqual(await run('status -V'), expected);
    assert.deepStrictEqual(await run('version'), expected);
  });

  const overview = '`warder help` shows the commands.';
  const mistakes: readonly (readonly [string, string, string])[] = [
    [
      'stauts',
      'error[CONFIG_COMMAND_UNKNOWN]: warder has no command "stauts"',
      'Did you mean `warder status`?',
    ],
    ['xyzzy', 'error[CONFIG_COMMAND_UNKNOWN]: warder has no command "xyzzy"', overview],
    [
      'policies ad',
      'error[CONFIG_COMMAND_UNKNOWN]: warder policies has no command "ad"',
      'Did you mean `warder policies add`?',
    ],
    [
      'help stauts',
      'error[CONFIG_COMMAND_UNKNOWN]: warder has no command "stauts"',
      'Did you mean `warder status`?',
    ],
    [
      'run --output=xml',
      'error[CONFIG_OPTION_INVALID]: --output cannot be "xml": it is one of compact, json',
      'Run the command with --help for its options.',
    ],
    ['\u001b[31m', 'error[CONFIG_COMMAND_UNKNOWN]: warder has no command "\\u001b[31m"', overview],
  ];
  for (const [line, error, help] of mistakes) {
    it(`with ${JSON.stringify(line)} exits with 2 and a hint`, async () => {
      const err = `${error}\n  help: ${help}\n`;

      assert.deepStrictEqual(await run(line), { code: 2, out: '', err });
    });
  }

  it('exits with 1 and the remedy of the code when the world failed', async () => {
    const command = aCommand(() =>
      Promise.reject(new CodedError('ENGINE_KERNEL_TOO_OLD', 'kernel 5.4 \u001b[2J is too old')),
    );

    assert.deepStrictEqual(await runWith([command], 'test'), {
      code: 1,
      out: '',
      err:
        'error[ENGINE_KERNEL_TOO_OLD]: kernel 5.4 \\x1b[2J is too old\n' +
        '  help: Boot a kernel of the 6.1 series or later.\n',
    });
  });

  it('does not catch what is a bug', async () => {
    const command = aCommand(() => Promise.reject(new TypeError('bug')));

    await assert.rejects(runWith([command], 'test'), new TypeError('bug'));
  });
});

describe('colours', () => {
  const cases: readonly (readonly [string, FakeIoOptions, boolean])[] = [
    ['test', { isTty: true }, true],
    ['test', { isTty: false }, false],
    ['test', { isTty: true, env: { NO_COLOR: '1' } }, false],
    ['test', { isTty: true, env: { NO_COLOR: '' } }, true],
    ['test', { isTty: true, env: { TERM: 'dumb' } }, false],
    ['test --color always', { isTty: false, env: { NO_COLOR: '1' } }, true],
    ['--color always test', { isTty: false }, true],
    ['--color always test --color never', { isTty: true }, false],
  ];
  for (const [line, options, expected] of cases) {
    it(`are ${expected ? 'on' : 'off'} for ${line} with ${JSON.stringify(options)}`, async () => {
      const seen: unknown[] = [];
      const command = aCommand(async ({ colour }) => {
        seen.push(colour);
        return 0;
      });

      await runWith([command], line, options);

      assert.deepStrictEqual(seen, [{ stdout: expected, stderr: expected }]);
    });
  }
});
