/** What the hooks of sources read, as facts. */
import type { ArgumentValue, HookEvent, SocketValue } from '../../../model/event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { Facts } from '../../../model/fact.ts';
import {
  accessFlags,
  familyName,
  mountFlags,
  namespaceKinds,
  protocolName,
  socketTypeName,
} from './kernel-flags.ts';
import { SOURCE_PREFIX } from './source-policies.ts';
import { SOURCES } from './source-table.ts';

/** Arguments by their labels. */
type Arguments = ReadonlyMap<string, ArgumentValue>;

interface Translated {
  readonly class: EventClass;
  readonly facts: Facts;
  readonly syscall?: string | undefined;
}

/** Undefined for a source that is not in the table: of an agent before this one. */
export function translateSource(event: HookEvent): Translated | undefined {
  const name = event.policyName.slice(SOURCE_PREFIX.length);
  const source = SOURCES.find((each) => each.name === name);
  const [eventClass] = source?.classes ?? [];
  const read = READERS[eventClass ?? 'process.exec'];
  if (source === undefined || eventClass === undefined || read === undefined) return undefined;
  const returned = event.returned?.kind === 'returned' ? [event.returned.value] : [];
  const args = new Map(
    [...event.args, ...returned.map(({ value }) => ({ label: 'socket', value }))].map(
      ({ label, value }) => [label, value],
    ),
  );
  const syscall = source.isSyscall ? source.call?.replace(/^sys_/, '') : undefined;
  return { class: eventClass, facts: read(args), syscall };
}

function pathOf(value: ArgumentValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if ('path' in value) return value.path || undefined;
  return value.kind === 'string' ? value.value || undefined : undefined;
}

function numberOf(value: ArgumentValue | undefined): number | undefined {
  if (value === undefined || !('value' in value)) return undefined;
  if (typeof value.value === 'bigint') return Number(value.value);
  return typeof value.value === 'number' ? value.value : undefined;
}

/** A directory and a name in it. The name comes as the path within its file system. */
function joined(args: Arguments, directory: string, name: string): string | undefined {
  const within = pathOf(args.get(name));
  const above = pathOf(args.get(directory));
  if (within === undefined) return undefined;
  const last = within.slice(within.lastIndexOf('/') + 1);
  return above === undefined ? last : `${above === '/' ? '' : above}/${last}`;
}

/** Facts without those that are not known. */
function known(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const created = (args: Arguments): Facts =>
  known({ 'file.path': joined(args, 'dir', 'name'), 'file.mode': numberOf(args.get('mode')) });

function socketOf(value: ArgumentValue | undefined): SocketValue | undefined {
  return value !== undefined && 'destinationAddress' in value ? value : undefined;
}

/** Ends of a connection; the address that was given is the other one's, but for bind. */
function connection(args: Arguments, direction: 'outbound' | 'inbound'): Facts {
  const socket = socketOf(args.get('socket'));
  const address = socketOf(args.get('address'));
  const isInet = [2, 10].includes(address?.family ?? socket?.family ?? 0);
  return known({
    ...kindOf(socket, address),
    'network.direction': direction,
    'network.local.ip': isInet ? socket?.sourceAddress || undefined : undefined,
    'network.local.port': isInet ? socket?.sourcePort || undefined : undefined,
    'network.remote.ip': remoteOf(isInet, socket, address),
    'network.remote.port': isInet
      ? address?.sourcePort || address?.destinationPort || socket?.destinationPort
      : undefined,
  });
}

function remoteOf(
  isInet: boolean,
  socket: SocketValue | undefined,
  address: SocketValue | undefined,
): string | undefined {
  if (!isInet) return undefined;
  return (
    address?.sourceAddress || address?.destinationAddress || socket?.destinationAddress || undefined
  );
}

function kindOf(socket: SocketValue | undefined, address?: SocketValue): Facts {
  const family = address?.family || socket?.family;
  return {
    'network.family': family === undefined ? undefined : familyName(family),
    'network.type': socket && socketTypeName(socket.type),
    'network.protocol': socket && protocolName(socket.protocol, socket.type),
  };
}

function ownEnd(args: Arguments): Facts {
  const socket = socketOf(args.get('socket'));
  const address = socketOf(args.get('address'));
  const end = address ?? socket;
  return known({
    ...kindOf(socket, address),
    'network.local.ip': end?.sourceAddress || end?.destinationAddress || undefined,
    'network.local.port': end?.sourcePort || end?.destinationPort || undefined,
  });
}

const target = (args: Arguments): Facts => known({ 'target.pid': numberOf(args.get('target')) });

function moduleName(value: ArgumentValue | undefined): string | undefined {
  return value?.kind === 'module' ? value.name : undefined;
}

const COMMANDS: Readonly<Record<number, string>> = {
  0: 'map_create',
  5: 'prog_load',
  28: 'link_create',
};

const READERS: Readonly<Partial<Record<EventClass, (args: Arguments) => Facts>>> = {
  'file.open': (args) => {
    const path = args.get('path');
    return known({
      'file.path': pathOf(path),
      'file.flags': accessFlags(numberOf(args.get('flags')) ?? 0),
      'file.mode':
        path !== undefined && 'mode' in path && typeof path.mode === 'number'
          ? path.mode
          : undefined,
    });
  },
  'file.create': created,
  'file.mkdir': created,
  'file.rmdir': created,
  'file.unlink': created,
  'file.symlink': (args) => known({ ...created(args), 'file.target': pathOf(args.get('target')) }),
  'file.link': (args) => known({ ...created(args), 'file.old_path': pathOf(args.get('old_name')) }),
  'file.rename': (args) =>
    known({ ...created(args), 'file.old_path': joined(args, 'old_dir', 'old_name') }),
  'file.mode': (args) =>
    known({ 'file.path': pathOf(args.get('path')), 'file.mode': numberOf(args.get('mode')) }),
  'file.owner': (args) => known({ 'file.path': pathOf(args.get('path')) }),
  'file.mount': (args) =>
    known({
      'mount.source': pathOf(args.get('source')),
      'file.path': pathOf(args.get('path')),
      'file.filesystem': pathOf(args.get('filesystem')),
      'mount.flags': mountFlags(numberOf(args.get('flags')) ?? 0),
    }),
  'network.connect': (args) => connection(args, 'outbound'),
  'network.accept': (args) => connection(args, 'inbound'),
  'network.bind': ownEnd,
  'network.listen': ownEnd,
  'network.socket': (args) =>
    known({
      'network.family': familyName(numberOf(args.get('family')) ?? 0),
      'network.type': socketTypeName(numberOf(args.get('type')) ?? 0),
    }),
  'kernel.module': (args) => known({ 'module.name': moduleName(args.get('module')) }),
  'kernel.bpf': (args) => {
    const command = numberOf(args.get('command')) ?? -1;
    return known({ 'bpf.command': COMMANDS[command] ?? String(command) });
  },
  'process.ptrace': (args) => ({
    ...target(args),
    'ptrace.request': args.has('mode') ? 'attach' : 'traceme',
  }),
  'process.memory': target,
  'process.signal': (args) =>
    known({ ...target(args), 'signal.number': numberOf(args.get('signal')) }),
  'process.credentials': (args) =>
    known({
      'credentials.new_uid': numberOf(args.get('new_uid')),
      'credentials.old_uid': numberOf(args.get('old_uid')),
    }),
  'process.namespace': (args) => ({
    'namespace.flags': namespaceKinds(numberOf(args.get('flags')) ?? 0),
  }),
  'process.memfd': (args) => known({ 'file.path': pathOf(args.get('path')) }),
  'process.io_uring': () => ({}),
};
