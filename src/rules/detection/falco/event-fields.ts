/** Fields of the event itself, and of the file or socket that it is about. */
import type { Condition } from '../ir/condition.ts';
import {
  absent,
  allAbsent,
  either,
  field,
  holds,
  type MappedField,
  ofClass,
} from './mapped-field.ts';

const not = (part: Condition): Condition => ({ kind: 'not', part });
const and = (...parts: readonly Condition[]): Condition => ({ kind: 'and', parts });
const or = (...parts: readonly Condition[]): Condition => ({ kind: 'or', parts });

const flag = (isTrue: Condition): MappedField => {
  return { kind: 'table', rows: { true: isTrue, false: not(isTrue) } };
};

const NO_PARTS = 'it is a part of the event that is not kept';

/** A file was made with the right to be executed. */
const CREATED_EXECUTABLE = and(
  or(ofClass('file.create'), holds('file.flags', 'create')),
  holds('file.mode_bits', 'S_IXUSR', 'S_IXGRP', 'S_IXOTH'),
);

/** Fields that begin with `evt`, but for arguments. */
export const EVENT: Readonly<Record<string, MappedField>> = {
  'evt.type': { kind: 'event_type' },
  'syscall.type': { kind: 'event_type' },
  'evt.time': field('event.time'),
  'evt.time.s': field('event.time'),
  'evt.time.iso8601': field('event.time'),
  'evt.datetime': field('event.time'),
  'evt.datetime.s': field('event.time'),
  'evt.rawtime': { kind: 'scaled', field: 'event.time_ms', factor: 1_000_000 },
  'evt.hostname': field('node.name'),
  'evt.source': { kind: 'constant', values: ['syscall'] },
  'evt.dir': { kind: 'ignored', reason: 'there are no events of two directions any more' },
  // Rules compare the number with 0, to be always or never true.
  'evt.num': { kind: 'constant', values: [1], shown: { field: 'event.number' } },
  'evt.count': { kind: 'constant', values: [1] },
  // Sensors see what was let through, so that it was done as far as they can know.
  'evt.failed': { kind: 'constant', values: ['false', 0] },
  'evt.res': { kind: 'constant', values: ['SUCCESS', 0] },
  'evt.rawres': { kind: 'constant', values: [0] },
  'evt.is_async': { kind: 'constant', values: ['false', 0] },
  'evt.is_open_read': flag(holds('file.flags', 'read')),
  'evt.is_open_write': flag(holds('file.flags', 'write')),
  'evt.is_open_create': flag(holds('file.flags', 'create')),
  'evt.is_open_exec': flag(CREATED_EXECUTABLE),
  'evt.abspath': field('file.path'),
  'evt.abspath.src': field('file.old_path'),
  'evt.abspath.dst': field('file.path'),
  ...allAbsent(NO_PARTS, [
    ...['evt.args', 'evt.info', 'evt.buffer', 'evt.buflen', 'evt.category', 'evt.cpu'],
    ...['evt.latency', 'evt.latency.s', 'evt.latency.ns', 'evt.latency.human', 'evt.deltatime'],
    ...['evt.is_io', 'evt.is_io_read', 'evt.is_io_write', 'evt.io_dir', 'evt.is_wait'],
    ...['evt.wait_latency', 'evt.is_syslog', 'evt.around', 'evt.type.is', 'evt.reltime'],
    ...['evt.rawtime.s', 'evt.rawtime.ns', 'evt.count.error', 'evt.count.exit'],
    ...['evt.plugininfo', 'evt.pluginname', 'evt.asynctype'],
  ]),
};

const UNRESOLVED = absent('paths are seen as the kernel resolved them');

/** Classes of events about a file, which have no family of addresses. */
const FILES = ofClass(
  ...(['file.open', 'file.create', 'file.rename', 'file.unlink', 'file.link'] as const),
  ...(['file.symlink', 'file.mode', 'file.owner', 'file.mkdir', 'file.rmdir'] as const),
  ...(['file.mount', 'process.memfd', 'process.mapping'] as const),
);
const SOCKETS = ofClass(
  ...(['network.socket', 'network.connect', 'network.accept', 'network.bind'] as const),
  ...(['network.listen', 'network.send'] as const),
);

const DIRECTORY = and(
  FILES,
  or(holds('file.mode_bits', 'S_IFDIR'), ofClass('file.mkdir', 'file.rmdir')),
);
const REGULAR = and(FILES, not(DIRECTORY));

