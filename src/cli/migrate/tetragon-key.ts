/** What a key of Tetragon's configuration becomes. */

/** As it stands in our file. */
export type ConfigValue =
  | string
  | number
  | boolean
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** What a text was read as. */
export type Reading =
  | { readonly kind: 'value'; readonly value: ConfigValue }
  /** It says what is so anyway. */
  | { readonly kind: 'nothing' }
  /** The value, other than the key, has no equivalent. */
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string };

export type Meaning =
  | {
      readonly kind: 'key';
      /** Of our file, `agent.nodeName`; below `export`, of the sink that has the events. */
      readonly path: string;
      read(text: string): Reading;
      /** What is not quite the same. */
      readonly remark?: string | undefined;
    }
  /** What it asks for is so without a word. */
  | { readonly kind: 'same'; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string };

/** A flag of its daemon, which is also the name of a file of its configuration directory. */
export interface TetragonKey {
  readonly name: string;
  readonly meaning: Meaning;
}

type Read = (text: string) => Reading;

export function key(name: string, path: string, read: Read, remark?: string): TetragonKey {
  return { name, meaning: { kind: 'key', path, read, remark } };
}

/** `names` with spaces between. */
export function same(names: string, reason: string): readonly TetragonKey[] {
  return names.split(' ').map((name) => ({ name, meaning: { kind: 'same', reason } }));
}

export function none(names: string, reason: string): readonly TetragonKey[] {
  return names.split(' ').map((name) => ({ name, meaning: { kind: 'none', reason } }));
}
