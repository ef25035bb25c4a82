/** What hooks on sockets saw, and what rules read. */
import {
  addressArgument as address,
  numberArgument as number,
  socketArgument as socket,
} from '../../../../support/source-events.ts';
import type { TranslationCase } from './translation-case.ts';

const CONNECTED = { sourceAddress: '10.0.0.2', sourcePort: 40_000 };

export const NETWORK_CASES: readonly TranslationCase[] = [
  {
    of: 'a connection',
    source: 'network_connect',
    call: 'socket_connect',
    args: { socket: socket({}), address: address('192.0.2.1', 443) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.direction': 'outbound', 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 443,
    },
  },
  {
    of: 'a connection on this machine',
    source: 'network_connect',
    call: 'socket_connect',
    args: {
      ...{ socket: socket({ family: 1 }), address: address('', 0, 1) },
      path: { kind: 'sockaddr_un', family: 1, path: '/run/docker.sock' },
    },
    facts: {
      ...{ 'network.family': 'unix', 'network.type': 'stream', 'network.direction': 'outbound' },
      'file.path': '/run/docker.sock',
    },
  },
  {
    of: 'a connection that is undone',
    source: 'network_connect',
    call: 'socket_connect',
    args: { socket: socket({}), address: address('', 0, 0) },
    facts: undefined,
  },
  {
    of: 'a connection that was accepted',
    source: 'network_accept',
    call: 'inet_csk_accept',
    args: {
      socket: socket({ ...CONNECTED, destinationAddress: '192.0.2.1', destinationPort: 5 }),
    },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.direction': 'inbound', 'network.local.ip': '10.0.0.2' },
      ...{ 'network.local.port': 40_000, 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 5,
    },
  },
  {
    of: 'a call that accepted nothing',
    source: 'network_accept',
    call: 'inet_csk_accept',
    args: { socket: { kind: 'unreadable' } },
    facts: undefined,
  },
  {
    of: 'an address that is bound',
    source: 'network_bind',
    call: 'socket_bind',
    args: { socket: socket({}), address: address('0.0.0.0', 8080) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.local.ip': '0.0.0.0', 'network.local.port': 8080 },
    },
  },
  {
    of: 'a socket that listens',
    source: 'network_listen',
    call: 'socket_listen',
    args: { socket: socket({ sourcePort: 8080 }) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.local.ip': '0.0.0.0', 'network.local.port': 8080 },
    },
  },
  {
    of: 'a datagram of a connected socket',
    source: 'network_send',
    call: 'udp_sendmsg',
    args: {
      socket: socket({
        ...{ ...CONNECTED, type: 2, protocol: 17 },
        ...{ destinationAddress: '192.0.2.1', destinationPort: 514 },
      }),
    },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'datagram', 'network.protocol': 'udp' },
      ...{ 'network.direction': 'outbound', 'network.local.ip': '10.0.0.2' },
      ...{ 'network.local.port': 40_000, 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 514,
    },
  },
  {
    of: 'a socket for packets',
    source: 'network_socket',
    call: 'socket_create',
    args: { family: number(17), type: number(3), protocol: number(768) },
    facts: { 'network.family': 'packet', 'network.type': 'raw' },
  },
];
