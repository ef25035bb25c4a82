/** Events as the messages of the stream; the bytes are made once, whoever they are for. */
import { create, fromBinary, fromJson, toBinary } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import {
  AggregationInfoSchema,
  type GetEventsResponse,
  GetEventsResponseSchema,
} from '../generated/tetragon/events_pb.ts';
import type { JsonObject } from './read-json.ts';

/** A message that many clients may be given. */
export interface WireEvent {
  readonly response: GetEventsResponse;
  /** Bytes of it. */
  readonly size: number;
}

/**
 * The message of an event. It holds its bytes as fields that the library does not know, which it
 * writes as they are: encoding it again for each client is a copy. `count` says how many events
 * it stands for. Names that messages do not have are left out; throws where a value is of another
 * type.
 */
export function encodeWire(json: JsonObject, count?: number): WireEvent {
  const bytes = toBinary(GetEventsResponseSchema, messageOf(json));
  const response = create(GetEventsResponseSchema);
  response.$unknown = fromBinary(EmptySchema, bytes).$unknown ?? [];
  if (count !== undefined) {
    response.aggregationInfo = create(AggregationInfoSchema, { count: BigInt(count) });
  }
  return { response, size: bytes.length };
}

/** Says that a client was too slow for this many events. */
export function lossResponse(dropped: number, nodeName: string): GetEventsResponse {
  return messageOf({
    rate_limit_info: { number_of_dropped_process_events: String(dropped) },
    node_name: nodeName,
    time: new Date().toISOString(),
  });
}

type JsonValue = Parameters<typeof fromJson>[1];

/** Takes what came out of JSON, so that there is nothing else in it. */
function messageOf(json: JsonObject): GetEventsResponse {
  const value = json as JsonValue;
  return fromJson(GetEventsResponseSchema, value, { ignoreUnknownFields: true });
}
