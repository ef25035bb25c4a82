/** How an agent is, in a word, and what is wrong with it. */
import type { AgentStats } from './stats.ts';

export interface Health {
  readonly status: 'ok' | 'degraded';
  /** A clause each; empty when it is well. */
  readonly problems: readonly string[];
}

export function healthOf(stats: AgentStats): Health {
  const problems = [...deliveryProblems(stats), ...clusterProblems(stats), ...ruleProblems(stats)];
  return { status: problems.length === 0 ? 'ok' : 'degraded', problems };
}

function deliveryProblems({ delivery }: AgentStats): readonly string[] {
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
    ...(spool.dropped.disk === 0 ? [] : [`${spool.dropped.disk} events found no room on disk`]),
    ...failing,
    ...starting,
  ];
}

function clusterProblems({ cluster }: AgentStats): readonly string[] {
  return cluster
    .filter(({ state }) => state === 'stale')
    .map(({ what, reason = '' }) => `${what} of the cluster are stale: ${reason}`);
}

function ruleProblems({ detections }: AgentStats): readonly string[] {
  if (detections === undefined) return [];
  const off = detections.detectors.filter(({ state }) => state === 'disabled');
  const without = detections.sources.filter(({ way }) => way === 'none');
  return [
    ...off.map(({ id, reason }) => `detector ${id} is switched off: ${reason}`),
    ...without.map(({ source, reason }) => `nothing tells of ${source}: ${reason}`),
  ];
}
