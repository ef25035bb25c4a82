/** Bytes of records as the kernel side writes them, for tests that have no kernel. */
import { RECORD_KIND } from '../../src/engine/records/generated/enums.ts';
import { STRUCT_SIZES } from '../../src/engine/records/generated/layout.ts';

const FIXED_SIZES: Readonly<Record<number, number>> = {
  [RECORD_KIND.EXEC]: STRUCT_SIZES.EXEC_RECORD,
  [RECORD_KIND.FORK]: STRUCT_SIZES.FORK_RECORD,
  [RECORD_KIND.EXIT]: STRUCT_SIZES.EXIT_RECORD,
  [RECORD_KIND.HOOK]: STRUCT_SIZES.HOOK_RECORD,
  [RECORD_KIND.LOADER]: STRUCT_SIZES.LOADER_RECORD,
  [RECORD_KIND.CGROUP]: STRUCT_SIZES.CGROUP_RECORD,
  [RECORD_KIND.DNS]: STRUCT_SIZES.DNS_RECORD,
};

/** Places of the fields that tests set; the native test of the wire format proves them. */
const HEADER = { kind: 0, size: 4, sequence: 8, timeNs: 16, startNs: 24, tgid: 32, tid: 36 };
const EXEC = { binary: 224, filename: 228, cwd: 236, args: 240 };
const LOADER = { buildIdSize: 44, buildId: 48, path: 68 };
const CGROUP = { id: 40, change: 56, path: 60 };
const HOOK = {
  ...{ hookId: 48, generation: 52, outcome: 56, argumentCount: 68, selectors: 96, arguments: 160 },
};

export interface RecordOptions {
  readonly kind: number;
  readonly sequence?: number;
  readonly tgid?: number;
  readonly startNs?: bigint;
  /** Bytes after the fixed part. */
  readonly tail?: Uint8Array;
}

/** A record whose other fields are zero. */
export function recordBytes(options: RecordOptions): Buffer {
  const { kind, sequence = 1, tgid = 100, startNs = 1000n, tail = new Uint8Array(0) } = options;
  const fixed = FIXED_SIZES[kind] ?? STRUCT_SIZES.RECORD_HEADER;
  const bytes = Buffer.alloc(fixed + tail.length);
  bytes.set(tail, fixed);
  bytes.writeUInt16LE(kind, HEADER.kind);
  bytes.writeUInt32LE(bytes.length, HEADER.size);
  bytes.writeBigUInt64LE(BigInt(sequence), HEADER.sequence);
  bytes.writeBigUInt64LE(BigInt(sequence), HEADER.timeNs);
  bytes.writeBigUInt64LE(startNs, HEADER.startNs);
  bytes.writeUInt32LE(tgid, HEADER.tgid);
  bytes.writeUInt32LE(tgid, HEADER.tid);
  return bytes;
}

/** An exec record of a binary with arguments, in a directory. */
export function execBytes(
  options: Omit<RecordOptions, 'kind' | 'tail'>,
  image: { readonly binary: string; readonly args?: string; readonly cwd?: string },
): Buffer {
  const texts = [image.binary, image.args ?? '', image.cwd ?? '/'];
  const tail = Buffer.from(texts.join(''));
  const bytes = recordBytes({ ...options, kind: RECORD_KIND.EXEC, tail });
  let offset: number = STRUCT_SIZES.EXEC_RECORD;
  for (const [index, field] of [EXEC.binary, EXEC.args, EXEC.cwd].entries()) {
    const length = Buffer.byteLength(texts[index] ?? '');
    writeSlice(bytes, field, { offset, length });
    offset += length;
  }
  bytes.copyWithin(EXEC.filename, EXEC.binary, EXEC.binary + 4);
  return bytes;
}

/** A loader record of a file with a build id. */
export function loaderBytes(
  options: Omit<RecordOptions, 'kind' | 'tail'>,
  file: { readonly path: string; readonly buildId: Uint8Array },
): Buffer {
  const tail = Buffer.from(file.path);
  const bytes = recordBytes({ ...options, kind: RECORD_KIND.LOADER, tail });
  bytes.writeUInt32LE(file.buildId.length, LOADER.buildIdSize);
  bytes.set(file.buildId, LOADER.buildId);
  const offset: number = STRUCT_SIZES.LOADER_RECORD;
  writeSlice(bytes, LOADER.path, { offset, length: tail.length });
  return bytes;
}

/** A change of a cgroup, one of `enum cgroup_change`. */
export function cgroupBytes(
  options: Omit<RecordOptions, 'kind' | 'tail'>,
  cgroup: { readonly id: bigint; readonly change: number; readonly path: string },
): Buffer {
  const tail = Buffer.from(cgroup.path);
  const bytes = recordBytes({ ...options, kind: RECORD_KIND.CGROUP, tail });
  bytes.writeBigUInt64LE(cgroup.id, CGROUP.id);
  bytes.writeUInt32LE(cgroup.change, CGROUP.change);
  const offset: number = STRUCT_SIZES.CGROUP_RECORD;
  writeSlice(bytes, CGROUP.path, { offset, length: tail.length });
  return bytes;
}

/** One argument of a hook record. */
export interface ArgumentBytes {
  readonly type: number;
  readonly status?: number;
  readonly value?: bigint;
  readonly text?: string;
}

/** A hook record with matched selectors and arguments. */
export function hookBytes(
  options: Omit<RecordOptions, 'kind' | 'tail'>,
  hook: {
    readonly hookId: number;
    readonly generation: number;
    readonly selectors: readonly number[];
    readonly arguments: readonly ArgumentBytes[];
    /** Flags of OUTCOME_FLAG. */
    readonly outcome?: number;
  },
): Buffer {
  const tail = Buffer.from(hook.arguments.map(({ text = '' }) => text).join(''));
  const bytes = recordBytes({ ...options, kind: RECORD_KIND.HOOK, tail });
  bytes.writeUInt32LE(hook.hookId, HOOK.hookId);
  bytes.writeUInt32LE(hook.generation, HOOK.generation);
  bytes.writeUInt32LE(hook.outcome ?? 0, HOOK.outcome);
  bytes.writeUInt32LE(hook.arguments.length, HOOK.argumentCount);
  for (const selector of hook.selectors) {
    const at = HOOK.selectors + Math.floor(selector / 8);
    bytes.writeUInt8(bytes.readUInt8(at) | (1 << (selector % 8)), at);
  }
  let offset: number = STRUCT_SIZES.HOOK_RECORD;
  for (const [index, argument] of hook.arguments.entries()) {
    const at = HOOK.arguments + index * STRUCT_SIZES.ARGUMENT_RECORD;
    const length = Buffer.byteLength(argument.text ?? '');
    bytes.writeBigInt64LE(argument.value ?? 0n, at);
    writeSlice(bytes, at + 8, { offset, length });
    bytes.writeUInt8(argument.type, at + 14);
    bytes.writeUInt8(argument.status ?? 0, at + 15);
    offset += length;
  }
  return bytes;
}

/** Puts records into a batch, each behind the header of the ring. */
export function ringBatch(...records: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    records.map((record) => {
      const frame = Buffer.alloc((record.length + 15) & ~7);
      frame.writeUInt32LE(record.length, 0);
      frame.set(record, 8);
      return frame;
    }),
  );
}

function writeSlice(
  bytes: Buffer,
  at: number,
  slice: { readonly offset: number; readonly length: number },
): void {
  bytes.writeUInt16LE(slice.offset, at);
  bytes.writeUInt16LE(slice.length, at + 2);
}
