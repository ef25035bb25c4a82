/** Four ways to decode the benchmark's record, from counting to a full object. */

/** Byte offsets of struct bench_record, counted from the 8-byte ring header before it. */
const OFFSET = {
  phase: 12,
  sequence: 16,
  time: 24,
  cgroup: 32,
  inode: 40,
  tgid: 48,
  tid: 52,
  uid: 56,
  gid: 60,
  flags: 64,
  pathLength: 68,
  comm: 72,
  path: 88,
} as const;

/** The batch a decoder reads from, seen as bytes and as 32-bit words. */
export interface BatchView {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/**
 * Decodes the record whose ring header is at `offset`; the result keeps the work from vanishing.
 */
export type Decode = (view: BatchView, offset: number) => number;

/** Phase of the record whose ring header is at `offset`. */
export function phaseAt(view: BatchView, offset: number): number {
  return word(view, offset + OFFSET.phase);
}

function word(view: BatchView, at: number): number {
  return view.words[at >>> 2] ?? 0;
}

/** Exact below 2^53: sequences and nanoseconds since boot are. */
function number(view: BatchView, at: number): number {
  return word(view, at) + word(view, at + 4) * 2 ** 32;
}

const INTERN_SLOTS = 8192;

/** A string and the words it was made of. */
interface Interned {
  readonly words: Uint32Array;
  readonly length: number;
  readonly text: string;
}

const interned: (Interned | undefined)[] = Array.from({ length: INTERN_SLOTS });

/** The text of `length` bytes at an aligned offset; the same bytes give the same string. */
function intern(view: BatchView, at: number, length: number): string {
  const first = at >>> 2;
  const count = (length + 3) >>> 2;
  let hash = length;
  for (let index = 0; index < count; index++) {
    hash = Math.imul(hash ^ (view.words[first + index] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  const slot = hash & (INTERN_SLOTS - 1);
  const known = interned[slot];
  if (known !== undefined && isSame(known, view, at, length)) return known.text;
  const text = view.bytes.toString('utf8', at, at + length);
  interned[slot] = { words: view.words.slice(first, first + count), length, text };
  return text;
}

function isSame(known: Interned, view: BatchView, at: number, length: number): boolean {
  if (known.length !== length) return false;
  const first = at >>> 2;
  for (let index = 0; index < known.words.length; index++) {
    if (known.words[index] !== view.words[first + index]) return false;
  }
  return true;
}

function commLength(view: BatchView, offset: number): number {
  const start = offset + OFFSET.comm;
  let length = 0;
  while (length < 16 && view.bytes[start + length] !== 0) length++;
  return length;
}

type ReadText = (view: BatchView, at: number, length: number) => string;

interface BenchRecord {
  readonly sequence: number;
  readonly timeNs: number;
  readonly cgroupId: number;
  readonly inode: number;
  readonly tgid: number;
  readonly tid: number;
  readonly uid: number;
  readonly gid: number;
  readonly flags: number;
  readonly comm: string;
  readonly path: string;
}

function decodeWhole(view: BatchView, offset: number, readText: ReadText): BenchRecord {
  return {
    sequence: number(view, offset + OFFSET.sequence),
    timeNs: number(view, offset + OFFSET.time),
    cgroupId: number(view, offset + OFFSET.cgroup),
    inode: number(view, offset + OFFSET.inode),
    tgid: word(view, offset + OFFSET.tgid),
    tid: word(view, offset + OFFSET.tid),
    uid: word(view, offset + OFFSET.uid),
    gid: word(view, offset + OFFSET.gid),
    flags: word(view, offset + OFFSET.flags),
    comm: readText(view, offset + OFFSET.comm, commLength(view, offset)),
    path: readText(view, offset + OFFSET.path, word(view, offset + OFFSET.pathLength)),
  };
}

const readUtf8: ReadText = (view, at, length) => view.bytes.toString('utf8', at, at + length);

function weigh(record: BenchRecord): number {
  return record.sequence + record.path.length + record.comm.length;
}

/**
 * touch: one number. lazy: two numbers, text of 1 in 100. intern, utf8: everything as an object.
 */
export const DECODERS: Readonly<Record<string, Decode>> = {
  touch: (view, offset) => number(view, offset + OFFSET.sequence),
  lazy: (view, offset) => {
    const sequence = number(view, offset + OFFSET.sequence);
    if (sequence % 100 !== 0) return sequence + word(view, offset + OFFSET.tgid);
    return weigh(decodeWhole(view, offset, intern));
  },
  intern: (view, offset) => weigh(decodeWhole(view, offset, intern)),
  utf8: (view, offset) => weigh(decodeWhole(view, offset, readUtf8)),
};
