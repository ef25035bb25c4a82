/** Keys of rules, macros and lists, and what may be done to them in other places. */
import type { ItemKind } from './items.ts';

interface ItemKeys {
  readonly all: readonly string[];
  /** Without them there is no item. */
  readonly needed: readonly string[];
  /** May stand there with nothing behind them. */
  readonly optional: readonly string[];
  /** May be extended. */
  readonly append: readonly string[];
  /** May be replaced. */
  readonly replace: readonly string[];
}

const EXTENSIBLE = ['condition', 'output', 'desc', 'tags', 'exceptions'];

const REPLACEABLE = [
  ...EXTENSIBLE,
  ...['priority', 'enabled', 'warn_evttypes', 'skip-if-unknown-filter'],
  ...['capture', 'capture_duration'],
  // Not of Falco.
  ...['respond', 'findings-per-second'],
];

/** By kind of item. */
export const KEYS: Readonly<Record<ItemKind, ItemKeys>> = {
  rule: {
    all: [...REPLACEABLE, 'source'],
    needed: ['condition', 'output', 'desc', 'priority'],
    optional: ['tags', 'exceptions', 'source', 'capture', 'capture_duration'],
    append: EXTENSIBLE,
    replace: REPLACEABLE,
  },
  macro: {
    all: ['condition'],
    needed: ['condition'],
    optional: [],
    append: ['condition'],
    replace: ['condition'],
  },
  list: {
    all: ['items'],
    needed: ['items'],
    optional: [],
    append: ['items'],
    replace: ['items'],
  },
};

/** Keys with a text; the others have a list. */
export const TEXT_KEYS: ReadonlySet<string> = new Set([
  ...['desc', 'condition', 'output', 'priority', 'enabled', 'source'],
  ...['skip-if-unknown-filter', 'warn_evttypes', 'capture', 'capture_duration'],
  ...['respond', 'findings-per-second'],
]);
