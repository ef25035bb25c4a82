/** The tree that YAML text becomes: plain data in which every node knows its place. */

import type { Span } from './report.ts';

/** Text, decoded from whatever style it was written in. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly text: string;
  /** Unquoted, so that `true` is a boolean and nothing at all is null. */
  readonly isPlain: boolean;
  /** As it is in the file, with its quotes; not for values that were never written. */
  readonly written?: string;
  readonly span: Span;
}

/** A list. */
export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

/** A key with its value. */
export interface MappingEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

/** Keys and values in the order of the file. */
export interface MappingNode {
  readonly kind: 'mapping';
  /** Keys are unique; entries from merge keys come last. */
  readonly entries: readonly MappingEntry[];
  readonly span: Span;
}

/** Aliases share nodes, so this is a tree only in shape; it has no cycles. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

/** Whether YAML reads the node as null. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isPlain && /^(~|null|Null|NULL)?$/.test(node.text);
}
