/** What a hook saw, as the event of one of its policies. */
import type { ArgumentValue, EventArgument, HookEvent } from '../../model/event.ts';
import type { HookReturn, ReturnMissing } from '../../model/hook-return.ts';
import type { ArgumentSource, SelectorTarget } from '../../model/pipeline.ts';
import type { StackFrame } from '../../model/stack.ts';

const UNREADABLE: ArgumentValue = { kind: 'unreadable' };

type OwnFields = 'policyName' | 'message' | 'tags' | 'args' | 'data' | 'returned' | 'action';
/** What all policies of one record have in common. */
export type SharedFields = Omit<HookEvent, OwnFields | 'kernelStack' | 'userStack' | 'fileHash'>;

export interface Stacks {
  readonly kernel: readonly StackFrame[];
  readonly user: readonly StackFrame[];
}

export const NO_STACKS: Stacks = { kernel: [], user: [] };

interface HookContent extends Stacks {
  readonly values: readonly ArgumentValue[];
  readonly fileHash: string | undefined;
  /** Why there is no return value. */
  readonly missing: ReturnMissing | undefined;
}

/** The event of one policy. */
export function hookEvent(
  shared: SharedFields,
  selector: SelectorTarget,
  { values, fileHash, missing, kernel, user }: HookContent,
): HookEvent {
  const read = ({ position, label }: ArgumentSource): EventArgument => ({
    value: values[position] ?? UNREADABLE,
    label,
  });
  const { policyName, message, tags, action, data, stacks, hashes } = selector;
  return {
    ...shared,
    policyName,
    message,
    tags,
    args: selector.arguments.map(read),
    action,
    ...(data && data.length > 0 && { data: data.map(read) }),
    ...(stacks?.kernel && kernel.length > 0 && { kernelStack: kernel }),
    ...(stacks?.user && user.length > 0 && { userStack: user }),
    ...(hashes && fileHash !== undefined && { fileHash }),
    ...(selector.result && { returned: returnOf(selector.result, values, missing) }),
  };
}

function returnOf(
  { position, label, action }: NonNullable<SelectorTarget['result']>,
  values: readonly ArgumentValue[],
  missing: ReturnMissing | undefined,
): HookReturn {
  if (missing !== undefined) return { kind: 'missing', reason: missing };
  return { kind: 'returned', value: { value: values[position] ?? UNREADABLE, label }, action };
}
