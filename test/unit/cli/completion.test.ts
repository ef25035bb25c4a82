/** Completion scripts: complete, and in bash also tried. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { formatBash } from '../../../src/cli/completion/bash.ts';
import { formatFish } from '../../../src/cli/completion/fish.ts';
import { formatZsh } from '../../../src/cli/completion/zsh.ts';
import { loadCommands } from '../../../src/cli/registry.ts';

const COMMANDS = await loadCommands();

const SCRIPTS = { bash: formatBash, zsh: formatZsh, fish: formatFish };
const OPTIONS = COMMANDS.flatMap(({ options }) => options);

describe('completion scripts', () => {
  for (const [shell, format] of Object.entries(SCRIPTS)) {
    const script = format(COMMANDS);
    const words = new Set(script.match(/[\w-]+/g));

    it(`of ${shell} know every command`, () => {
      const missing = COMMANDS.flatMap(({ name }) => name.split(' ')).filter(
        (word) => !words.has(word),
      );

      assert.deepStrictEqual(missing, []);
    });

    it(`of ${shell} know every option and every choice`, () => {
      const spelled = (name: string): string => (shell === 'fish' ? name : `--${name}`);
      const names = [
        ...OPTIONS.map(({ name }) => spelled(name)),
        ...OPTIONS.flatMap(({ choices = [] }) => choices),
      ];

      assert.deepStrictEqual(
        names.filter((name) => !words.has(name)),
        [],
      );
    });
  }

  it('may take options of one name for the same everywhere', () => {
    const shapes = new Map<string, string>();
    const differing = OPTIONS.filter(({ name, short, value, choices, isPath }) => {
      const shape = JSON.stringify({ short, value, choices, isPath });
      const known = shapes.get(name) ?? shape;
      shapes.set(name, known);
      return known !== shape;
    });

    assert.deepStrictEqual(differing, []);
  });
});

/** The script, called for the words that are given to it as the shell would. */
const TRIED = `${formatBash(COMMANDS)}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_warder
printf '%s\\n' "\${COMPREPLY[@]}"`;

describe('completion in bash', () => {
  const cases: readonly (readonly [words: readonly string[], found: readonly string[]])[] = [
    [['warder', 'st'], ['status']],
    [['warder', 'pol'], ['policies']],
    [
      ['warder', 'policies', ''],
      [
        'list',
        'add',
        'delete',
        'show',
        'explain',
        'set-mode',
        'enable',
        'disable',
        '--color',
        '--help',
        '--version',
      ],
    ],
    [['warder', 'policies', 'list', '--j'], ['--json']],
    [
      ['warder', 'run', '--output', ''],
      ['compact', 'json'],
    ],
    [['warder', 'run', '-o', 'j'], ['json']],
    [
      ['warder', '--color', 'never', 'run', '--st'],
      ['--state-dir', '--strict'],
    ],
    [['warder', 'completion', 'f'], ['fish']],
    [['warder', 'nothing', ''], []],
  ];
  for (const [words, found] of cases) {
    it(`finds ${found.join(' ') || 'nothing'} for ${words.join(' ')}`, () => {
      const { stdout, stderr, status } = spawnSync('bash', ['-c', TRIED, 'bash', ...words], {
        encoding: 'utf8',
      });

      const replies = stdout.split('\n').filter((reply) => reply !== '');
      assert.deepStrictEqual(
        { replies, stderr, status },
        { replies: found, stderr: '', status: 0 },
      );
    });
  }
});
