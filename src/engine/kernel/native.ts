/**
 * Loads the native addon once and gives its functions types; the only file that knows it is one.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KernelError, type KernelErrorCode } from './errors.ts';
import { summarizeLog } from './verifier-log.ts';

declare const HANDLE: unique symbol;

/** An opaque kernel object of the addon; passing one of the wrong kind is a coded error. */
export interface NativeHandle<Kind extends string> {
  readonly [HANDLE]: Kind;
}

export interface NativeMapInfo {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly id: number;
  readonly fd: number;
}

export interface NativeProgramInfo {
  readonly name: string;
  readonly id: number;
  readonly jitedBytes: number;
  readonly verifiedInstructions: number;
  readonly runCount: number;
  readonly runTimeNs: number;
  readonly recursionMisses: number;
}

type ObjectHandle = NativeHandle<'object'>;
type MapHandle = NativeHandle<'map'>;
type ProgramHandle = NativeHandle<'program'>;
type LinkHandle = NativeHandle<'link'>;
type TypesHandle = NativeHandle<'types'>;
type ReaderHandle = NativeHandle<'reader'>;
type ProcessHandle = NativeHandle<'process'>;

type Failure = [
  code: KernelErrorCode,
  message: string,
  errno?: number,
  call?: string,
  log?: string,
];
type CreateError = (...failure: Failure) => Error;

/** The functions of native/addon*.c; every one of them throws KernelError only. */
export interface NativeAddon {
  setErrorFactory(create: CreateError): void;
  close(handle: NativeHandle<string>): boolean;
  cpuCount(): number;
  clockOffset(): bigint;
  trimMemory(): void;
  enableStats(): NativeHandle<'stats'>;
  watchMappings(cpu: number, mark: number): NativeHandle<'perf_event'> | undefined;

  objectOpen(path: string): ObjectHandle;
  objectLoad(object: ObjectHandle): void;
  objectProgramNames(object: ObjectHandle): string[];
  objectMapNames(object: ObjectHandle): string[];
  objectSetVariable(object: ObjectHandle, name: string, bytes: Uint8Array): void;
  objectSetMapEntries(object: ObjectHandle, map: string, entries: number): void;
  objectReuseMap(object: ObjectHandle, map: string, from: MapHandle): void;
  objectDisableMap(object: ObjectHandle, map: string): void;
  objectSetAutoload(object: ObjectHandle, program: string, on: boolean): void;
  objectSetAttachTarget(object: ObjectHandle, program: string, target: string): void;
  objectMap(object: ObjectHandle, name: string): MapHandle;
  objectProgram(object: ObjectHandle, name: string): ProgramHandle;
  objectAttach(object: ObjectHandle, ...point: AttachPoint): LinkHandle;
  objectAttachTracepoint(object: ObjectHandle, ...point: Tracepoint): LinkHandle;
  objectAttachUprobe(object: ObjectHandle, ...point: Uprobe): LinkHandle;
  objectAttachCgroup(object: ObjectHandle, program: string, directory: string): LinkHandle;

  mapOpenPinned(path: string): MapHandle;
  mapInfo(map: MapHandle): NativeMapInfo;
  mapGet(map: MapHandle, key: Uint8Array, out: Uint8Array): boolean;
  mapSet(map: MapHandle, key: Uint8Array, ...value: [bytes: Uint8Array, flags: number]): void;
  mapSetProgram(map: MapHandle, key: Uint8Array, program: ProgramHandle): void;
  mapSetMap(map: MapHandle, key: Uint8Array, inner: MapHandle): void;
  mapDelete(map: MapHandle, key: Uint8Array): boolean;
  mapRows(map: MapHandle): { count: number; keys: Uint8Array; values: Uint8Array };
  mapSetRows(map: MapHandle, count: number, ...rows: [keys: Uint8Array, values: Uint8Array]): void;
  mapPin(map: MapHandle, path: string): void;

