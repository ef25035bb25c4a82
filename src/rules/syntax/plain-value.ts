/** Located trees as plain values, and where a part of such a value stands in the text. */
import type { Span } from './report.ts';
import { isNull, type YamlNode } from './tree.ts';

/** Names of members and indexes of items, from the root. */
export type PlacePath = readonly (string | number)[];

/** Digits that begin with a zero are no number: whoever wrote them meant octal, or a name. */
const NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;

/** As YAML's core schema has it, in objects without a prototype. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping': {
      const result: Record<string, unknown> = Object.create(null);
      for (const { key, value } of node.entries) result[key] = plainValue(value);
      return result;
    }
    case 'scalar':
      if (isNull(node)) return null;
      if (!node.isPlain) return node.text;
      if (/^(true|True|TRUE)$/.test(node.text)) return true;
      if (/^(false|False|FALSE)$/.test(node.text)) return false;
      return NUMBER.test(node.text) ? Number(node.text) : node.text;
  }
}

/**
 * Where the value of a path stands; its key with `wantsKey`. What is not there stands at the key
 * of the innermost part that is there.
 */
export function spanAt(root: YamlNode, path: PlacePath, wantsKey = false): Span {
  let node = root;
  let keySpan: Span | undefined;
  for (const [depth, step] of path.entries()) {
    const found = childOf(node, step);
    if (found === undefined) return keySpan ?? startOf(node);
    const isLast = depth === path.length - 1;
    if (isLast && wantsKey && found.keySpan !== undefined) return found.keySpan;
    node = found.node;
    keySpan = found.keySpan;
  }
  return node.kind === 'scalar' ? node.span : (keySpan ?? startOf(node));
}

function childOf(
  node: YamlNode,
  step: string | number,
): { readonly node: YamlNode; readonly keySpan: Span | undefined } | undefined {
  if (node.kind === 'sequence') {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item && { node: item, keySpan: undefined };
  }
  if (node.kind !== 'mapping') return undefined;
  const entry = node.entries.find(({ key }) => key === step);
  return entry && { node: entry.value, keySpan: entry.keySpan };
}

/** Of a mapping, its first key: the rest of it may be long. */
function startOf(node: YamlNode): Span {
  if (node.kind === 'mapping') return node.entries[0]?.keySpan ?? node.span;
  if (node.kind === 'scalar') return node.span;
  return { start: node.span.start, end: node.span.start + 1 };
}
