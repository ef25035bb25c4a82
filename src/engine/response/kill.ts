/** Kills what carries a mark, until nothing that carries it lives. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { RespondedProcess } from '../../model/response.ts';
import { bootTimeNs, ProcessFile } from '../kernel/index.ts';
import type { Pass, VerdictSensor } from './verdict-sensor.ts';

const SIGKILL = 9;

/** A process that waits for a device cannot die before it has its answer. */
const WAIT_NS_MAX = 2_000_000_000n;

/** Passes at once after another; later ones are a millisecond apart. */
const EAGER_PASSES = 8;

/** What came of it. */
export interface Killed {
  readonly processes: ReadonlyMap<number, RespondedProcess>;
  /** Those that did not die in time. */
  readonly alive: number;
  /** Threads that could not be marked, so that they are not killed. */
  readonly failed: number;
  /** Threads that are never marked. */
  readonly refused: number;
  /** When the last one was seen to be dead; CLOCK_BOOTTIME ns. */
  readonly endNs: bigint;
}

/**
 * The kernel side is attached, and the id means that they are killed, with all that they fork.
 * Signals go through descriptors, to what carries the mark: never to a pid.
 */
export async function killMarked(
  sensor: VerdictSensor,
  first: Pass,
  processes: Map<number, RespondedProcess> = new Map(),
): Promise<Killed> {
  const deadlineNs = bootTimeNs() + WAIT_NS_MAX;
  let pass = first;
  let refused = 0;
  for (let passes = 0; ; passes++) {
    const marked = sensor.mark(pass);
    const { found, living, failed } = marked;
    refused = Math.max(refused, marked.refused);
    const endNs = bootTimeNs();
    for (const process of found) {
      processes.set(process.tgid, process);
      signalMarked(sensor, { process, id: pass.id, signal: SIGKILL });
    }
    if (living === 0 || endNs > deadlineNs) {
      return { processes, alive: living, failed, refused, endNs };
    }
    await (passes < EAGER_PASSES ? setImmediate() : setTimeout(1));
    pass = { ...first, targets: [] };
  }
}

export interface MarkedSignal {
  readonly process: RespondedProcess;
  readonly id: number;
  readonly signal: number;
}

/**
 * Opens the process, looks whether it is the one that was marked, and only then signals it. The
 * open process when it was; undefined when it has ended and its pid may be another's.
 */
function openMarked(
  sensor: VerdictSensor,
  { process, id }: Omit<MarkedSignal, 'signal'>,
): ProcessFile | undefined {
  const file = ProcessFile.open(process.tgid);
  if (file === undefined || sensor.carries(file, id)) return file;
  file.close();
  return undefined;
}

/** False when the process is gone. Throws ENGINE_PROCESS_FAILED. */
export function signalMarked(sensor: VerdictSensor, marked: MarkedSignal): boolean {
  using file = openMarked(sensor, marked);
  return file?.signal(marked.signal) ?? false;
}
