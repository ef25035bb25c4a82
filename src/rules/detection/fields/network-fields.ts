/** Reads what follows from both ends of a connection: which is the server, and both as one text. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldName } from './field-table.ts';
import type { FieldValue } from './field-value.ts';

type NetworkField = Extract<
  FieldName,
  'network.connection' | `network.client.${string}` | `network.server.${string}`
>;

/** An address and a port, as far as they are known. */
interface End {
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

/** All that these fields are read from. */
type Network = Pick<DetectionEvent, 'class' | 'facts'>;

interface Ends {
  readonly client: End;
  readonly server: End;
}

const NOWHERE: End = { ip: undefined, port: undefined };

/** Who binds or listens is the server of connections that are still to come. */
const SERVING: ReadonlySet<EventClass> = new Set(['network.bind', 'network.listen']);

function endsOf({ class: eventClass, facts }: Network): Ends | undefined {
  const local: End = { ip: facts['network.local.ip'], port: facts['network.local.port'] };
  const remote: End = { ip: facts['network.remote.ip'], port: facts['network.remote.port'] };
  if (SERVING.has(eventClass)) return { client: NOWHERE, server: local };
  switch (facts['network.direction']) {
    case 'outbound':
      return { client: local, server: remote };
    case 'inbound':
      return { client: remote, server: local };
    default:
      return undefined;
  }
}

function connectionOf(event: Network): string | undefined {
  const ends = endsOf(event);
  if (ends === undefined) return undefined;
  const shown = [ends.client, ends.server].filter(({ ip }) => ip !== undefined).map(showEnd);
  return shown.length === 0 ? undefined : shown.join('->');
}

function showEnd({ ip = '', port }: End): string {
  return port === undefined ? ip : `${ip}:${port}`;
}

/** By field. */
export const NETWORK_READERS: Readonly<
  Record<NetworkField, (event: Network) => FieldValue | undefined>
> = {
  'network.connection': connectionOf,
  'network.client.ip': (event) => endsOf(event)?.client.ip,
  'network.client.port': (event) => endsOf(event)?.client.port,
  'network.server.ip': (event) => endsOf(event)?.server.ip,
  'network.server.port': (event) => endsOf(event)?.server.port,
};
