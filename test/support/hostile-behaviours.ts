/** What a hostile receiver may do with a connection. */
import type { Socket } from 'node:net';

/** What is done with the connection once the request is whole. */
export type Behaviour = (socket: Socket) => void;

/** A status with headers, as `429 Slow`. */
export function answer(status: string, ...headers: readonly string[]): Behaviour {
  return (socket) => {
    socket.end([`HTTP/1.1 ${status}`, ...headers, 'content-length: 0', '', ''].join('\r\n'));
  };
}

export const reset: Behaviour = (socket) => {
  socket.resetAndDestroy();
};

export const hang: Behaviour = () => undefined;

export function bytes(text: string): Behaviour {
  return (socket) => {
    socket.end(text);
  };
}

/** One byte of a head that never ends, again and again. */
export const drip: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\nx: ');
  const timer = setInterval(() => socket.write('x'), 5);
  socket.on('close', () => clearInterval(timer));
};

/** A good answer with a body that never ends. */
export const pour: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  const chunk = 'x'.repeat(65_536);
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
};
