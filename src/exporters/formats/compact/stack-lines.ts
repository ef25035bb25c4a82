/** Stacks below a compact line: one line for each call. */

import { neutralText } from '../../../model/neutral-text.ts';
import type { JsonBody, JsonEvent, JsonStackFrame } from '../tetragon-json/json-event.ts';

/** Characters of a function's name or a path that are shown: those of C++ are long. */
const WIDTH = 256;

/** The lines that follow the one of the event, without a line end; none without stacks. */
export function stackLines(event: JsonEvent): readonly string[] {
  const body = bodyOf(event);
  return [
    ...framesOf('kernel', body?.kernel_stack_trace),
    ...framesOf('user', body?.user_stack_trace),
  ];
}

function bodyOf(event: JsonEvent): JsonBody | undefined {
  const { process_kprobe, process_lsm, process_tracepoint } = event;
  const body = process_kprobe ?? process_lsm ?? process_tracepoint;
  return body ?? event.process_uprobe ?? event.process_usdt;
}

function framesOf(title: string, frames: readonly JsonStackFrame[] = []): readonly string[] {
  return frames.length === 0
    ? []
    : [`   ${title}:`, ...frames.map((frame) => `     ${textOf(frame)}`)];
}

function textOf({ address, symbol, offset, module }: JsonStackFrame): string {
  const at = `+0x${hex(offset ?? '0')}`;
  const place = (symbol ?? module) === undefined ? '?' : `${symbol ?? module}${at}`;
  const owner = symbol !== undefined && module !== undefined ? ` (${module})` : '';
  const number = address === undefined ? '' : `0x${hex(address)}: `;
  return neutralText(`${number}${place}${owner}`, WIDTH);
}

function hex(decimal: string): string {
  return /^\d{1,20}$/.test(decimal) ? BigInt(decimal).toString(16) : '?';
}
