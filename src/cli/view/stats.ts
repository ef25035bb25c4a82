/** The numbers of an agent for people. */
import type {
  AgentStats,
  CorrelationStats,
  DetectionStats,
  HookCount,
  ResponseStats,
  RuleReloadStats,
} from '../../model/stats.ts';
import { alignRows, type Paint, printable } from '../style.ts';
import { renderDelivery } from './delivery.ts';
import { plural } from './diagnostics.ts';

const MIB = 1024 * 1024;
const NS_PER_MS = 1e6;

export interface StatsFacts {
  readonly version: string;
  readonly stats: AgentStats;
  readonly now: Date;
}

/** Lines without ends. */
export function renderStats({ version, stats, now }: StatsFacts, paint: Paint): readonly string[] {
  const { processes } = stats;
  const since = `since ${printable(stats.startedAt)} (${uptime(stats.startedAt, now)})`;
  return [
    `${paint('bold', `Warder ${printable(version)}`)} ${since}`,
    'records',
    ...alignRows(recordRows(stats), '  '),
    ...renderRejected(stats),
    ...renderLost(stats, paint),
    ...renderHooks(stats.hooks),
    'processes',
    ...alignRows(
      [
        ['live', grouped(processes.live)],
        ['retained', grouped(processes.retained)],
        ['capacity', grouped(processes.capacity)],
        ['evicted', grouped(processes.evicted)],
        ['unknown', `${grouped(processes.unknownLookups)} lookups`],
      ],
      '  ',
    ),
    ...renderDetections(stats, paint),
    ...renderDelivery(stats.delivery, paint),
    ...renderCounters(stats),
    `memory: ${(stats.rssBytes / MIB).toFixed(1)} MiB`,
  ];
}

/** One line, for the end of a run. What is missing cannot be told yet: some of it is on its way. */
export function summariseStats(stats: AgentStats, now: Date): string {
  return [
    `stopped after ${uptime(stats.startedAt, now)}`,
    `${plural(stats.received, 'record')} received`,
    `${stats.decoded} decoded`,
    `${total(Object.values(stats.rejected))} rejected`,
    `${plural(stats.published, 'event')} published`,
    `${totalLost(stats)} lost`,
  ].join(', ');
}

function recordRows(stats: AgentStats): readonly (readonly string[])[] {
  return [
    ['received', grouped(stats.received)],
    ['decoded', grouped(stats.decoded)],
    ['rejected', grouped(total(Object.values(stats.rejected)))],
    ['published', `${grouped(stats.published)} events`],
    ['lost', grouped(totalLost(stats))],
    ['dropped', `${grouped(stats.missed)} events, by clients that were too slow`],
    [
      'missing',
      `${grouped(stats.missingSequences)} of ${grouped(stats.lastSequence)} sequence numbers`,
    ],
  ];
}

function renderRejected({ rejected }: AgentStats): readonly string[] {
  const rows = Object.entries(rejected)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => [printable(reason), grouped(count)]);
  return rows.length === 0 ? [] : ['rejected', ...alignRows(rows, '  ')];
}

function renderLost({ lost }: AgentStats, paint: Paint): readonly string[] {
  const rows = lost
    .filter(({ count }) => count > 0)
    .map(({ reason, recordKind, hook, cgroupId, count }) => [
      reason,
      recordKind,
      hook === '' ? 'base sensor' : printable(hook),
      `cgroup ${printable(cgroupId)}`,
      grouped(count),
    ]);
  return rows.length === 0 ? [] : [paint('red', 'lost'), ...alignRows(rows, '  ')];
}

const HOOK_HEAD = ['hook', 'method', 'runs', 'matched', 'posted', 'signalled', 'overridden'];
const HOOK_TAIL = ['set', 'missed', 'time', 'policies'];

function renderHooks(hooks: readonly HookCount[]): readonly string[] {
  if (hooks.length === 0) return ['hooks: none'];
  return ['hooks', ...alignRows([[...HOOK_HEAD, ...HOOK_TAIL], ...hooks.map(hookRow)], '  ')];
}

