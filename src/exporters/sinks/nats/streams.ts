/** Streams of JetStream that messages are kept in, made or checked at the start. */
import type { JetStreamManager, StreamConfig } from 'nats';
import { ExportError } from '../../errors.ts';

const NS_PER_MS = 1_000_000;
const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;
const DUPLICATE_WINDOW_MS = 120_000;

/** Error code of the server: there is no such stream. */
const STREAM_NOT_FOUND = 10_059;

export interface StreamPlan {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

export const DEFAULT_STREAMS: readonly StreamPlan[] = [
  {
    name: 'WARDER_ALERTS',
    kinds: ['alert', 'alert_update'],
    maxAgeMs: 30 * DAY_MS,
    maxBytes: 1024 * MIB,
  },
  { name: 'WARDER_EVENTS', kinds: ['event'], maxAgeMs: 2 * DAY_MS, maxBytes: 4096 * MIB },
  {
    name: 'WARDER_HEALTH',
    kinds: ['health', 'policy_status'],
    maxAgeMs: 7 * DAY_MS,
    maxBytes: 256 * MIB,
  },
];

export interface StreamOptions {
  readonly plans: readonly StreamPlan[];
  readonly prefix: string;
  readonly replicas: number;
}

/**
 * A stream that is there stays as it is, but has to take the subjects, and must not drop what it
 * took for what is new. Throws SINK_STREAM_MISMATCH when it does not.
 */
export async function ensureStreams(
  manager: JetStreamManager,
  options: StreamOptions,
): Promise<void> {
  for (const plan of options.plans) {
    const wanted = configOf(plan, options);
    const found = await findStream(manager, plan.name);
    if (found === undefined) await manager.streams.add(wanted);
    else checkStream(found, wanted);
  }
}

async function findStream(
  manager: JetStreamManager,
  name: string,
): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (apiCodeOf(error) === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

type StreamShape = Pick<StreamConfig, 'name' | 'subjects' | 'discard'>;

function configOf(plan: StreamPlan, options: StreamOptions): StreamShape & Partial<StreamConfig> {
  return {
    name: plan.name,
    subjects: plan.kinds.map((kind) => `${options.prefix}.*.*.*.${kind}.*`),
    storage: 'file' as StreamConfig['storage'],
    // A full stream refuses what is new, which then waits on the disk of its node.
    discard: 'new' as StreamConfig['discard'],
    max_age: plan.maxAgeMs * NS_PER_MS,
    max_bytes: plan.maxBytes,
    duplicate_window: Math.min(DUPLICATE_WINDOW_MS, plan.maxAgeMs) * NS_PER_MS,
    num_replicas: options.replicas,
  };
}

function checkStream(found: StreamShape, wanted: StreamShape): void {
  const missing = wanted.subjects.filter((subject) => !found.subjects.includes(subject));
  if (missing.length > 0) {
    throw new ExportError(
      'SINK_STREAM_MISMATCH',
      `the stream ${found.name} does not take ${missing.join(', ')}`,
    );
  }
  if (found.discard !== wanted.discard) {
    const message = `the stream ${found.name} drops old messages for new ones (discard: old)`;
    throw new ExportError('SINK_STREAM_MISMATCH', message);
  }
}

/** The code that JetStream gave an error; undefined for errors of other kinds. */
export function apiCodeOf(error: unknown): number | undefined {
  const answer = error instanceof Error && 'api_error' in error ? error.api_error : undefined;
  if (typeof answer !== 'object' || answer === null || !('err_code' in answer)) return undefined;
  return typeof answer.err_code === 'number' ? answer.err_code : undefined;
}
