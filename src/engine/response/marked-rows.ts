/** Reads what a pass over the tasks lists. */
import type { RespondedProcess } from '../../model/response.ts';
import { decodeMarkedRow, STRUCT_SIZES } from '../records/index.ts';
import { readU32 } from '../sensors/bytes.ts';

/** Where a row has the process. */
const MARKED_ROW_TGID_OFFSET = 8;

/** Processes, once each. */
export function readMarked(bytes: Uint8Array): readonly RespondedProcess[] {
  const size = STRUCT_SIZES.MARKED_ROW;
  const found = new Map<number, RespondedProcess>();
  for (let at = 0; at + size <= bytes.length; at += size) {
    const row = bytes.subarray(at, at + size);
    // A process may have ten thousand threads, each with a row that says the same of it.
    if (found.has(readU32(row.subarray(MARKED_ROW_TGID_OFFSET)))) continue;
    const { tgid, startNs, name } = decodeMarkedRow(row);
    const end = name.indexOf(0);
    const text = Buffer.from(end < 0 ? name : name.slice(0, end)).toString();
    found.set(tgid, { tgid, startNs, name: text });
  }
  return [...found.values()];
}
