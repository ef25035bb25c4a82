/** How a record stands in a segment of the spool: length, checksum, number, time, payload. */
import { crc32 } from 'node:zlib';

export interface SpoolRecord {
  readonly sequence: number;
  /** When it was appended, ms since 1970. */
  readonly timeMs: number;
  readonly payload: Buffer;
}

export interface FrameContent {
  readonly sequence: number;
  readonly timeMs: number;
  readonly fill: (target: Buffer, at: number) => number;
}

/** `short`: what is there may be the beginning of a record. */
export type FrameRead =
  | { readonly kind: 'record'; readonly record: SpoolRecord; readonly end: number }
  | { readonly kind: 'short'; readonly wanted: number }
  | { readonly kind: 'invalid' };

/** Length (4), CRC-32 of all that follows it (4), number (8), time (8). */
export const FRAME_HEADER_BYTES = 24;

/** A longer payload is refused, so that a wrong length is seen as one. */
export const PAYLOAD_BYTES_MAX = 1_048_576;

const CHECKED_FROM = 8;

/** Writes a frame to `at`; `fill` writes its payload, and says how long it is. Returns its end. */
export function writeFrame(
  target: Buffer,
  at: number,
  { sequence, timeMs, fill }: FrameContent,
): number {
  const start = at + FRAME_HEADER_BYTES;
  const bytes = fill(target, start);
  target.writeUInt32LE(bytes, at);
  target.writeBigUInt64LE(BigInt(sequence), at + 8);
  target.writeDoubleLE(timeMs, at + 16);
  target.writeUInt32LE(crc32(target.subarray(at + CHECKED_FROM, start + bytes)), at + 4);
  return start + bytes;
}

/** Never throws: bytes of a damaged file are `invalid`. */
export function readFrame(bytes: Buffer, offset: number): FrameRead {
  const rest = bytes.length - offset;
  if (rest < FRAME_HEADER_BYTES) return { kind: 'short', wanted: FRAME_HEADER_BYTES };
  const length = bytes.readUInt32LE(offset);
  if (length > PAYLOAD_BYTES_MAX) return { kind: 'invalid' };
  const size = FRAME_HEADER_BYTES + length;
  if (rest < size) return { kind: 'short', wanted: size };
  const end = offset + size;
  const sum = bytes.readUInt32LE(offset + 4);
  if (crc32(bytes.subarray(offset + CHECKED_FROM, end)) !== sum) return { kind: 'invalid' };
  const record = {
    sequence: Number(bytes.readBigUInt64LE(offset + 8)),
    timeMs: bytes.readDoubleLE(offset + 16),
    payload: bytes.subarray(offset + FRAME_HEADER_BYTES, end),
  };
  return { kind: 'record', record, end };
}
