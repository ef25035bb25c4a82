/** Quarantines as they are written down for the next agent: plain JSON, read with distrust. */
import { type Quarantine, RESPONSE_SCOPES } from '../../model/response.ts';

/** All that the kernel does not know of a quarantine. */
export type KnownQuarantine = Omit<Quarantine, 'denied' | 'lastDenied'>;

/** The same for JSON, which has no large numbers. */
export interface SavedQuarantine {
  readonly id: number;
  readonly scope: string;
  readonly tgid?: number | undefined;
  readonly startNs?: string | undefined;
  readonly cgroupId?: string | undefined;
  readonly rule: string;
  readonly reason: string;
  readonly since: string;
  readonly processes: number;
}

export function saveQuarantine(quarantine: KnownQuarantine): SavedQuarantine {
  const { process, cgroupId, ...rest } = quarantine;
  return {
    ...rest,
    ...(process && { tgid: process.tgid, startNs: String(process.startNs) }),
    ...(cgroupId !== undefined && { cgroupId: String(cgroupId) }),
  };
}

/**
 * Those of the ids that are in force. One that nothing is known of is still one that can be
 * released, and is listed.
 */
export function readQuarantines(
  saved: readonly SavedQuarantine[],
  inForce: Iterable<number>,
): readonly KnownQuarantine[] {
  return [...inForce].map((id) => {
    const one = saved.find((other) => other.id === id);
    return (one && readQuarantine(one)) ?? unknownQuarantine(id);
  });
}

function readQuarantine(saved: SavedQuarantine): KnownQuarantine | undefined {
  const { id, tgid, rule, reason, since, processes } = saved;
  const scope = RESPONSE_SCOPES.find((known) => known === saved.scope);
  const startNs = readBigint(saved.startNs);
  const cgroupId = readBigint(saved.cgroupId);
  const texts = [rule, reason, since];
  if (scope === undefined || texts.some((text) => typeof text !== 'string')) return undefined;
  if (typeof processes !== 'number') return undefined;
  const rest = { id, scope, rule, reason, since, processes };
  if (scope === 'cgroup') return cgroupId === undefined ? undefined : { ...rest, cgroupId };
  if (typeof tgid !== 'number' || startNs === undefined) return undefined;
  return { ...rest, process: { tgid, startNs } };
}

function readBigint(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

function unknownQuarantine(id: number): KnownQuarantine {
  const reason = 'made by an earlier agent, which did not leave word of it';
  return { id, scope: 'process', rule: '', reason, since: '', processes: 0 };
}
