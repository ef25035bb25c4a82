/** Streams of events, and lines that an agent would publish. */
import { create, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import * as events from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { GrpcStage, type Sensors } from './grpc-stage.ts';

export type EventsRequest = MessageInitShape<typeof events.GetEventsRequestSchema>;
type Response = events.GetEventsResponse;

/** A stream that is subscribed; `read` gives so many responses of it. */
export class Stream {
  readonly #abort = new AbortController();
  readonly #responses: AsyncIterator<Response>;
  readonly #first: Promise<IteratorResult<Response>>;
  #isBegun = false;

  private constructor(client: Sensors, request: EventsRequest) {
    const { signal } = this.#abort;
    this.#responses = client
      .getEvents(create(events.GetEventsRequestSchema, request), { signal })
      [Symbol.asyncIterator]();
    this.#first = this.#responses.next();
    this.#first.catch(() => undefined);
  }

  static async open(stage: GrpcStage, request: EventsRequest, client?: Sensors): Promise<Stream> {
    const { count } = stage.server.clients;
    const stream = new Stream(client ?? stage.client(), request);
    await until(() => stage.server.clients.count > count);
    return stream;
  }

  async read(count: number): Promise<readonly Response[]> {
    const read: Response[] = [];
    while (read.length < count) {
      const next = await (this.#isBegun ? this.#responses.next() : this.#first);
      this.#isBegun = true;
      if (next.done === true) throw new Error(`the stream ended after ${read.length}`);
      read.push(next.value);
    }
    return read;
  }

  /** Their JSON, with the names of the fields. */
  async readJson(count: number): Promise<readonly unknown[]> {
    return (await this.read(count)).map(jsonOf);
  }

  cancel(): void {
    this.#abort.abort();
  }
}

export function jsonOf(response: Response): unknown {
  return toJson(events.GetEventsResponseSchema, response, { useProtoFieldName: true });
}

/** Looks again and again; the runner ends it when it takes for ever. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

type Fields = Readonly<Record<string, unknown>>;

/** One line of the agent. */
export function lineOf(kind: string, body: Fields, envelope: Fields = {}): string {
  return JSON.stringify({
    [kind]: body,
    node_name: 'node-1',
    time: '2026-01-02T03:04:05.678901234Z',
    ...envelope,
  });
}

/** An exec of a binary. */
export function execLine(binary: string, process: Fields = {}): string {
  return lineOf('process_exec', { process: { binary, pid: 7, tid: 7, ...process } });
}

const BODY = {
  process: { exec_id: 'aQ==', pid: 7, tid: 8, binary: '/bin/ls', arguments: '-l' },
  parent: { exec_id: 'cA==', pid: 1, tid: 1, binary: '/bin/sh' },
};
/** The body of a hook event. */
export const KPROBE: Fields & { readonly process: Fields; readonly parent: Fields } = {
  ...BODY,
  function_name: 'security_file_open',
  args: [{ string_arg: '/etc/shadow' }, { int_arg: 0 }],
  action: 'KPROBE_ACTION_POST',
  policy_name: 'watch',
};

/** The responses to a request, of events that are published after it. */
export async function readOf(
  request: EventsRequest,
  lines: readonly string[],
  count: number,
): Promise<readonly unknown[]> {
  await using stage = await GrpcStage.open();
  const stream = await Stream.open(stage, request);
  stage.agent.publish(lines);
  const read = await stream.readJson(count);
  stream.cancel();
  return read;
}
