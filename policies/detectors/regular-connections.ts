/** A program that connects to the same place again and again, with the same pause in between. */
import { defineDetector, table } from 'warder/detector';

/** Connections of one program to one place. */
interface Series {
  readonly lastMs: number;
  /** Milliseconds, the latest last. */
  readonly pauses: readonly number[];
  readonly isReported: boolean;
}

/** Pauses that have to be alike. */
const PAUSES_MIN = 8;
/** Connections that follow each other faster are one visit. */
const PAUSE_MIN_MS = 5_000;
const PAUSE_MAX_MS = 3_600_000;
/** How far pauses may be from each other: standard deviation by mean. */
const SPREAD_MAX = 0.15;

const NEW: Series = { lastMs: Number.NEGATIVE_INFINITY, pauses: [], isReported: false };

export default defineDetector({
  id: 'warder.regular-connections',
  title: 'Connections to one place with the same pause in between',
  level: 'medium',
  description:
    'Implants ask their operators for orders at fixed times, with a little chance mixed in. People ' +
    'do not, and servers connect when there is work.',
  attack: ['T1071', 'TA0011'],
  falsePositives: ['Agents of monitoring and updates', 'Health checks', 'Time servers'],
  runbook:
    'Ask who runs the program and whose the address is. If nobody knows, keep the process as it is, ' +
    'isolate the pod or host, and look for how the executable came there.',
  version: '1',
  inputs: ['network.connect'],
  fields: ['container.id', 'process.exe.path', 'network.remote.ip', 'network.remote.port'],
  state: {
    series: table<Series>({ entriesMax: 4096, forgetAfterMs: 2 * PAUSE_MAX_MS }),
  },

  detect(event, { series }, emit) {
    const ip = event.value('network.remote.ip');
    const port = event.value('network.remote.port') ?? 0;
    const [path = ''] = event.value('process.exe.path') ?? [];
    if (ip === undefined || ip === '::1' || ip.startsWith('127.')) return;
    const key = `${event.value('container.id') ?? ''} ${path} ${ip} ${port}`;
    const known = series.get(key) ?? { ...NEW, lastMs: event.timeMs };
    const pauseMs = event.timeMs - known.lastMs;
    if (pauseMs > 0 && pauseMs < PAUSE_MIN_MS) {
      series.set(key, { ...known, lastMs: event.timeMs });
      return;
    }
    const isContinued = pauseMs > 0 && pauseMs <= PAUSE_MAX_MS;
    const pauses = isContinued ? [...known.pauses, pauseMs].slice(-PAUSES_MIN) : [];
    const isRegular = pauses.length === PAUSES_MIN && spreadOf(pauses) <= SPREAD_MAX;
    const isReported = known.isReported || isRegular;
    series.set(key, { lastMs: event.timeMs, pauses, isReported });
    if (!isRegular || known.isReported) return;
    const seconds = Math.round(meanOf(pauses) / 1000);
    emit({
      message: `${path} connects to ${ip} port ${port} every ${seconds} s`,
      fields: { pause_s: seconds, spread_percent: Math.round(spreadOf(pauses) * 100) },
      count: pauses.length + 1,
    });
  },
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) / mean;
}
