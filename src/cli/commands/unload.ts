/** `warder unload`. */
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_PIN_DIRECTORY, DEFAULT_STATE_DIRECTORY } from '../options.ts';

export const unloadCommand: Command = {
  name: 'unload',
  summary: 'take out of force what an agent that is gone left behind',
  details: [
    'Removes the pins and the state of agents that were killed, or stopped with `run --keep`. ' +
      'Nothing of Warder is left in the kernel afterwards. It refuses while an agent is alive: ' +
      'stop that first.',
  ],
  operands: [],
  options: [
    {
      name: 'pin-dir',
      value: 'DIR',
      isPath: true,
      fallback: DEFAULT_PIN_DIRECTORY,
      summary: 'where what enforces is pinned',
    },
    {
      name: 'state-dir',
      value: 'DIR',
      isPath: true,
      fallback: DEFAULT_STATE_DIRECTORY,
      summary: 'where the state of the agent is',
    },
  ],
  examples: [
    { explains: 'Let nothing enforce any more', line: 'sudo warder unload' },
    {
      explains: 'The same of an agent with other directories',
      line: 'sudo warder unload --pin-dir /sys/fs/bpf/other --state-dir /run/other',
    },
  ],
  failure: 'an agent is alive',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  // The engine is loaded by this command alone.
  const { unload } = await import('../persistence/persistence.ts');
  const found = unload({
    pinDirectory: args.value('pin-dir') ?? DEFAULT_PIN_DIRECTORY,
    stateDirectory: args.value('state-dir') ?? DEFAULT_STATE_DIRECTORY,
  });
  io.stdout.write(found ? 'nothing of Warder is in force any more\n' : 'there was nothing\n');
  return 0;
}
