/** How an agent is, in a word, and what is wrong with it. */
import type { AgentStats } from './stats.ts';

/** What is looked at. */
type Parts = 'delivery' | 'cluster' | 'detections';

export interface Health {
  readonly status: 'ok' | 'degraded';
  /** A clause each; empty when it is well. */
  readonly problems: readonly string[];
}

export function healthOf(stats: Pick<AgentStats, Parts>): Health {
  const problems = [...deliveryProblems(stats), ...clusterProblems(stats), ...ruleProblems(stats)];
  return { status: problems.length === 0 ? 'ok' : 'degraded', problems };
}

/** Events that grow too old are no loss of ours: nobody took them for so long. */
const SPOOL_LOSSES = [
  ['disk', 'events found no room on disk'],
  ['bytes', 'events were given up as too many waited'],
  ['buffer', 'events came faster than the disk takes them'],
  ['damage', 'events were lost to damage of the disk'],
] as const;

function deliveryProblems({ delivery }: Pick<AgentStats, Parts>): readonly string[] {
  if (delivery === undefined) return [];
  const { spool, outbox, sinks } = delivery;
  const failing = Object.entries(sinks)
    .filter(([, { state }]) => state === 'failing' || state === 'gone')
    .map(([name, { reason }]) => `${name} takes no messages: ${reason}`);
  const starting = Object.entries(sinks)
    .filter(([, { state, reason }]) => state === 'starting' && reason !== '')
    .map(([name, { reason }]) => `${name} cannot be reached: ${reason}`);
  return [
    ...(outbox.failure === '' ? [] : [`alerts are in memory only: ${outbox.failure}`]),
    ...(outbox.dropped === 0 ? [] : [`${outbox.dropped} alerts were given up as too many waited`]),
    ...SPOOL_LOSSES.filter(([name]) => spool.dropped[name] > 0).map(
      ([name, clause]) => `${spool.dropped[name]} ${clause}`,
    ),
    ...failing,
    ...starting,
  ];
}

function clusterProblems({ cluster }: Pick<AgentStats, Parts>): readonly string[] {
  return cluster
    .filter(({ state }) => state === 'stale')
    .map(({ what, reason = '' }) => `${what} of the cluster are stale: ${reason}`);
}

function ruleProblems({ detections }: Pick<AgentStats, Parts>): readonly string[] {
  if (detections === undefined) return [];
  const off = detections.detectors.filter(({ state }) => state === 'disabled');
  const without = detections.sources.filter(({ way }) => way === 'none');
  return [
    ...off.map(({ id, reason }) => `detector ${id} is switched off: ${reason}`),
    ...without.map(({ source, reason }) => `nothing tells of ${source}: ${reason}`),
  ];
}
