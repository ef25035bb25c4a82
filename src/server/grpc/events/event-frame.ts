/** Events as the bytes of the stream; they are made once, whoever they are for. */
import { create, fromJson, toBinary } from '@bufbuild/protobuf';
import {
  AggregationInfoSchema,
  type GetEventsResponse,
  GetEventsResponseSchema,
} from '../generated/tetragon/events_pb.ts';
import type { JsonObject } from './read-json.ts';

/** In front of a message: whether it is compressed, and how long it is. */
export const FRAME_HEAD_SIZE = 5;

/**
 * One message with its head. `count` says how many events it stands for. Names that messages do
 * not have are left out; throws where a value is of another type.
 */
export function frameOf(json: JsonObject, count?: number): Uint8Array {
  const message = messageOf(json);
  if (count !== undefined) {
    message.aggregationInfo = create(AggregationInfoSchema, { count: BigInt(count) });
  }
  return frame(message);
}

/** Says that a client was too slow for this many events. */
export function lossFrame(dropped: number, nodeName: string): Uint8Array {
  const json = {
    rate_limit_info: { number_of_dropped_process_events: String(dropped) },
    node_name: nodeName,
    time: new Date().toISOString(),
  };
  return frame(messageOf(json));
}

type JsonValue = Parameters<typeof fromJson>[1];

/** Takes what came out of JSON, so that there is nothing else in it. */
function messageOf(json: JsonObject): GetEventsResponse {
  const value = json as JsonValue;
  return fromJson(GetEventsResponseSchema, value, { ignoreUnknownFields: true });
}

function frame(message: GetEventsResponse): Uint8Array {
  const bytes = toBinary(GetEventsResponseSchema, message);
  const framed = Buffer.allocUnsafe(FRAME_HEAD_SIZE + bytes.length);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(bytes.length, 1);
  framed.set(bytes, FRAME_HEAD_SIZE);
  return framed;
}
