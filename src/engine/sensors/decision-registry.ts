/**
 * Numbers of the decisions that NotifyEnforcer leaves for the enforcers of its policy: bits in a
 * word of every thread.
 */
import type { Decision } from '../../model/plan.ts';
import { DECISIONS_MAX } from '../records/index.ts';
import { SensorError } from './errors.ts';

/** Bits by policy. */
export interface DecisionBits {
  /** The bit of one decision of a policy. Throws ENGINE_HOOK_FULL when all are taken. */
  bitOf(policyName: string, decision: Decision): bigint;
}

/** Never gives a bit to another decision: a thread may still carry it. */
export class DecisionRegistry implements DecisionBits {
  readonly #known = new Map<string, bigint>();

  bitOf(policyName: string, { error, signal }: Decision): bigint {
    const key = `${policyName}/${error}/${signal}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= DECISIONS_MAX) {
      throw new SensorError(
        'ENGINE_HOOK_FULL',
        `policies notified their enforcers of ${DECISIONS_MAX} decisions, which is the limit`,
      );
    }
    const bit = 1n << BigInt(this.#known.size);
    this.#known.set(key, bit);
    return bit;
  }
}
