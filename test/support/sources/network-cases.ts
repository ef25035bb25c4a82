/** Deeds with sockets. */
import { join } from 'node:path';
import { deed, pick, type SourceCase } from './deed.ts';

export const NETWORK_CASES: readonly SourceCase[] = [
  {
    class: 'network.connect',
    asks: 'network.remote.ip: 127.0.0.1, network.remote.port: 9901, network.direction: outbound',
    deed: (_base, which) => deed('connect', '127.0.0.1', pick(which, 9901, 9902)),
    isSeenAtCalls: true,
  },
  {
    class: 'network.connect',
    asks: 'network.family: unix, file.path|endswith: /sock-hit',
    deed: (base, which) => deed('connect-unix', join(base, `sock-${which}`)),
  },
  {
    class: 'network.bind',
    asks: 'network.local.port: 9903',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9903, 9904)),
    isSeenAtCalls: true,
  },
  {
    class: 'network.listen',
    asks: 'network.local.port: 9905, network.protocol: tcp',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9905, 9906)),
  },
  {
    class: 'network.socket',
    asks: 'network.type: raw, network.family: ipv4',
    deed: (_base, which) => deed('socket', 2, pick(which, 3, 2), 1),
    isSeenAtCalls: true,
  },
  {
    class: 'network.send',
    asks: 'network.remote.port: 9907, network.remote.ip: 127.0.0.1, network.protocol: udp',
    deed: (_base, which) => deed('datagram', '127.0.0.1', pick(which, 9907, 9908)),
  },
];
