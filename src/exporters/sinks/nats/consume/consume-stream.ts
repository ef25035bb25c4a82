/** Reads a stream with a durable consumer: what is acked is on disk, and is not read again. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, JetStreamManager, JsMsg, NatsConnection } from 'nats';
import { ExportError } from '../../../errors.ts';
import { closeNats, connectNats } from '../connect.ts';
import type { NatsServer } from '../options.ts';
import { decodeHeader, HEADERS } from '../subjects.ts';
import type { NumberRange } from './gap-tracker.ts';
import { LineFile, type ReceivedMessage } from './line-file.ts';

const BATCH_MAX = 256;
const FETCH_WAIT_MS = 1000;
const RETRY_MS = 500;
const NS_PER_SECOND = 1_000_000_000;
const ACK_WAIT_NS = 30 * NS_PER_SECOND;
/** What a reader that was killed had in flight comes after what follows it. */
const GAP_GRACE_MS = 120_000;
const ACK_PENDING_MAX = 1000;

export interface ConsumeOptions {
  readonly server: NatsServer;
  readonly stream: string;
  /** Name of the consumer; the server remembers by it what was acked. */
  readonly durable: string;
  readonly file: string;
  /** Ends when nothing is left, instead of waiting for more. */
  readonly isOnce: boolean;
  readonly signal: AbortSignal;
  /** A gap, a message that cannot be used, an outage: one sentence. */
  readonly report: (text: string) => void;
}

export interface ConsumeCounts {
  readonly written: number;
  readonly duplicates: number;
  readonly gaps: number;
  /** Messages that cannot be used; they are beside the file, and are not read again. */
  readonly dead: number;
}

/** Rejects when server, stream or file are of no use at the start; waits for them later. */
export async function consumeStream(options: ConsumeOptions): Promise<ConsumeCounts> {
  const file = new LineFile(options.file);
  let dead = 0;
  try {
    const { connection, consumer } = await open(options);
    try {
      for await (const batch of batches(consumer, options)) {
        dead += take(batch, file, options);
        tellGaps(file, GAP_GRACE_MS, options);
      }
      if (options.isOnce) tellGaps(file, 0, options);
    } finally {
      // Acks that were not sent yet are.
      await connection.drain().catch(() => closeNats(connection));
    }
    return { ...file.counts(), dead };
  } finally {
    file.close();
  }
}

interface Opened {
  readonly connection: NatsConnection;
  readonly consumer: Consumer;
}

async function open({ server, stream, durable }: ConsumeOptions): Promise<Opened> {
  let connection: NatsConnection | undefined;
  try {
    connection = await connectNats(server);
    await ensureConsumer(await connection.jetstreamManager(), stream, durable);
    return { connection, consumer: await connection.jetstream().consumers.get(stream, durable) };
  } catch (cause) {
    if (connection !== undefined) await closeNats(connection);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ExportError('SINK_NATS_FAILED', reason, { cause });
  }
}

/** One that is there stays as it is. */
async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<void> {
  const { AckPolicy, DeliverPolicy } = await import('nats');
  await manager.streams.info(stream);
  const isThere = await manager.consumers.info(stream, durable).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await manager.consumers.add(stream, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: ACK_WAIT_NS,
    max_ack_pending: ACK_PENDING_MAX,
  });
}

async function* batches(
  consumer: Consumer,
  options: ConsumeOptions,
): AsyncGenerator<readonly JsMsg[]> {
  const { signal, report, isOnce } = options;
  let isAway = false;
  while (!signal.aborted) {
    try {
      const batch = await fetchBatch(consumer);
      isAway = false;
      if (batch.length === 0 && isOnce) return;
      yield batch;
    } catch (error) {
      if (isOnce || error instanceof ExportError) throw error;
      if (!isAway) report(`the server is away (${String(error)}); waiting for it`);
      isAway = true;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function fetchBatch(consumer: Consumer): Promise<readonly JsMsg[]> {
  const batch: JsMsg[] = [];
  const fetched = await consumer.fetch({ max_messages: BATCH_MAX, expires: FETCH_WAIT_MS });
  for await (const message of fetched) batch.push(message);
  return batch;
}

/** Writes a batch, and acks it after that. Returns how many messages were of no use. */
function take(batch: readonly JsMsg[], file: LineFile, options: ConsumeOptions): number {
  const good: ReceivedMessage[] = [];
  const bad: JsMsg[] = [];
  for (const message of batch) {
    const received = readMessage(message);
    if (received === undefined) bad.push(message);
    else good.push(received);
  }
  if (good.length > 0) file.write(good);
  for (const message of bad) keepDead(message, options);
  for (const message of batch) {
    if (bad.includes(message)) message.term();
    else message.ack();
  }
  return bad.length;
}

function tellGaps(file: LineFile, graceMs: number, { report }: ConsumeOptions): void {
  for (const { node, first, last } of file.tellGaps(graceMs)) {
    report(`${node}: messages ${first} to ${last} are missing`);
  }
}

function readMessage(message: JsMsg): ReceivedMessage | undefined {
  const id = message.headers?.get('Nats-Msg-Id') ?? '';
  const line = oneLine(message.string());
  if (id === '' || line === undefined) return undefined;
  return { id, line, range: readRange(message) };
}

/** Undefined when the text is not JSON; line ends between its parts go. */
function oneLine(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return text.includes('\n') || text.includes('\r') ? JSON.stringify(value) : text;
  } catch {
    return undefined;
  }
}

function readRange({ headers }: JsMsg): NumberRange | undefined {
  const get = (name: string): string => decodeHeader(headers?.get(name) ?? '');
  const [node, series] = [get(HEADERS.node), get(HEADERS.series)];
  const [first, last] = [Number(get(HEADERS.first)), Number(get(HEADERS.last))];
  const isRange = Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last;
  return isRange && first > 0 && series !== '' ? { node, series, first, last } : undefined;
}

/** Kept before it is given up, so that it is nowhere only if the disk takes nothing. */
function keepDead(message: JsMsg, { file, report }: ConsumeOptions): void {
  const letter = {
    subject: message.subject,
    id: message.headers?.get('Nats-Msg-Id') ?? '',
    sequence: message.seq,
    body: Buffer.from(message.data).toString('base64'),
  };
  appendFileSync(`${file}.dead`, `${JSON.stringify(letter)}\n`, { mode: 0o600 });
  report(`message ${message.seq} of the stream is not one of Warder; it is in the .dead file`);
}
