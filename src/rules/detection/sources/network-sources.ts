/** Sources of what is done with sockets. */
import { familyName, socketTypeName } from './kernel-flags.ts';
import type { Source, SourceHook } from './source.ts';
import { arg, securityWays, syscallWay } from './source-ways.ts';

/** The families of Linux, and the types of sockets, by the names that rules know them by. */
const FAMILIES = numbersBy(familyName, 46);
const TYPES = numbersBy(socketTypeName, 11);

function numbersBy(
  nameOf: (number: number) => string,
  count: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries([...Array(count).keys()].map((number) => [nameOf(number), number]));
}

const CONNECT: SourceHook = {
  call: 'socket_connect',
  arguments: [
    arg(0, 'socket', 'socket'),
    arg(1, 'sockaddr', 'address'),
    arg(1, 'sockaddr_un', 'path'),
  ],
  pushes: [
    { field: 'network.remote.port', label: 'address', kind: 'port' },
    { field: 'network.remote.ip', label: 'address', kind: 'address' },
  ],
  syscall: 'connect',
};

const BIND: SourceHook = {
  ...CONNECT,
  call: 'socket_bind',
  pushes: [
    { field: 'network.local.port', label: 'address', kind: 'port' },
    { field: 'network.local.ip', label: 'address', kind: 'address' },
  ],
  syscall: 'bind',
};

const CREATE: SourceHook = {
  call: 'socket_create',
  arguments: [
    arg(0, 'int', 'family'),
    arg(1, 'int', 'type'),
    arg(2, 'int', 'protocol'),
    arg(3, 'int', 'kernel'),
  ],
  conditions: [{ labels: ['kernel'], operator: 'Equal', values: [0] }],
  pushes: [
    { field: 'network.family', label: 'family', kind: 'number', numbers: FAMILIES },
    { field: 'network.type', label: 'type', kind: 'number', numbers: TYPES },
  ],
  syscall: 'socket',
};

const ACCEPT: SourceHook = {
  call: 'inet_csk_accept',
  arguments: [],
  returnsSocket: true,
};

/** Of protocols whose sockets have no connection of which the hooks above would tell. */
function sendHook(call: string): SourceHook {
  return {
    call,
    arguments: [arg(0, 'sock', 'socket'), arg(1, 'sockaddr', 'address', 'msg_name')],
  };
}

/** All of them. */
export const NETWORK_SOURCES: readonly Source[] = [
  {
    name: 'network_socket',
    class: 'network.socket',
    ways: [
      ...securityWays([CREATE]),
      syscallWay([
        {
          call: 'sys_socket',
          // The type comes with flags, so that none can be left out here.
          arguments: CREATE.arguments.filter(({ label }) => label !== 'kernel'),
        },
      ]),
    ],
  },
  {
    name: 'network_connect',
    class: 'network.connect',
    ways: [
      ...securityWays([CONNECT]),
      syscallWay([
        {
          call: 'sys_connect',
          arguments: [arg(1, 'sockaddr', 'address')],
          pushes: CONNECT.pushes ?? [],
        },
      ]),
    ],
  },
  {
    name: 'network_accept',
    class: 'network.accept',
    ways: [{ kind: 'function', hooks: [ACCEPT] }],
  },
  {
    name: 'network_bind',
    class: 'network.bind',
    ways: [
      ...securityWays([BIND]),
      syscallWay([
        { call: 'sys_bind', arguments: [arg(1, 'sockaddr', 'address')], pushes: BIND.pushes ?? [] },
      ]),
    ],
  },
  {
    name: 'network_listen',
    class: 'network.listen',
    ways: securityWays([
      { call: 'socket_listen', arguments: [arg(0, 'socket', 'socket')], syscall: 'listen' },
    ]),
  },
  {
    name: 'network_send',
    class: 'network.send',
    ways: [
      {
        kind: 'function',
        hooks: [
          sendHook('udp_sendmsg'),
          { ...sendHook('udpv6_sendmsg'), isOptional: true },
          { ...sendHook('raw_sendmsg'), isOptional: true },
        ],
      },
    ],
  },
];
