/** Events of sources as the engine makes them. */
import type { ArgumentValue, HookEvent, SocketValue } from '../../src/model/event.ts';
import { aHookEvent } from './events.ts';

/** Arguments by their labels. */
export type WrittenArguments = Readonly<Record<string, ArgumentValue>>;

const asArguments = (values: WrittenArguments): HookEvent['args'] =>
  Object.entries(values).map(([label, value]) => ({ label, value }));

/** What the hook of a source saw. */
export function aSourceEvent(source: string, call: string, args: WrittenArguments): HookEvent {
  return aHookEvent({ policyName: `warder:${source}`, tags: [call], args: asArguments(args) });
}

export const textArgument = (value: string): ArgumentValue => ({
  ...{ kind: 'string', value, truncated: false },
});

export const pathArgument = (path: string, mode = 0): ArgumentValue => ({
  ...{ kind: 'path', path, mode, unresolved: false },
});

export const numberArgument = (value: number): ArgumentValue => ({ kind: 'int', value });

const NO_SOCKET: SocketValue = {
  ...{ family: 2, type: 1, protocol: 6, state: 0, mark: 0, priority: 0, hash: 0, length: 0 },
  ...{ etherType: 0, cookie: 0n, sourceAddress: '0.0.0.0', sourcePort: 0 },
  ...{ destinationAddress: '0.0.0.0', destinationPort: 0 },
};

export const socketArgument = (ends: Partial<SocketValue>): ArgumentValue => ({
  ...{ kind: 'sock', ...NO_SOCKET, ...ends },
});

/** What a call was given as an address. */
export const addressArgument = (address: string, port: number, family = 2): ArgumentValue => ({
  ...{ kind: 'sockaddr', ...NO_SOCKET, family, type: 0, protocol: 0 },
  ...{ sourceAddress: address, sourcePort: port, destinationAddress: '' },
});
