/** What hooks on processes and on the kernel itself read, as facts. */
import type { Credentials, Process } from '../../../model/event.ts';
import type { Facts } from '../../../model/fact.ts';
import { capabilityNames } from '../fields/capability-names.ts';
import { bpfCommandName, bpfTypeName } from './bpf-names.ts';
import { namespaceKinds } from './kernel-flags.ts';
import type { Translation, Translator } from './translator.ts';

/** PTRACE_MODE_REALCREDS. */
const MODE_REAL = 0x10;

/** Asked of the system call: 0 is PTRACE_TRACEME. */
const TRACEME = 0;

function targetFacts(pid: number | undefined, { processOf }: Translation): Facts {
  const target = pid === undefined ? undefined : processOf(pid);
  return { 'target.pid': pid, ...(target === undefined ? {} : imageFacts(target)) };
}

function imageFacts({ binary, argv }: Process): Facts {
  return {
    'target.exe.path': binary === '' ? undefined : binary,
    'target.cmdline': argv.length === 0 ? undefined : argv.join(' '),
  };
}

function ptraceRequest({ args, means }: Translation): string {
  const mode = args.number('mode');
  if (mode !== undefined) return (mode & MODE_REAL) !== 0 ? 'attach' : 'read';
  return means === 'traceme' || args.number('request') === TRACEME ? 'traceme' : 'attach';
}

/** Of whom the file below /proc is, by its path; of processes with ids of their own, unknown. */
function memoryOwner({ args, event: { process } }: Translation): number | undefined {
  const [, pid] = /\/(\d+)\/(?:task\/\d+\/)?mem$/.exec(args.text('path') ?? '') ?? [];
  if (pid === undefined) return args.number('target');
  if (Number(pid) === process.namespacePid) return process.tgid;
  return process.namespacePid === process.tgid ? Number(pid) : undefined;
}

const memory: Translator = (translation) => ({
  ...targetFacts(memoryOwner(translation), translation),
  'file.path': translation.args.text('path'),
});

function gainedNames(old: Credentials | undefined, next: Credentials | undefined): Facts {
  if (old === undefined || next === undefined) return {};
  const names = capabilityNames(next.capEffective & ~old.capEffective);
  return names.length === 0 ? {} : { 'credentials.gained': names };
}

const credentials: Translator = ({ args, event }) => {
  const old = args.credentials('old');
  const next = args.credentials('new');
  return {
    'credentials.old_uid': old?.euid ?? event.process.credentials.euid,
    'credentials.new_uid': next?.euid ?? args.number('uid'),
    ...gainedNames(old, next),
  };
};

const bpf: Translator = ({ args }) => {
  const command = args.number('command') ?? -1;
  const type = args.number('type');
  const made = type === undefined ? undefined : bpfTypeName(command, type);
  const name = bpfCommandName(command) === 'map_create' ? 'map_name' : 'prog_name';
  return {
    'bpf.command': bpfCommandName(command),
    'bpf.type': made,
    // Of other commands, what stands there is something else.
    'bpf.name': made === undefined ? undefined : args.text(name),
  };
};

function memfdPath(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `/memfd:${name.replace(/^memfd:/, '')}`;
}

/** By class. */
export const PROCESS_TRANSLATORS: Readonly<Record<string, Translator>> = {
  'process.credentials': credentials,
  'process.ptrace': (translation) => ({
    ...targetFacts(translation.args.number('target'), translation),
    'ptrace.request': ptraceRequest(translation),
  }),
  'process.memory': memory,
  'process.signal': (translation) => ({
    ...targetFacts(translation.args.number('target'), translation),
    'signal.number': translation.args.number('signal'),
  }),
  'process.namespace': ({ args, means }) => ({
    'namespace.flags': means === undefined ? namespaceKinds(args.number('flags') ?? 0) : [means],
  }),
  'process.memfd': ({ args }) => ({ 'file.path': memfdPath(args.text('memfd')) }),
  'process.io_uring': () => ({}),
  'kernel.module': ({ args }) => ({
    'module.name': args.text('module'),
    'file.path': args.text('path'),
  }),
  'kernel.bpf': bpf,
};
