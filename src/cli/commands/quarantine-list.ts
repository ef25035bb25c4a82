/** `warder quarantine list`. */
import { expectAnswer } from '../api/client.ts';
import { type ListedQuarantine, readQuarantines } from '../api/quarantine-answers.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const quarantineListCommand: Command = {
  name: 'quarantine list',
  summary: 'list what is quarantined',
  details: [
    'A quarantine is in force until it is released, also when the agent is not running. Says for ' +
      'each how many operations it denied.',
  ],
  operands: [],
  options: [JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'What is quarantined?', line: 'sudo warder quarantine list' },
    {
      explains: 'Release everything',
      line:
        "sudo warder quarantine list --json | jq '.[].id' | " +
        'xargs sudo warder quarantine release',
    },
  ],
  failure: 'no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const socketPath = args.value('socket') ?? DEFAULT_SOCKET;
  const answer = await expectAnswer({ socketPath, method: 'GET', path: '/v1/quarantines' });
  const { quarantines } = readQuarantines(answer, 'answer');
  if (args.has('json')) io.stdout.write(`${JSON.stringify(quarantines, null, 2)}\n`);
  else if (quarantines.length === 0) io.stdout.write('nothing is quarantined\n');
  else io.stdout.write(quarantines.map((one) => `${describe(one)}\n`).join(''));
  return 0;
}

function describe(one: ListedQuarantine): string {
  const denials = one.denied === 0 ? 'denied nothing yet' : `denied ${one.denied}`;
  const parts = [
    String(one.id).padStart(4),
    targetOf(one),
    one.since === '' ? '' : `since ${printable(one.since)}`,
    one.denied === 0 ? denials : `${denials}, last ${printable(one.last_denied)}`,
    printable([one.rule, one.reason].filter((text) => text !== '').join(': ')),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function targetOf({ scope, pid, cgroup_id: cgroupId = '?' }: ListedQuarantine): string {
  if (scope === 'cgroup') return `cgroup ${printable(cgroupId)}`;
  const process = pid === undefined ? 'a process' : `process ${pid}`;
  return scope === 'tree' ? `${process} and its tree` : process;
}
