/** Which commands are loaded for a command line. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCommands, loadCommandsFor } from '../../../src/cli/registry.ts';

const ALL = await loadCommands();

function namesOf(commands: typeof ALL): readonly string[] {
  return commands.map(({ name }) => name);
}

describe('loadCommandsFor', () => {
  for (const { name } of ALL.filter((each) => each.name !== 'help' && each.name !== 'completion')) {
    it(`loads ${name} for it, and nothing else`, async () => {
      const loaded = await loadCommandsFor([...name.split(' '), '--json']);

      assert.deepStrictEqual(namesOf(loaded), [name]);
    });
  }

  const others = [
    [],
    ['help', 'run'],
    ['completion'],
    ['--help'],
    ['policies'],
    ['server'],
    ['rum'],
  ];
  for (const words of others) {
    it(`loads all for \`${words.join(' ')}\``, async () => {
      assert.deepStrictEqual(namesOf(await loadCommandsFor(words)), namesOf(ALL));
    });
  }

  for (const word of ['--version', '-V']) {
    it(`loads none for ${word}`, async () => {
      assert.deepStrictEqual(await loadCommandsFor([word]), []);
    });
  }
});
