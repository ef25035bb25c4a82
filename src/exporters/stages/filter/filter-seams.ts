/** What filters need of the languages that live in another room. */
import type { OutboundMessage } from '../../../model/delivery.ts';

/** A regular expression whose time is linear in the text. */
export interface TextPattern {
  /** A part of the text matches. */
  test(text: string): boolean;
  /**
   * Half-open ranges of what its groups captured, over all matches, in any order; of the whole
   * matches when it has no groups.
   */
  captures(text: string): readonly (readonly [start: number, end: number])[];
}

/** `body` is the JSON of the message, parsed; undefined when it is none. Never throws. */
export type MessageCondition = (message: OutboundMessage, body: unknown) => boolean;

export interface FilterSeams {
  /** The pattern, or what is wrong with it in a clause. */
  readonly compilePattern: (pattern: string) => TextPattern | string;
  /** The condition, or what is wrong with it; a configuration that has one is refused without. */
  readonly compileCondition?:
    | ((text: string) => MessageCondition | { readonly code: string; readonly message: string })
    | undefined;
}