function hookRow(hook: HookCount): readonly string[] {
  return [
    printable(hook.hook),
    printable(hook.method),
    grouped(hook.runs),
    grouped(hook.matched),
    grouped(hook.posted),
    grouped(hook.signalled),
    grouped(hook.overridden),
    grouped(hook.set),
    grouped(hook.missed),
    hook.runTimeNs > 0 ? `${(hook.runTimeNs / NS_PER_MS).toFixed(1)} ms` : '-',
    hook.policies.map(printable).join(', '),
  ];
}

function answered({ enforced, notEnforced, dryRuns, repeated, pending }: ResponseStats): string {
  return [
    `${grouped(enforced)} enforced`,
    `${grouped(notEnforced)} not`,
    `${grouped(dryRuns)} dry runs`,
    `${grouped(repeated)} repeated`,
    `${grouped(pending)} pending`,
  ].join(', ');
}

/** Sources, detectors and rules are named when something is wrong with them. */
function renderDetections({ detections }: AgentStats, paint: Paint): readonly string[] {
  if (detections === undefined) return [];
  const { rules, reloads, events, findings, sources, suppressed, detectors, unloaded } = detections;
  const counts = [
    ['rules', grouped(rules)],
    ['rules loaded', printable(reloads.loadedAt)],
    ...(detectors.length === 0 ? [] : [['detectors', grouped(detectors.length)]]),
    ['events', grouped(events)],
    ['findings', grouped(findings)],
    ['responses', answered(detections.responses)],
    ...correlationRows(detections.correlations),
  ];
  const list = (head: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [paint('red', head), ...alignRows(rows, '  ')];
  const off = detectors
    .filter(({ state }) => state === 'disabled')
    .map(({ id, reason }) => [printable(id), printable(reason)]);
  const unread = unloaded.map(({ file, reason }) => [printable(file), printable(reason)]);
  const many = [
    ...suppressed,
    ...detectors.map(({ id: rule, suppressed: count }) => ({ rule, count })),
  ];
  const missing = sources
    .filter(({ way }) => way === 'none')
    .map(({ source, reason }) => [printable(source), printable(reason)]);
  return [
    'detections',
    ...alignRows(counts, '  '),
    ...list('rules read again and refused', refusedRows(reloads)),
    ...list('findings suppressed', suppressedRows(many)),
    ...list('detectors switched off', [...off, ...unread]),
    ...list('sources without events', missing),
  ];
}

function refusedRows({ lastRefused: last }: RuleReloadStats): readonly (readonly string[])[] {
  return last === undefined ? [] : [[printable(last.at), printable(last.reason)]];
}

function suppressedRows(counts: DetectionStats['suppressed']): readonly (readonly string[])[] {
  return counts
    .filter(({ count }) => count > 0)
    .map(({ rule, count }) => [printable(rule), grouped(count)]);
}

/** Without correlations there is nothing to say. */
function correlationRows(counts: CorrelationStats): readonly (readonly string[])[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => [`correlations ${name}`, grouped(count)]);
}

function renderCounters({ counters }: AgentStats): readonly string[] {
  const rows = Object.entries(counters).map(([name, count]) => [printable(name), grouped(count)]);
  return rows.length === 0 ? [] : ['counters', ...alignRows(rows, '  ')];
}

function totalLost({ lost }: AgentStats): number {
  return total(lost.map(({ count }) => count));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `3d 4h`, `2h 5m`, `7m 1s`, `12s`. */
function uptime(startedAt: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(startedAt)) / 1000));
  if (!Number.isFinite(seconds)) return 'unknown time';
  const units: readonly (readonly [string, number])[] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['m', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown = units.slice(first === -1 ? -1 : first).slice(0, 2);
  return shown.map(([unit, count]) => `${count}${unit}`).join(' ');
}
