/** Connections that have shown no certificate yet: they take no places from those that have. */
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** When there are more, the oldest goes for the newest: real handshakes take milliseconds. */
const NEWCOMERS_MAX = 64;

/** Bounds them on a server of TLS. */
export function boundNewcomers(server: Server): void {
  const newcomers = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    newcomers.set(key, socket);
    socket.once('close', () => {
      if (newcomers.get(key) === socket) newcomers.delete(key);
    });
    const [oldest] = newcomers;
    if (newcomers.size <= NEWCOMERS_MAX || oldest === undefined) return;
    newcomers.delete(oldest[0]);
    oldest[1].destroy();
  });
  server.on('secureConnection', (socket: TLSSocket) => newcomers.delete(keyOf(socket)));
}

/** The same for the socket of TLS and the one that it is over. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
