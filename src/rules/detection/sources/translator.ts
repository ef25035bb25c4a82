/** What turns what one hook read into facts. */
import type { HookEvent, Process } from '../../../model/event.ts';
import type { Facts } from '../../../model/fact.ts';
import type { SourceArguments } from './source-arguments.ts';

/** One event of a source. */
export interface Translation {
  readonly event: HookEvent;
  readonly args: SourceArguments;
  /** What the hook itself says. */
  readonly means: string | undefined;
  /** The process of an id in the pid namespace of the node, if it is known. */
  processOf(pid: number): Process | undefined;
}

/** Undefined for what is none of the class after all. Facts may be undefined: not known. */
export type Translator = (translation: Translation) => Facts | undefined;
