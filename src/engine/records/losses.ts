/** Losses in the words of the statistics. */
import type { LossCount } from '../../model/stats.ts';
import type { LossKey } from './generated/encoders.ts';
import { LOSS_REASON, RECORD_KIND } from './generated/enums.ts';

/** A row of the map "losses". */
export interface KernelLoss extends LossKey {
  readonly count: number;
}

const REASONS: Readonly<Record<number, LossCount['reason']>> = {
  [LOSS_REASON.RING_FULL]: 'ring_full',
  [LOSS_REASON.SCRATCH_BUSY]: 'scratch_busy',
  [LOSS_REASON.STATE]: 'state_failed',
};

const KINDS: Readonly<Record<number, LossCount['recordKind']>> = {
  [RECORD_KIND.EXEC]: 'exec',
  [RECORD_KIND.FORK]: 'fork',
  [RECORD_KIND.EXIT]: 'exit',
  [RECORD_KIND.HOOK]: 'hook',
  [RECORD_KIND.LOADER]: 'loader',
  [RECORD_KIND.CGROUP]: 'cgroup',
  [RECORD_KIND.DNS]: 'dns',
};

/**
 * Losses by name. `hookName` is asked for hooks only. Reasons and kinds of another build, which the
 * layout check keeps out, are left out.
 */
export function nameLosses(
  losses: readonly KernelLoss[],
  hookName: (hookId: number) => string,
): readonly LossCount[] {
  return losses.flatMap((loss) => {
    const reason = REASONS[loss.reason];
    const recordKind = KINDS[loss.recordKind];
    if (reason === undefined || recordKind === undefined) return [];
    const own = recordKind === 'loader' || recordKind === 'dns' ? recordKind : '';
    const hook = loss.hookId === 0 ? own : hookName(loss.hookId);
    return [{ reason, recordKind, hook, cgroupId: String(loss.cgroupId), count: loss.count }];
  });
}

/** Losses that took a sequence number: those of a full ring. */
export function countRingFull(losses: readonly KernelLoss[]): number {
  return losses
    .filter(({ reason }) => reason === LOSS_REASON.RING_FULL)
    .reduce((sum, { count }) => sum + count, 0);
}
