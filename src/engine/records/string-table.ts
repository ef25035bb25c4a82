/** Strings by their bytes: what was decoded once is not decoded again. */

/** Slots of the table, a power of two; a busy node uses a few hundred distinct paths at a time. */
const SLOTS = 4096;

/** Longer strings are seldom seen twice, and hashing them costs as much as decoding. */
const INTERNED_SIZE_MAX = 256;

/** A record in its batch: `at` is its first byte. */
export interface RecordPlace {
  readonly bytes: Uint8Array;
  /** The same bytes. */
  readonly view: DataView;
  readonly at: number;
  readonly strings: StringTable;
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Bounded table of strings, at most about 2 MB. Bytes that are not UTF-8 become U+FFFD. A slot
 * holds one string: the later of two that share it.
 */
export class StringTable {
  readonly #slots: (Entry | undefined)[] = new Array<Entry | undefined>(SLOTS).fill(undefined);

  /** The text of `length` bytes at `at`; the bytes may be reused afterwards. */
  decode(batch: Uint8Array, at: number, length: number): string {
    if (length === 0) return '';
    if (length > INTERNED_SIZE_MAX) return decodeUtf8(batch.subarray(at, at + length));
    const slot = hash(batch, at, length) & (SLOTS - 1);
    const entry = this.#slots[slot];
    if (entry !== undefined && isEqual(entry.bytes, batch, at, length)) return entry.text;
    const bytes = batch.slice(at, at + length);
    const text = decodeUtf8(bytes);
    this.#slots[slot] = { bytes, text };
    return text;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/**
 * FNV-1a over words of four bytes: it is most of what a string costs. An attacker who finds
 * collisions gains a decode per string, no more.
 */
function hash(bytes: Uint8Array, at: number, length: number): number {
  const end = at + length;
  let value = 0x811c_9dc5 ^ length;
  let i = at;
  for (; i + 4 <= end; i += 4) {
    const low = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
    const high = (bytes[i + 2] ?? 0) | ((bytes[i + 3] ?? 0) << 8);
    value = Math.imul(value ^ low ^ (high << 16), 0x0100_0193);
    // Multiplying carries upwards only; the slot is taken from the lower bits.
    value ^= value >>> 15;
  }
  for (; i < end; i++) value = Math.imul(value ^ (bytes[i] ?? 0), 0x0100_0193);
  return value ^ (value >>> 15);
}

function isEqual(known: Uint8Array, batch: Uint8Array, at: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== batch[at + i]) return false;
  return true;
}
