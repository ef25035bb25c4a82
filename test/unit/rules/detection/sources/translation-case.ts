/** What a hook saw, and what rules are to read. */
import type { Facts } from '../../../../../src/model/fact.ts';
import type { WrittenArguments } from '../../../../support/source-events.ts';

export interface TranslationCase {
  readonly of: string;
  readonly source: string;
  readonly call: string;
  readonly args: WrittenArguments;
  /** Undefined: no event. */
  readonly facts: Facts | undefined;
}
