/** Reports files that are mapped executable, while some policy asks for it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { BpfObject, cpuCount, MappingWatch } from '../kernel/index.ts';
import { decodeSelectorCountersRow, STRUCT_SIZES } from '../records/index.ts';
import { u32Bytes, u64Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { type PolicyHookCounts, sumCounters } from './hook-counts.ts';
import { type HookEnvironment, SHARED_MAP_NAMES } from './hook-program.ts';
import type { Activity } from './policy-activity.ts';

/** As the statuses of policies name the hook. */
export const LOADER_HOOK = 'loader';

const FILE = 'loader.bpf.o';
const ONLINE_CPUS = '/sys/devices/system/cpu/online';

/** How long a CPU that comes online may go unwatched. */
const CPU_INTERVAL_MS = 5000;

/** In the order in which they are tried. */
export const LOADER_METHODS = ['fentry', 'kprobe'] as const;

const PROGRAMS = { fentry: 'mapping', kprobe: 'mapping_probe' } as const;

export interface LoaderSensorOptions
  extends Pick<HookEnvironment, 'objectDirectory' | 'shared' | 'checkLayout'> {
  readonly logger: Logger;
  /** Why the method cannot work on this kernel at all, or undefined. */
  obstacle(method: AttachMethod): string | undefined;
}

interface Attached {
  readonly object: BpfObject;
  readonly program: string;
  readonly method: AttachMethod;
  readonly watch: MappingWatch;
  readonly timer: NodeJS.Timeout;
}

/** One for all policies: every mapping is one event. */
export class LoaderSensor {
  readonly #options: LoaderSensorOptions;
  #attached: Attached | undefined;
  #sleptMs = sleptMs();

  constructor(options: LoaderSensorOptions) {
    this.#options = options;
  }

  /** How it is attached; undefined when it is not. */
  get method(): AttachMethod | undefined {
    return this.#attached?.method;
  }

  /** Does nothing when it is attached. Throws a CodedError with the reason of every method. */
  start(): void {
    if (this.#attached !== undefined) return;
    const mark = randomBytes(6).readUIntBE(0, 6);
    const watch = new MappingWatch(mark);
    try {
      watch.follow(onlineCpus());
      const attached = this.#attach(mark);
      const timer = setInterval(() => this.#follow(watch), CPU_INTERVAL_MS).unref();
      this.#attached = { ...attached, watch, timer };
    } catch (error) {
      watch.close();
      throw error;
    }
  }

  /** Closing twice is fine. */
  close(): void {
    if (this.#attached === undefined) return;
    const { object, watch, timer } = this.#attached;
    this.#attached = undefined;
    clearInterval(timer);
    object.close();
    watch.close();
  }

  /** What the hook did since it was attached. */
  counts(): PolicyHookCounts {
    const { object, program } = this.#attached ?? {};
    const stats = program === undefined ? undefined : object?.program(program).stats();
    return {
      ...sumCounters(object?.map('hook_counters').get(u32Bytes(0)) ?? new Uint8Array(0)),
      runTimeNs: stats?.runTimeNs ?? 0,
      missed: stats?.recursionMisses ?? 0,
    };
  }

  /** The same for each of its policies. */
  activity(): Activity {
    const bytes = this.#attached?.object.map('selector_counters').get(u32Bytes(0));
    const size = STRUCT_SIZES.SELECTOR_COUNTERS_ROW;
    let fired = 0;
    let lastNs = 0n;
    for (let at = 0; bytes !== undefined && at + size <= bytes.length; at += size) {
      const row = decodeSelectorCountersRow(bytes.subarray(at, at + size));
      fired += Number(row.enforced);
      if (row.lastNs > lastNs) lastNs = row.lastNs;
    }
    return { fired, lastNs, actions: { post: fired }, selectors: new Map() };
  }

  #follow(watch: MappingWatch): void {
    try {
      // In a suspension all CPUs but one go and come back, and their events go for good.
      const slept = sleptMs();
      if (slept - this.#sleptMs > 1000) watch.close();
      this.#sleptMs = slept;
      watch.follow(onlineCpus());
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#options.logger.error({ code: error.code }, error.message);
    }
  }

  #attach(mark: number): Pick<Attached, 'object' | 'program' | 'method'> {
    const reasons: string[] = [];
    for (const method of LOADER_METHODS) {
      const program = PROGRAMS[method];
      const obstacle = this.#options.obstacle(method);
      if (obstacle !== undefined) {
        reasons.push(`${method}: ${obstacle}`);
        continue;
      }
      try {
        return { object: this.#load(program, mark), program, method };
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        reasons.push(`${method}: ${error.message}`);
      }
    }
    const message = `${LOADER_HOOK} cannot be attached on this kernel: ${reasons.join('; ')}`;
    throw new SensorError('ENGINE_HOOK_UNATTACHABLE', message);
  }

  #load(program: string, mark: number): BpfObject {
    const { objectDirectory, shared, checkLayout } = this.#options;
    const object = BpfObject.open(join(objectDirectory, FILE));
    try {
      checkLayout(object);
      for (const other of object.programNames()) object.setAutoload(other, other === program);
      for (const map of SHARED_MAP_NAMES) object.reuseMap(map, shared[map]);
      object.setVariable('scratch_count', u32Bytes(shared.scratches.info.maxEntries));
      object.setVariable('mapping_mark', u64Bytes(BigInt(mark)));
      object.load();
      object.program(program).attach();
      return object;
    } catch (error) {
      object.close();
      throw error;
    }
  }
}

/** How long the machine was suspended since it started. */
function sleptMs(): number {
  return uptime() * 1000 - Number(process.hrtime.bigint() / 1_000_000n);
}

function onlineCpus(): readonly number[] {
  try {
    return parseCpus(readFileSync(ONLINE_CPUS, 'utf8'));
  } catch {
    // Without sysfs: those that are offline are passed over.
    return Array.from({ length: cpuCount() }, (_, cpu) => cpu);
  }
}

/** Numbers of a list as the kernel writes it: `0-3,6`. */
export function parseCpus(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
}
