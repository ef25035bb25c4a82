/** Stacks of hook events. */
import type { HookEvent } from '../../../model/event.ts';
import type { StackFrame } from '../../../model/stack.ts';
import type { JsonBody, JsonStackFrame } from './json-event.ts';

export interface StackOptions {
  /** Addresses of the kernel tell where it is in memory, which attacks want to know. */
  readonly stackAddresses?: boolean | undefined;
}

/** The keys of the stacks that the event has. */
export function encodeStacks(
  { kernelStack, userStack }: HookEvent,
  { stackAddresses = false }: StackOptions,
): Pick<JsonBody, 'kernel_stack_trace' | 'user_stack_trace'> {
  const encode = (frame: StackFrame): JsonStackFrame => encodeFrame(frame, stackAddresses);
  return {
    ...(kernelStack && { kernel_stack_trace: kernelStack.map(encode) }),
    ...(userStack && { user_stack_trace: userStack.map(encode) }),
  };
}

function encodeFrame(frame: StackFrame, hasAddress: boolean): JsonStackFrame {
  const { address, symbol, offset, module } = frame;
  return {
    address: hasAddress ? String(address) : undefined,
    offset: symbol === '' && module === '' ? undefined : String(offset),
    symbol: symbol || undefined,
    module: module || undefined,
  };
}
