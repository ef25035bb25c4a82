/**
 * GetEvents without the machinery of the library, which would encode each event for each client,
 * and write each by itself.
 */
import { gunzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalHandlerFn, UniversalServerRequest } from '@connectrpc/connect/protocol';
import { parseTimeout, setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { CodedError } from '../../../model/errors.ts';
import type { Logger } from '../../../model/log.ts';
import { toConnectError } from '../connect-errors.ts';
import type { EventFeed } from '../events/event-feed.ts';
import { FRAME_HEAD_SIZE } from '../events/event-frame.ts';
import { type GetEventsRequest, GetEventsRequestSchema } from '../generated/tetragon/events_pb.ts';

/** Types of what is sent: gRPC, whose messages are bytes unless it says otherwise. */
const CONTENT_TYPE = /^application\/grpc(\+proto)?(;|$)/i;

/** Longest time of a timer. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export interface EventStreamOptions {
  readonly feed: EventFeed;
  readonly logger: Logger;
  /** Bytes of a request. */
  readonly requestSizeMax: number;
}

/** The handler of the method. */
export function createEventStream(options: EventStreamOptions): UniversalHandlerFn {
  return async (request) => {
    const { method, header } = request;
    if (method !== 'POST') return { status: 405 };
    if (!CONTENT_TYPE.test(header.get('content-type') ?? '')) return { status: 415 };
    const trailer = new Headers();
    return {
      status: 200,
      header: new Headers({ 'content-type': 'application/grpc+proto' }),
      body: answer(request, trailer, options),
      trailer,
    };
  };
}

/** The trailer says how it ended. */
async function* answer(
  request: UniversalServerRequest,
  trailer: Headers,
  { feed, logger, requestSizeMax }: EventStreamOptions,
): AsyncGenerator<Uint8Array> {
  try {
    const deadline = deadlineOf(request.header);
    const asked = await readRequest(request, requestSizeMax);
    yield* feed.stream(asked, AbortSignal.any([request.signal, deadline]));
    if (deadline.aborted) throw new ConnectError('the time is up', Code.DeadlineExceeded);
    setTrailerStatus(trailer, undefined);
  } catch (error) {
    // The failure of a client that went away is no failure of the agent.
    const gone = request.signal.aborted && !(error instanceof CodedError);
    setTrailerStatus(trailer, gone ? canceled() : toConnectError(error, logger));
  }
}

/** Never, when the client gave no time. */
function deadlineOf(header: Headers): AbortSignal {
  const { timeoutMs, error } = parseTimeout(header.get('grpc-timeout'), TIMEOUT_MS_MAX);
  if (timeoutMs !== undefined) {
    // Clients count in nanoseconds, and some have more of them than a timer takes.
    return AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), TIMEOUT_MS_MAX));
  }
  if (error !== undefined) throw error;
  return new AbortController().signal;
}

/** The one message of the request. */
async function readRequest(
  { body, header }: UniversalServerRequest,
  sizeMax: number,
): Promise<GetEventsRequest> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > sizeMax) {
      throw new ConnectError(`a request has at most ${sizeMax} bytes`, Code.ResourceExhausted);
    }
    parts.push(part);
  }
  const framed = Buffer.concat(parts);
  const isWhole = size >= FRAME_HEAD_SIZE && framed.readUInt32BE(1) === size - FRAME_HEAD_SIZE;
  if (!isWhole) throw malformed('it is not one message');
  const message = framed.subarray(FRAME_HEAD_SIZE);
  const flag = framed[0] ?? 0;
  if (flag > 1) throw malformed('its flags are not known');
  return decode(flag === 1 ? decompress(message, header, sizeMax) : message);
}

function decompress(message: Uint8Array, header: Headers, sizeMax: number): Uint8Array {
  const encoding = header.get('grpc-encoding');
  if (encoding !== 'gzip') {
    throw new ConnectError('gzip is the one compression here', Code.Unimplemented);
  }
  try {
    return gunzipSync(message, { maxOutputLength: sizeMax });
  } catch {
    throw malformed('it cannot be decompressed');
  }
}

function decode(message: Uint8Array): GetEventsRequest {
  try {
    return fromBinary(GetEventsRequestSchema, message);
  } catch {
    throw malformed('it cannot be decoded');
  }
}

function canceled(): ConnectError {
  return new ConnectError('the client went away', Code.Canceled);
}

function malformed(problem: string): ConnectError {
  return new ConnectError(`the request is malformed: ${problem}`, Code.InvalidArgument);
}
