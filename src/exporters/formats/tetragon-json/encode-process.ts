/** The `process` object. */
import type { BootClock } from '../../../model/clock.ts';
import type { Credentials, Namespaces, Process, ProcessFlags } from '../../../model/event.ts';
import type { Workload } from '../../../model/workload.ts';
import { encodeDocker, encodePod } from './encode-pod.ts';
import type { JsonProcess } from './json-event.ts';
import { capabilityNames, secureBitNames } from './kernel-names.ts';

/** Blocks of a process that cost more than they tell most readers. */
export interface ProcessOptions {
  readonly clock: BootClock;
  /** Adds `cap` and `process_credentials`. */
  readonly credentials: boolean;
  /** Adds `ns`; holds the namespaces of the host, for `is_host`. */
  readonly hostNamespaces?: Namespaces | undefined;
  /** Adds `pod_annotations`. */
  readonly annotations?: boolean | undefined;
}

/** Encodes a process but for `tid`, which belongs to the event: the rest is the same every time. */
export function encodeProcess(
  process: Process,
  options: ProcessOptions,
  workload?: Workload,
): JsonProcess {
  const { credentials, flags } = process;
  const pod = encodePod(workload, options.annotations === true);
  if (flags.unknown) return { ...encodeUnknown(process, options.clock), pod };
  return {
    exec_id: process.execId,
    pid: process.tgid,
    uid: credentials.euid,
    cwd: text(process.cwd),
    binary: text(process.binary),
    arguments: text(joinArguments(process.argv)),
    flags: text(flagNames(flags, process.cwd)),
    start_time: options.clock.toIso(process.imageTimeNs),
    auid: credentials.loginUid,
    pod,
    docker: encodeDocker(workload, process.cgroupName),
    parent_exec_id: text(process.parentExecId),
    cap: options.credentials ? encodeCapabilities(credentials) : undefined,
    ns: options.hostNamespaces && encodeNamespaces(process.namespaces, options.hostNamespaces),
    process_credentials: options.credentials ? encodeCredentials(credentials) : undefined,
    in_init_tree: flags.inInitTree,
  };
}

/** `binary_properties`: undefined unless the exec raised privileges or the file has no name. */
export function encodeBinaryProperties(process: Process): object | undefined {
  const { flags, credentials, executable } = process;
  const privileges = raisedPrivileges(flags);
  const nameless = flags.unlinked || flags.memfd;
  if (privileges.length === 0 && !nameless) return undefined;
  return {
    setuid: flags.setuid ? credentials.euid : undefined,
    setgid: flags.setgid ? credentials.egid : undefined,
    privileges_changed: privileges.length > 0 ? privileges : undefined,
    file: nameless
      ? {
          inode: { number: String(executable.inode), links: executable.links },
          path: text(executable.path),
        }
      : undefined,
  };
}

/** argv without its first, joined by spaces; arguments that have spaces are in double quotes. */
export function joinArguments(argv: readonly string[]): string {
  let joined = '';
  for (let index = 1; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (index > 1) joined += ' ';
    joined += argument.includes(' ') ? `"${argument}"` : argument;
  }
  return joined;
}

/** Of a process whose records were lost, no more is printed than is known. */
function encodeUnknown(process: Process, clock: BootClock): JsonProcess {
  return {
    exec_id: process.execId,
    pid: process.tgid,
    flags: 'unknown',
    start_time: clock.toIso(process.imageTimeNs),
    parent_exec_id: text(process.parentExecId),
  };
}

/** Tetragon's names in Tetragon's order. */
function flagNames(flags: ProcessFlags, cwd: string): string {
  let names = '';
  if (flags.exec) names += ' execve';
  if (flags.seeded) names += ' procFS';
  if (flags.argsTruncated) names += ' truncArgs';
  if (flags.binaryUnresolved) names += ' errorFilename';
  if (flags.argsUnreadable) names += ' errorArgs';
  if (flags.cwdRoot) names += ' rootcwd';
  if (flags.cwdUnresolved && cwd === '') names += ' errorCWD';
  if (flags.clone) names += ' clone';
  if (flags.cwdUnresolved && cwd !== '') names += ' errorPathResolutionCwd';
  if (flags.inInitTree) names += ' inInitTree';
  return names.slice(1);
}

function raisedPrivileges(flags: ProcessFlags): readonly string[] {
  const reasons: string[] = [];
  if (flags.fileCaps) reasons.push('PRIVILEGES_RAISED_EXEC_FILE_CAP');
  if (flags.setuid) reasons.push('PRIVILEGES_RAISED_EXEC_FILE_SETUID');
  if (flags.setgid) reasons.push('PRIVILEGES_RAISED_EXEC_FILE_SETGID');
  return reasons;
}

function encodeCapabilities(credentials: Credentials): object {
  return {
    permitted: list(capabilityNames(credentials.capPermitted)),
    effective: list(capabilityNames(credentials.capEffective)),
    inheritable: list(capabilityNames(credentials.capInheritable)),
  };
}

/** Credentials of a process, or of an argument. */
export function encodeCredentials(credentials: Credentials): object {
  return {
    uid: credentials.uid,
    gid: credentials.gid,
    euid: credentials.euid,
    egid: credentials.egid,
    suid: credentials.suid,
    sgid: credentials.sgid,
    fsuid: credentials.fsuid,
    fsgid: credentials.fsgid,
    securebits: list(secureBitNames(credentials.securebits)),
    caps: encodeCapabilities(credentials),
  };
}

function encodeNamespaces(own: Namespaces, host: Namespaces): object {
  const one = (inum: number, hostInum: number): object | undefined =>
    inum === 0 ? undefined : { inum, is_host: inum === hostInum || undefined };
  return {
    uts: one(own.uts, host.uts),
    ipc: one(own.ipc, host.ipc),
    mnt: one(own.mnt, host.mnt),
    pid: one(own.pid, host.pid),
    pid_for_children: one(own.pidForChildren, host.pidForChildren),
    net: one(own.net, host.net),
    time: one(own.time, host.time),
    time_for_children: one(own.timeForChildren, host.timeForChildren),
    cgroup: one(own.cgroup, host.cgroup),
    user: one(own.user, host.user),
  };
}

function text(value: string): string | undefined {
  return value === '' ? undefined : value;
}

function list<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values;
}
