/** Bytes of map rows: little endian, every value checked against its field. */
import { assert } from '../../model/errors.ts';

interface ArrayPlace {
  /** Elements the field has. */
  readonly length: number;
  /** Bytes of one element. */
  readonly bytes: number;
}

/** Writes one row of a fixed size; what is not written is zero. */
export class RowWriter {
  readonly #name: string;
  readonly #view: DataView;

  constructor(name: string, size: number) {
    this.#name = name;
    this.#view = new DataView(new ArrayBuffer(size));
  }

  /** The row; later writes show in it. */
  get written(): Uint8Array {
    return new Uint8Array(this.#view.buffer);
  }

  u8(at: number, value: number): void {
    this.#check(at, value, value >= 0 && value <= 0xff);
    this.#view.setUint8(at, value);
  }

  u16(at: number, value: number): void {
    this.#check(at, value, value >= 0 && value <= 0xffff);
    this.#view.setUint16(at, value, true);
  }

  u32(at: number, value: number): void {
    this.#check(at, value, value >= 0 && value <= 0xffff_ffff);
    this.#view.setUint32(at, value, true);
  }

  s32(at: number, value: number): void {
    this.#check(at, value, value >= -0x8000_0000 && value <= 0x7fff_ffff);
    this.#view.setInt32(at, value, true);
  }

  u64(at: number, value: bigint): void {
    assert(BigInt.asUintN(64, value) === value, this.#refusal(at, value));
    this.#view.setBigUint64(at, value, true);
  }

  s64(at: number, value: bigint): void {
    assert(BigInt.asIntN(64, value) === value, this.#refusal(at, value));
    this.#view.setBigInt64(at, value, true);
  }

  /** Copies text or bytes into a field of `length` bytes. */
  bytes(at: number, length: number, value: Uint8Array): void {
    assert(value.length <= length, this.#refusal(at, `${value.length} bytes`));
    this.written.set(value, at);
  }

  /** Writes the elements of an array field one by one. */
  array<T>(
    at: number,
    field: ArrayPlace & { readonly values: readonly T[] },
    write: (place: number, element: T) => void,
  ): void {
    const { length, bytes, values } = field;
    assert(values.length <= length, this.#refusal(at, `${values.length} elements`));
    for (const [index, element] of values.entries()) write(at + index * bytes, element);
  }

  #check(at: number, value: number, inRange: boolean): void {
    assert(inRange && Number.isInteger(value), this.#refusal(at, value));
  }

  #refusal(at: number, what: unknown): string {
    return `${this.#name} cannot hold ${what} at byte ${at}`;
  }
}

/** Reads one row of a fixed size. */
export class RowReader {
  readonly #view: DataView;

  constructor(name: string, bytes: Uint8Array, size: number) {
    assert(bytes.length === size, `${name} has ${size} bytes, not ${bytes.length}`);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  s32(at: number): number {
    return this.#view.getInt32(at, true);
  }

  u64(at: number): bigint {
    return this.#view.getBigUint64(at, true);
  }

  s64(at: number): bigint {
    return this.#view.getBigInt64(at, true);
  }

  /** A copy of `length` bytes. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length).slice();
  }

  /** The elements of an array field. */
  array<T>(at: number, field: ArrayPlace, read: (place: number) => T): readonly T[] {
    return Array.from({ length: field.length }, (_, index) => read(at + index * field.bytes));
  }
}
