/** Rate limits of the selectors of one generation, as the kernel reads them. */
import { encodeRateRow, RATE_SCOPE, STRUCT_SIZES } from '../records/index.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

const SCOPES = {
  global: RATE_SCOPE.GLOBAL,
  process: RATE_SCOPE.PROCESS,
  thread: RATE_SCOPE.THREAD,
} as const;

/** By number of the selector; those without a limit are zero. */
export function encodeRateRows(joined: JoinedPlans): readonly Uint8Array[] {
  const rows: Uint8Array[] = [];
  for (const selector of joined.selectors) {
    const { number, member, rateLimit } = selector;
    if (rateLimit === undefined) continue;
    while (rows.length < number) rows.push(new Uint8Array(STRUCT_SIZES.RATE_ROW));
    rows[number] = encodeRateRow({
      selector: nameOf(selector),
      intervalMs: rateLimit.intervalMs,
      scope: SCOPES[rateLimit.scope],
      arguments: joined.argumentPositions(member).reduce((bits, at) => bits | (1 << at), 0),
    });
  }
  return rows;
}

/**
 * A limit goes on when the policies of the hook change, so what names it must not change then. Each
 * hook of an entry has its own.
 */
function nameOf({ member, place }: JoinedSelector): bigint {
  const { source, hook } = member.plan;
  const name = [member.policyName, source, String(place), JSON.stringify(hook)].join('\0');
  return Buffer.from(name, 'utf8').reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME),
    FNV_OFFSET,
  );
}
