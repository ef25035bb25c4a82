/** Messages of name servers as they are sent, for tests. */

export interface WrittenRecord {
  readonly name?: string;
  readonly type: number;
  readonly ttl?: number;
  readonly data: Uint8Array;
}

export interface WrittenMessage {
  readonly isAnswer?: boolean;
  readonly name: string;
  /** 1: A. */
  readonly type?: number;
  readonly answers?: readonly WrittenRecord[];
}

/** Points at the name of the question. */
const POINTER = Buffer.from([0xc0, 12]);

/** The name in its labels. */
export function nameBytes(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)]),
    Buffer.from([0]),
  ]);
}

const number = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};

function recordOf({ name, type, ttl = 60, data }: WrittenRecord): Buffer {
  const head = [number(type, 2), number(1, 2), number(ttl, 4), number(data.length, 2)];
  return Buffer.concat([name === undefined ? POINTER : nameBytes(name), ...head, data]);
}

/** One question, and the answers to it. */
export function dnsMessage(message: WrittenMessage): Buffer {
  const { isAnswer = false, name, type = 1, answers = [] } = message;
  const flags = isAnswer ? 0x8180 : 0x0100;
  const counts = [1, answers.length, 0, 0].map((count) => number(count, 2));
  return Buffer.concat([
    ...[number(0x1234, 2), number(flags, 2), ...counts],
    ...[nameBytes(name), number(type, 2), number(1, 2)],
    ...answers.map(recordOf),
  ]);
}
