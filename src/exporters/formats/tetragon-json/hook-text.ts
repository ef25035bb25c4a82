/** The JSON of what hook events of one selector have in common, made once. */
import type { HookEvent } from '../../../model/event.ts';
import { encodeArgument } from './encode-argument.ts';
import { encodeHook, encodePlace, encodeReturnValue, returnActionOf } from './encode-hook.ts';
import { encodeStacks, type StackOptions } from './encode-stack.ts';

/** Actions of the selectors that share their tags; more would be selectors of many policies. */
const TEXTS_MAX = 8;

interface HookText {
  readonly functionName: string;
  readonly place: HookEvent['place'];
  readonly policyName: string;
  readonly message: string;
  readonly action: string;
  readonly returnAction: string | undefined;
  /** JSON members before and after the values, without the commas beside it. */
  readonly head: string;
  readonly tail: string;
}

/** Keeps texts by the list of tags, which the selectors of one policy share and others do not. */
export class HookTexts {
  readonly #options: StackOptions;
  readonly #texts = new WeakMap<readonly string[], HookText[]>();

  constructor(options: StackOptions) {
    this.#options = options;
  }

  /** The members of the body that a hook event adds; those of encodeHook, in the same order. */
  encode(event: HookEvent): string {
    const { head, tail } = this.#find(event);
    const lists = { args: event.args, data: event.data ?? [] };
    const members = Object.entries(lists)
      .filter(([, values]) => values.length > 0)
      .map(([key, values]) => `"${key}":${JSON.stringify(values.map(encodeArgument))}`);
    const result = JSON.stringify(encodeReturnValue(event)).slice(1, -1);
    if (result !== '') members.push(result);
    const stacks = JSON.stringify(encodeStacks(event, this.#options)).slice(1, -1);
    if (stacks !== '') members.push(stacks);
    if (event.fileHash !== undefined) members.push(`"ima_hash":${JSON.stringify(event.fileHash)}`);
    return [head, ...members, tail].join(',');
  }

  #find(event: HookEvent): HookText {
    const known = this.#texts.get(event.tags) ?? [];
    for (const text of known) if (isOf(text, event)) return text;
    const text = createText(event);
    this.#texts.set(event.tags, [text, ...known.slice(0, TEXTS_MAX - 1)]);
    return text;
  }
}

function isOf(text: HookText, event: HookEvent): boolean {
  return (
    text.action === event.action &&
    text.returnAction === returnActionOf(event) &&
    text.policyName === event.policyName &&
    text.functionName === event.functionName &&
    text.place === event.place &&
    text.message === event.message
  );
}

function createText(event: HookEvent): HookText {
  const { functionName, place, policyName, message, action } = event;
  const hook = encodePlace(event);
  const { kernelStack: _kernel, userStack: _user, fileHash: _hash, ...shared } = event;
  const { args: _args, data: _data, return: _return, ...members } = encodeHook(shared, {});
  const rest = Object.fromEntries(Object.entries(members).filter(([key]) => !(key in hook)));
  return {
    functionName,
    place,
    policyName,
    message,
    action,
    returnAction: returnActionOf(event),
    head: JSON.stringify(hook).slice(1, -1),
    tail: JSON.stringify(rest).slice(1, -1),
  };
}
