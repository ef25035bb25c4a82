/** Rules, macros and lists with everything that files say of them. */
import type { Problem } from '../../syntax/report.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import type { FalcoErrorCode } from './errors.ts';
import type { FileReport, Place, WrittenText } from './written-text.ts';

/** What an item is, and the key that its name stands at. */
export type ItemKind = 'rule' | 'macro' | 'list';

/** A node, and the file that it is in. */
export interface PlacedNode {
  readonly node: YamlNode;
  readonly report: FileReport;
}

/** A rule, a macro or a list. */
export interface Item {
  readonly kind: ItemKind;
  readonly name: string;
  readonly place: Place;
  /** By key; texts that were appended are joined by a blank. */
  readonly texts: Map<string, WrittenText>;
  /** Lists by key, one after the other. */
  readonly lists: Map<string, readonly PlacedNode[]>;
}

/** Items by their names. */
export interface Items {
  readonly rule: Map<string, Item>;
  readonly macro: Map<string, Item>;
  readonly list: Map<string, Item>;
}

/** No items yet. */
export function createItems(): Items {
  return { rule: new Map(), macro: new Map(), list: new Map() };
}

/** Puts a problem where it belongs. */
export function refuse({ report, span }: Place, code: FalcoErrorCode, problem: Problem): void {
  report.error(code, span, problem);
}

/** Text of a scalar. */
export function scalarText(node: YamlNode): string | undefined {
  return node.kind === 'scalar' ? node.text : undefined;
}

/** `true`, `yes`, `on` and what stands against them; undefined for anything else. */
export function readFlag(text: string): boolean | undefined {
  if (/^(true|yes|on)$/i.test(text)) return true;
  return /^(false|no|off)$/i.test(text) ? false : undefined;
}
