/** Clients that send the same bytes with the same promise, and do nothing else. */
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect, headers as createHeaders, type JetStreamClient } from 'nats';
import { headersOf, subjectOf } from '../../src/exporters/sinks/nats/subjects.ts';
import type { OutboundMessage } from '../../src/model/delivery.ts';

/** As many as delivery hands to a sink at once. */
const WINDOW = 256;
const CLUSTER = { prefix: 'warder.v1', cluster: 'c' } as const;

/** A file whose lines are on the disk when it goes on. */
export async function writeFile(path: string, events: readonly OutboundMessage[]): Promise<void> {
  const file = await open(path, 'a');
  for (let at = 0; at < events.length; at += WINDOW) {
    const lines = events.slice(at, at + WINDOW).map(({ body }) => `${body}\n`);
    await file.appendFile(lines.join(''));
    await file.datasync();
  }
  await file.close();
}

/** JetStream, with the same subjects and headers; each message is acked. */
export async function publish(url: string, events: readonly OutboundMessage[]): Promise<void> {
  const connection = await connect({ servers: url });
  const stream = connection.jetstream();
  for (let at = 0; at < events.length; at += WINDOW) {
    const window = events.slice(at, at + WINDOW);
    await Promise.all(window.map((event, index) => publishOne(stream, event, at + index + 1)));
  }
  await connection.close();
}

async function publishOne(
  stream: JetStreamClient,
  message: OutboundMessage,
  last: number,
): Promise<void> {
  const headers = createHeaders();
  const dispatch = { message, series: 'bare', first: last, last, attempts: 0 };
  for (const [name, value] of headersOf(CLUSTER, dispatch)) headers.set(name, value);
  await stream.publish(subjectOf(CLUSTER, message), message.body, { msgID: message.id, headers });
}

/** One request per message, so many at once, each over a connection of its own. */
export async function post(
  url: string,
  events: readonly OutboundMessage[],
  atOnce: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  const left = [...events].reverse();
  const lane = async (): Promise<void> => {
    for (let event = left.pop(); event !== undefined; event = left.pop()) {
      await postOne(url, event, agent);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  agent.destroy();
}

function postOne(url: string, { body }: OutboundMessage, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.once('end', resolve);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
