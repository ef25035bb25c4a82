/** `warder quarantine add`. */
import { statSync } from 'node:fs';
import { askAgent, errorIn } from '../api/client.ts';
import { type QuarantineAnswer, readQuarantineAnswer } from '../api/quarantine-answers.ts';
import type { Arguments, Command, CommandContext } from '../command.ts';
import { CliError } from '../errors.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const quarantineAddCommand: Command = {
  name: 'quarantine add',
  summary: 'keep a process, a tree of processes or a cgroup from doing anything new',
  details: [
    'From now on it can no longer execute programs, connect, bind, open files for writing, ' +
      'change files, or trace other processes: the kernel denies it with EPERM. What is open ' +
      'already stays open. What it forks is quarantined too. It lasts until it is released, also ' +
      'when the agent is not running.',
    'TARGET is the exec_id of an event, or a pid, which means the process that has it at that ' +
      'moment. With --cgroup it is a directory of the cgroup file system, or the id of a cgroup.',
  ],
  operands: [{ name: 'TARGET', isRequired: true }],
  options: [
    { name: 'tree', summary: 'also the processes that descend from it already' },
    { name: 'cgroup', summary: 'TARGET is a cgroup: all that is in it or below it' },
    { name: 'dry-run', summary: 'say which processes it would be, and do nothing' },
    { name: 'reason', value: 'TEXT', summary: 'why, for whoever reads the list' },
    SOCKET_OPTION,
  ],
  examples: [
    {
      explains: 'Hold a process and all that it started',
      line: 'sudo warder quarantine add --tree 4242',
    },
    {
      explains: 'Hold a pod',
      line: 'sudo warder quarantine add --cgroup /sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice',
    },
  ],
  failure: 'it is not in force, as the answer says why, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const { status, body } = await askAgent({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'POST',
    path: '/v1/quarantines',
    isJson: true,
    body: JSON.stringify({
      ...readTarget(args),
      tree: args.has('tree'),
      dry_run: args.has('dry-run'),
      reason: args.value('reason') ?? '',
    }),
  });
  if (status >= 400 && !hasOutcome(body)) throw errorIn(body, status);
  const answer = readQuarantineAnswer(body, 'answer');
  io.stdout.write(`${describe(answer, args.has('dry-run'))}\n`);
  return answer.outcome === 'denied' ? 0 : 1;
}

function hasOutcome(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'outcome' in body;
}

function readTarget(args: Arguments): object {
  const target = args.operands[0] ?? '';
  if (args.has('cgroup')) return { cgroup_id: cgroupIdOf(target) };
  return /^\d{1,10}$/.test(target) ? { pid: Number(target) } : { exec_id: target };
}

/** The id of a cgroup is the number of its directory. */
function cgroupIdOf(target: string): string {
  if (/^\d+$/.test(target)) return target;
  const found = statSync(target, { bigint: true, throwIfNoEntry: false });
  if (found?.isDirectory() === true) return String(found.ino);
  throw new CliError('CONFIG_FILE_UNREADABLE', `${printable(target)} is no cgroup`);
}

function describe(
  { id, outcome, reason, processes, found }: QuarantineAnswer,
  isDry: boolean,
): string {
  if (outcome === 'not_enforced') return `not enforced: ${printable(reason)}`;
  const names = found.map(({ pid, name }) => `${printable(name)} (${pid})`).join(', ');
  const number = `${processes} ${processes === 1 ? 'process' : 'processes'}`;
  if (isDry) return `would quarantine ${number}: ${names}`;
  return `quarantine ${id ?? '?'} is in force for ${number}: ${names}`;
}
