/** Reads the processes of recordings. */
import type { Process } from '../../../model/event.ts';
import { isRecord } from './is-record.ts';

type Json = Readonly<Record<string, unknown>>;

const TEXTS = ['execId', 'parentExecId', 'binary', 'cwd', 'interpreter', 'cgroupName'] as const;
const NUMBERS = ['tgid', 'namespacePid'] as const;
const LONGS = ['startNs', 'imageTimeNs', 'cgroupId'] as const;
const CAPABILITY_SETS = ['capPermitted', 'capEffective', 'capInheritable'] as const;

/** Undefined when it is not a process as recordings have them. */
export function decodeProcess(value: unknown): Process | undefined {
  if (!isRecord(value)) return undefined;
  const { argv, executable, credentials, namespaces, flags } = value;
  if (!Array.isArray(argv) || !argv.every((item) => typeof item === 'string')) return undefined;
  if (!isRecord(executable) || !isRecord(credentials) || !isRecord(namespaces)) return undefined;
  const isWhole =
    isRecord(flags) &&
    TEXTS.every((name) => typeof value[name] === 'string') &&
    NUMBERS.every((name) => typeof value[name] === 'number') &&
    typeof executable['path'] === 'string' &&
    typeof credentials['uid'] === 'number';
  if (!isWhole) return undefined;
  const longs = readLongs(value, LONGS);
  const inode = readLongs(executable, ['inode']);
  const capabilities = readLongs(credentials, CAPABILITY_SETS);
  if (longs === undefined || inode === undefined || capabilities === undefined) return undefined;
  // Fields that no rule reads are kept as they are: they are shown, and never computed with.
  return {
    ...value,
    ...longs,
    executable: { ...executable, ...inode },
    credentials: { ...credentials, ...capabilities },
  } as unknown as Process;
}

function readLongs(value: Json, names: readonly string[]): Record<string, bigint> | undefined {
  const longs: Record<string, bigint> = {};
  for (const name of names) {
    const text = value[name];
    if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) return undefined;
    longs[name] = BigInt(text);
  }
  return longs;
}
