/** What a key of the configuration is. */
import type { KeyType } from './key-types.ts';

/** How the command line has it, where that does not follow from the name. */
export interface KeyFlag {
  /** Without the dashes. */
  readonly name?: string;
  readonly short?: string;
  /** Name of the value in the help. */
  readonly value?: string;
  /** Given, it means `false`: the summary is about that. */
  readonly isNegated?: true;
  readonly summary?: string;
}

export interface ConfigKey {
  readonly section: string;
  /** In camel case. */
  readonly name: string;
  readonly type: KeyType;
  /** As it is written in the file; absent: there is none, or it is said in the summary. */
  readonly fallback?: string;
  readonly flag?: KeyFlag;
  readonly summary: string;
  /** A change of the file takes effect in a running agent; else it has to be started again. */
  readonly isLive?: true;
  /** Parts of it may be secret. */
  readonly hasSecrets?: true;
}
