/** Routes of alerts, and of what is delivered. */
import type { FastifyInstance } from 'fastify';
import type { AgentApi } from '../model/agent-api.ts';
import type { DeadLetter } from '../model/delivery.ts';
import type { DeliveryApi } from '../model/delivery-api.ts';
import { healthOf } from '../model/health.ts';
import { ServerError } from './errors.ts';

const LIMIT = 100;
const LIMIT_MAX = 10_000;

/** Bodies are in JSON: the scope has to take it. */
export function addDeliveryRoutes(scope: FastifyInstance, api: AgentApi): void {
  scope.get('/v1/health', () => healthOf(api.stats()));
  scope.get('/v1/alerts', ({ query }) => ({
    alerts: api.delivery?.alerts(readLimit(query)) ?? [],
  }));
  // Ids have slashes in them.
  scope.get('/v1/alerts/*', ({ params }) => {
    const id = memberOf(params, '*');
    const alert = typeof id === 'string' ? api.delivery?.alert(id) : undefined;
    if (alert !== undefined) return alert;
    throw new ServerError('SERVER_ALERT_UNKNOWN', `there is no alert ${JSON.stringify(id)}`);
  });
  scope.get('/v1/deliveries', ({ query }) => ({
    deliveries: requireDelivery(api).deliveries(readLimit(query)),
  }));
  scope.get('/v1/deliveries/dead', ({ query }) => ({
    dead: requireDelivery(api).deadLetters(readLimit(query)).map(toJsonLetter),
  }));
  scope.post('/v1/deliveries/replay', ({ body }) => {
    const sink = readSink(body);
    const id = memberOf(body, 'message');
    if (id !== undefined && (typeof id !== 'string' || id === '')) {
      throw new ServerError('SERVER_REQUEST_INVALID', '`message` must be the id of a message');
    }
    const replayed = requireDelivery(api).replay(sink, id);
    return replayed === undefined ? unknownSink(sink) : { replayed };
  });
  scope.post('/v1/deliveries/enable', ({ body }) => {
    const sink = readSink(body);
    return requireDelivery(api).enable(sink) ? { enabled: sink } : unknownSink(sink);
  });
}

function requireDelivery({ delivery }: AgentApi): DeliveryApi {
  if (delivery !== undefined) return delivery;
  throw new ServerError('SERVER_DELIVERY_ABSENT', 'the agent has no destinations');
}

/** Bodies of events may be large, and are no news: they are left out. */
function toJsonLetter({ message, ...letter }: DeadLetter): object {
  const { body: _, ...head } = message;
  return { ...letter, message: head };
}

function readLimit(query: unknown): number {
  const text = memberOf(query, 'limit') ?? String(LIMIT);
  const limit = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new ServerError('SERVER_REQUEST_INVALID', `\`limit\` must be from 1 to ${LIMIT_MAX}`);
}

function readSink(body: unknown): string {
  const sink = memberOf(body, 'sink');
  if (typeof sink === 'string' && sink !== '') return sink;
  throw new ServerError('SERVER_REQUEST_INVALID', '`sink` must be the name of a destination');
}

function unknownSink(sink: string): never {
  const message = `there is no destination ${JSON.stringify(sink)}`;
  throw new ServerError('SERVER_SINK_UNKNOWN', message);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