const IPV4 = holds('network.family', 'ipv4');
const IPV6 = holds('network.family', 'ipv6');
const UNIX = holds('network.family', 'unix');

const kinds = (rows: Readonly<Record<string, Condition>>): MappedField => {
  return { kind: 'table', rows, exists: or(FILES, SOCKETS), shown: { field: 'network.family' } };
};

const ENDS = { field: 'file.path', ends: 'network.connection' } as const;

/** Fields of the file or socket. */
export const DESCRIPTOR: Readonly<Record<string, MappedField>> = {
  'fd.name': { kind: 'path_or_ends', ...ENDS },
  'fd.nameraw': UNRESOLVED,
  'fd.directory': field('file.path', 'dirname'),
  'fd.filename': field('file.path', 'basename'),
  'fd.ino': field('file.inode'),
  'fd.dev': field('file.device'),
  // Descriptors are not seen. What was done went well, so that there was one, and no standard one.
  'fd.num': { kind: 'constant', values: [3] },
  'fd.type': kinds({
    ...{ file: REGULAR, directory: DIRECTORY, ipv4: IPV4, ipv6: IPV6, unix: UNIX },
    ...{ ipv4s: IPV4, ipv6s: IPV6, netlink: holds('network.family', 'netlink') },
  }),
  'fd.typechar': kinds({ f: REGULAR, d: DIRECTORY, '4': IPV4, '6': IPV6, u: UNIX }),
  'fd.sockfamily': {
    ...{ kind: 'table', rows: { ip: or(IPV4, IPV6), unix: UNIX } },
    ...{ exists: SOCKETS, shown: { field: 'network.family' } },
  },
  'fd.l4proto': field('network.protocol'),
  'fd.ip': either(field('network.remote.ip'), field('network.local.ip')),
  'fd.net': either(field('network.remote.ip'), field('network.local.ip')),
  'fd.port': either(field('network.remote.port'), field('network.local.port')),
  ...{ 'fd.rip': field('network.remote.ip'), 'fd.rnet': field('network.remote.ip') },
  ...{ 'fd.lip': field('network.local.ip'), 'fd.lnet': field('network.local.ip') },
  ...{ 'fd.sip': field('network.server.ip'), 'fd.snet': field('network.server.ip') },
  ...{ 'fd.cip': field('network.client.ip'), 'fd.cnet': field('network.client.ip') },
  ...{ 'fd.rport': field('network.remote.port'), 'fd.lport': field('network.local.port') },
  ...{ 'fd.sport': field('network.server.port'), 'fd.cport': field('network.client.port') },
  'fd.rip.name': field('network.remote.name'),
  'fd.sip.name': {
    ...{ kind: 'guarded', guard: holds('network.direction', 'outbound') },
    part: field('network.remote.name'),
  },
  'fd.cip.name': {
    ...{ kind: 'guarded', guard: holds('network.direction', 'inbound') },
    part: field('network.remote.name'),
  },
  'fd.lip.name': absent('own addresses have no names here'),
  'fd.is_server': flag(
    or(holds('network.direction', 'inbound'), ofClass('network.listen', 'network.bind')),
  ),
  'fd.connected': flag(ofClass('network.connect', 'network.accept')),
  'fd.name_changed': flag(ofClass('network.connect', 'network.accept', 'network.send')),
  'fs.path.name': field('file.path'),
  'fs.path.source': field('file.old_path'),
  'fs.path.target': field('file.path'),
  'fs.path.nameraw': UNRESOLVED,
  'fs.path.sourceraw': UNRESOLVED,
  'fs.path.targetraw': UNRESOLVED,
  ...allAbsent(NO_PARTS, [
    ...['fd.proto', 'fd.sproto', 'fd.cproto', 'fd.lproto', 'fd.rproto', 'fd.uid', 'fd.types'],
    ...['fd.containername', 'fd.containerdirectory', 'fd.dev.major', 'fd.dev.minor'],
    ...['fdlist.nums', 'fdlist.names', 'fdlist.cips', 'fdlist.sips', 'fdlist.cports'],
    ...['fdlist.sports', 'syslog.facility', 'syslog.facility.str', 'syslog.severity'],
    ...['syslog.severity.str', 'syslog.message'],
  ]),
};
