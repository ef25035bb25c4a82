/** What one evaluation of an expression costs at most, in steps of about 50 ns. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { type CelType, VALUES_MAX } from './cel-variables.ts';
import { LOOPS } from './functions.ts';
import { childrenOf, dottedName, rootOf } from './syntax-tree.ts';

/** Steps of one evaluation: some 25 ms, which takes a value that somebody made for it. */
export const STEPS_MAX = 500_000;

/** For looking through a text of an event, which can be long. */
const TEXT_STEPS = 256;

/** Types of the fields that an expression reads, by their names; undefined for other names. */
export type TypeLookup = (name: string) => CelType | undefined;

/** Steps at most. */
export function countSteps(node: ASTNode, typeOf: TypeLookup): number {
  if (node.op === 'rcall' && LOOPS.has(node.args[0])) {
    const [, receiver, [, ...body]] = node.args;
    const each = body.reduce((sum, part) => sum + countSteps(part, typeOf), 1);
    return countSteps(receiver, typeOf) + loopLength(receiver) * each;
  }
  const children = childrenOf(node);
  const below = children.reduce((sum, child) => sum + countSteps(child, typeOf), 1);
  return below + scanSteps(node, typeOf);
}

/** A list that is written down has its length; any other can be as long as values are. */
function loopLength(node: ASTNode): number {
  if (node.op === 'list') return node.args.length;
  if (node.op === 'rcall' && LOOPS.has(node.args[0])) return loopLength(node.args[1]);
  return VALUES_MAX;
}

/** Operators and methods look through what they are given. */
function scanSteps(node: ASTNode, typeOf: TypeLookup): number {
  switch (node.op) {
    case '==':
    case '!=':
    case 'in':
    case '<':
    case '>':
    case '<=':
    case '>=':
    case 'rcall':
      return childrenOf(node).reduce((product, child) => product * width(child, typeOf), 1);
    default:
      return 0;
  }
}

function width(node: ASTNode, typeOf: TypeLookup): number {
  if (node.op === 'list') return Math.max(node.args.length, 1);
  const field = node.op === '[]' && rootOf(node) !== undefined ? node.args[0] : node;
  const name = dottedName(field)?.join('.');
  switch (name === undefined ? undefined : typeOf(name)) {
    case 'texts':
    case 'numbers':
      return field === node ? VALUES_MAX : 1;
    case 'text':
    case 'named':
      return TEXT_STEPS;
    default:
      return 1;
  }
}
