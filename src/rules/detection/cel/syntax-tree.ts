/** Looks at the syntax trees that the parser makes. */
import type { ASTNode } from '@marcbachmann/cel-js';

/** The parser takes no name that is a word of the language, and a field begins with this one. */
const RESERVED_WORD = 'namespace';

/** Stands for it while it is parsed. As long as it. */
const STAND_IN = 'Namespace';

/** The text with a stand-in for the reserved word at an offset; undefined for any other word. */
export function replaceReserved(text: string, offset: number): string | undefined {
  if (!text.startsWith(RESERVED_WORD, offset)) return undefined;
  return text.slice(0, offset) + STAND_IN + text.slice(offset + STAND_IN.length);
}

/** The name that was meant. */
export function restoreReserved(name: string): string {
  return name.startsWith(STAND_IN) ? RESERVED_WORD + name.slice(STAND_IN.length) : name;
}

/** `a.b.c` as its parts; undefined for what is not names and dots. */
export function dottedName(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [restoreReserved(node.args)];
  if (node.op !== '.') return undefined;
  const left = dottedName(node.args[0]);
  return left === undefined ? undefined : [...left, node.args[1]];
}

/** The first name of `a.b["c"]`; undefined when it begins with something else. */
export function rootOf(node: ASTNode): string | undefined {
  switch (node.op) {
    case 'id':
      return node.args;
    case '.':
    case '[]':
      return rootOf(node.args[0]);
    default:
      return undefined;
  }
}

/** What stands directly in a node, from left to right. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}