  programOpenPinned(path: string): ProgramHandle;
  programInfo(program: ProgramHandle): NativeProgramInfo;
  programPin(program: ProgramHandle, path: string): void;
  programTestRun(
    program: ProgramHandle,
    ...run: TestRun
  ): { returnValue: number; durationNs: number; dataSize: number };
  programRunIterator(program: ProgramHandle): Uint8Array;
  linkOpenPinned(path: string): LinkHandle;
  linkId(link: LinkHandle): number;
  linkPin(link: LinkHandle, path: string): void;
  linkUnpin(link: LinkHandle, path: string): void;

  typesOpenKernel(): TypesHandle;
  typesOpenModule(name: string): TypesHandle;
  typesOpenFile(path: string): TypesHandle;
  typesOpenBytes(bytes: Uint8Array, name: string): TypesHandle;
  typesCount(types: TypesHandle): number;
  typesFind(types: TypesHandle, name: string, kind: number): number;
  typesBytes(types: TypesHandle, id: number): Uint8Array | undefined;
  typesString(types: TypesHandle, offset: number): string | undefined;
  typesNames(types: TypesHandle, kind: number, prefix: string, limit: number): string[];

  processOpen(pid: number): ProcessHandle | undefined;
  processSignal(process: ProcessHandle, signal: number): boolean;
  processAwaitEnd(process: ProcessHandle, milliseconds: number): boolean;
  processHasten(pid: number): void;
  processFd(process: ProcessHandle): number;
  treeKillerOpen(doomed: MapHandle, ...work: TreeKillerWork): NativeHandle<'tree_killer'>;
  bootTime(): bigint;

  readerOpen(maps: readonly MapHandle[], wake: () => void, intervalMs: number): ReaderHandle;
  readerFill(reader: ReaderHandle, index: number, out: Uint8Array): number;
  readerPending(reader: ReaderHandle): number;
  ringScan(data: Uint8Array, ...scan: Scan): number;
}

type AttachPoint = [program: string, kprobe?: string, isReturn?: boolean];
type Tracepoint = [program: string, category: string, event: string];
type Uprobe = [
  program: string,
  file: string,
  offset: number,
  refCounter: number,
  isReturn: boolean,
  cookie: number,
];
type TestRun = [
  context: Uint8Array | undefined,
  data: Uint8Array | undefined,
  dataOut: Uint8Array | undefined,
  repeat: number,
];
type TreeKillerWork = [
  targets: MapHandle,
  marking: MapHandle,
  verdicts: MapHandle,
  mark: ProgramHandle,
  id: number,
  spared: Uint8Array,
];
type Scan = [consumer: number, producer: number, out: Uint8Array];

let loaded: NativeAddon | undefined;

/** The addon, loaded at first use; throws ENGINE_ADDON_MISSING. */
export function native(): NativeAddon {
  loaded ??= load(findAddon());
  return loaded;
}

function load(path: string): NativeAddon {
  let addon: NativeAddon;
  try {
    addon = createRequire(import.meta.url)(path) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KernelError('ENGINE_ADDON_MISSING', `cannot load ${path}: ${reason}`, { cause });
  }
  addon.setErrorFactory(createError);
  return addon;
}

const createError: CreateError = (...failure) => {
  const [code, message, errno, call, log] = failure;
  const summary =
    code === 'ENGINE_OBJECT_REJECTED' && log !== undefined ? summarizeLog(log) : undefined;
  return new KernelError(code, summary === undefined ? message : `${message}: ${summary}`, {
    ...(errno === undefined ? {} : { errno }),
    ...(call === undefined ? {} : { call }),
    ...(log === undefined ? {} : { log }),
  });
};

/**
 * This file runs from src/ and from build/src/, and both lie below the folder that has build/.
 * WARDER_ADDON names another build, such as the one with AddressSanitizer.
 */
function findAddon(): string {
  const override = process.env['WARDER_ADDON'];
  if (override !== undefined && override !== '') return override;
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'build', 'native', 'warder.node');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new KernelError('ENGINE_ADDON_MISSING', `no build/native/warder.node above ${start}`);
}
