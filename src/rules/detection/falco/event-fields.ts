/** Fields of events and of their arguments. */
import { constant, either, field, type MappedField, NOT_SEEN } from './mapped-field.ts';

/** Fields that begin with `evt`. */
export const EVENT: Readonly<Record<string, MappedField>> = {
  'evt.type': { kind: 'event_type' },
  'syscall.type': { kind: 'event_type' },
  'evt.time': field('event.time_ms'),
  'evt.datetime': field('event.time_ms'),
  'evt.rawtime': field('event.time_ms'),
  'evt.time.iso8601': field('event.time_ms'),
  'evt.hostname': field('node.name'),
  'evt.source': constant('syscall'),
  'evt.dir': constant('<'),
  'evt.count': constant(1),
  'evt.num': constant(1),
  // Sensors see what was let through, so that it was done as far as they can know.
  'evt.failed': constant(false),
  'evt.res': constant('SUCCESS', 0),
  'evt.rawres': constant(0, 3),
  'evt.is_async': constant(false),
  'evt.category': NOT_SEEN,
  'evt.args': NOT_SEEN,
  'evt.info': NOT_SEEN,
  'evt.buffer': NOT_SEEN,
  'evt.latency': NOT_SEEN,
  'evt.cpu': NOT_SEEN,
  'evt.buflen': NOT_SEEN,
  'evt.is_io': NOT_SEEN,
  'evt.is_io_read': NOT_SEEN,
  'evt.is_io_write': NOT_SEEN,
  'evt.plugininfo': NOT_SEEN,
};

/** Arguments of events, by their names: `evt.arg.flags`, `evt.arg[flags]`. */
export const ARGUMENTS: Readonly<Record<string, MappedField>> = {
  name: field('file.path'),
  path: field('file.path'),
  filename: field('file.path'),
  fd: field('file.path'),
  oldpath: field('file.old_path'),
  newpath: field('file.path'),
  linkpath: field('file.path'),
  linkdirfd: field('file.path'),
  target: field('file.target'),
  mode: field('file.mode_bits'),
  flags: either('file.flags', 'namespace.flags', 'mount.flags'),
  nstype: field('namespace.flags'),
  dev: field('mount.source'),
  dir: field('file.path'),
  type: field('file.filesystem'),
  exe: field('process.arg0'),
  uid: field('credentials.new_uid'),
  ruid: field('credentials.new_uid'),
  euid: field('credentials.new_uid'),
  cmd: field('bpf.command'),
  sig: field('signal.number'),
  pid: field('target.pid'),
  res: constant('SUCCESS', 0),
  domain: {
    ...{ kind: 'renamed', field: 'network.family' },
    values: {
      ...{ AF_INET: 'ipv4', AF_INET6: 'ipv6', AF_UNIX: 'unix', AF_PACKET: 'packet' },
      ...{ AF_NETLINK: 'netlink', AF_ALG: '38' },
    },
  },
  request: {
    ...{ kind: 'renamed', field: 'ptrace.request' },
    values: {
      ...{ PTRACE_ATTACH: 'attach', PTRACE_SEIZE: 'attach', PTRACE_TRACEME: 'traceme' },
      ...{ PTRACE_SETREGS: 'attach', PTRACE_SETREGSET: 'attach', PTRACE_SETFPREGS: 'attach' },
      ...{ PTRACE_POKETEXT: 'attach', PTRACE_POKEDATA: 'attach', PTRACE_POKEUSR: 'attach' },
      ...{ PTRACE_PEEKTEXT: 'read', PTRACE_PEEKDATA: 'read', PTRACE_PEEKUSR: 'read' },
    },
  },
};
