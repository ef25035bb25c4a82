/** What hooks on sockets read, as facts. */
import type { SocketValue } from '../../../model/event.ts';
import type { Facts } from '../../../model/fact.ts';
import { familyName, protocolName, socketTypeName } from './kernel-flags.ts';
import type { SourceArguments } from './source-arguments.ts';
import type { Translator } from './translator.ts';

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

/** One end of a connection. */
interface End {
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

const NOWHERE: End = { ip: undefined, port: undefined };

function isInternet(family: number | undefined): boolean {
  return family === AF_INET || family === AF_INET6;
}

/** What a call was given as an address; the kernel side has it in the place of the source. */
function givenEnd(address: SocketValue | undefined): End | undefined {
  if (address === undefined || !isInternet(address.family)) return undefined;
  return endOf(address.sourceAddress, address.sourcePort);
}

/** Port 0 is none yet, and so is an address of zeroes for the other end. */
function endOf(ip: string, port: number): End {
  return { ip: ip === '' ? undefined : ip, port: port === 0 ? undefined : port };
}

function ownEnd(socket: SocketValue | undefined): End {
  if (socket === undefined || !isInternet(socket.family)) return NOWHERE;
  const { ip, port } = endOf(socket.sourceAddress, socket.sourcePort);
  // Without a port nothing was bound, and the address says nothing.
  return port === undefined ? { ip: isAny(ip) ? undefined : ip, port } : { ip, port };
}

function otherEnd(socket: SocketValue | undefined): End {
  if (socket === undefined || !isInternet(socket.family)) return NOWHERE;
  const { ip, port } = endOf(socket.destinationAddress, socket.destinationPort);
  return { ip: isAny(ip) ? undefined : ip, port };
}

function isAny(ip: string | undefined): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

function kindOf(socket: SocketValue | undefined, family: number | undefined): Facts {
  return {
    'network.family': family === undefined ? undefined : familyName(family),
    'network.type': socket && socketTypeName(socket.type),
    'network.protocol':
      socket && isInternet(family) ? protocolName(socket.protocol, socket.type) : undefined,
  };
}

function familyOf(socket: SocketValue | undefined, address?: SocketValue): number | undefined {
  return address?.family || socket?.family || undefined;
}

/** Path of a socket of this machine, as the process wrote it. */
function pathOf(args: SourceArguments, family: number | undefined): string | undefined {
  return family === AF_UNIX ? args.text('path') : undefined;
}

function endFacts(own: End, other: End): Facts {
  return {
    'network.local.ip': own.ip,
    'network.local.port': own.port,
    'network.remote.ip': other.ip,
    'network.remote.port': other.port,
  };
}

const connect: Translator = ({ args }) => {
  const socket = args.socket('socket');
  const address = args.socket('address');
  const family = familyOf(socket, address);
  // AF_UNSPEC undoes a connection.
  if (address !== undefined && address.family === 0) return undefined;
  return {
    ...kindOf(socket, family),
    'network.direction': 'outbound',
    'file.path': pathOf(args, family),
    ...endFacts(ownEnd(socket), givenEnd(address) ?? NOWHERE),
  };
};

const send: Translator = ({ args }) => {
  const socket = args.socket('socket');
  return {
    ...kindOf(socket, familyOf(socket)),
    'network.direction': 'outbound',
    ...endFacts(ownEnd(socket), givenEnd(args.socket('address')) ?? otherEnd(socket)),
  };
};

const accept: Translator = ({ args }) => {
  const socket = args.socket('socket');
  if (socket === undefined || !isInternet(socket.family)) return undefined;
  return {
    ...kindOf(socket, socket.family),
    'network.direction': 'inbound',
    ...endFacts(ownEnd(socket), otherEnd(socket)),
  };
};

const bind: Translator = ({ args }) => {
  const socket = args.socket('socket');
  const address = args.socket('address');
  const family = familyOf(socket, address);
  const own = givenEnd(address) ?? NOWHERE;
  return {
    ...kindOf(socket, family),
    'file.path': pathOf(args, family),
    'network.local.ip': own.ip,
    'network.local.port': own.port,
  };
};

const listen: Translator = ({ args }) => {
  const socket = args.socket('socket');
  const own = ownEnd(socket);
  return {
    ...kindOf(socket, familyOf(socket)),
    'network.local.ip': own.ip,
    'network.local.port': own.port,
  };
};

const create: Translator = ({ args }) => {
  const family = args.number('family') ?? 0;
  const type = args.number('type') ?? 0;
  return {
    'network.family': familyName(family),
    'network.type': socketTypeName(type),
    'network.protocol': isInternet(family)
      ? protocolName(args.number('protocol') ?? 0, type)
      : undefined,
  };
};

/** By class. */
export const NETWORK_TRANSLATORS: Readonly<Record<string, Translator>> = {
  'network.socket': create,
  'network.connect': connect,
  'network.accept': accept,
  'network.bind': bind,
  'network.listen': listen,
  'network.send': send,
};
