/** Reads what a pass over the tasks lists. */
import type { RespondedProcess } from '../../model/response.ts';
import { decodeMarkedRow, STRUCT_SIZES } from '../records/index.ts';

/** Processes, once each. */
export function readMarked(bytes: Uint8Array): readonly RespondedProcess[] {
  const size = STRUCT_SIZES.MARKED_ROW;
  const found = new Map<number, RespondedProcess>();
  for (let at = 0; at + size <= bytes.length; at += size) {
    const { tgid, startNs, name } = decodeMarkedRow(bytes.subarray(at, at + size));
    const end = name.indexOf(0);
    const text = Buffer.from(end < 0 ? name : name.slice(0, end)).toString();
    found.set(tgid, { tgid, startNs, name: text });
  }
  return [...found.values()];
}
