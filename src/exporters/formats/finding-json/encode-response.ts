/** Responses as JSON: what was done about a finding, and what came of it. */
import type { BootClock } from '../../../model/clock.ts';
import type { FindingResponse } from '../../../model/finding.ts';

/** What all responses of one agent have in common. */
export interface ResponseContext {
  readonly clock: BootClock;
  readonly nodeName: string;
  readonly clusterName: string;
}

/** The object; keys of undefined value are not part of the JSON. */
export function toJsonResponse(response: FindingResponse, context: ResponseContext): object {
  const { kind, outcome, isDryRun, latencyNs, processes, found, reason } = response;
  const { clock, nodeName, clusterName } = context;
  return {
    response: {
      finding: response.finding,
      rule: response.rule,
      ...{ kind, outcome, reason: reason || undefined, dry_run: isDryRun || undefined },
      processes,
      found: found.map(({ tgid, name }) => ({ pid: tgid, name })),
      quarantine: response.quarantine,
      latency_ns: Number(latencyNs),
    },
    node_name: nodeName,
    cluster_name: clusterName || undefined,
    time: clock.toIso(response.causeTimeNs + latencyNs),
  };
}
