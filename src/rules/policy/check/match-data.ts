/** Reads one `matchData` entry: as `matchArgs`, of what `data` lists. */

import type { ArgumentMatch } from '../../../model/plan.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import type { ArgumentMatchSpec, ArgumentSpec } from '../spec.ts';
import type { PolicyContext } from './definitions.ts';
import { readArgumentMatch } from './match-args.ts';

/** An entry of `matchData`, which counts the entries of `data`; they follow the arguments. */
export function readDataMatch(
  node: YamlNode,
  { args, data }: { readonly args: Values; readonly data: Values },
  context: PolicyContext,
): ArgumentMatchSpec | undefined {
  const placed = data.map(
    (datum, value) => datum && { ...datum, index: { ...datum.index, value } },
  );
  const match = readArgumentMatch(node, placed, context);
  if (match === undefined) return undefined;
  const move = (one: ArgumentMatch): ArgumentMatch => {
    const moved = { ...one, argument: args.length + one.argument };
    return moved.kind === 'pair' ? { ...moved, other: args.length + moved.other } : moved;
  };
  if (match.kind === 'expression') {
    return { ...match, alternatives: match.alternatives.map((one) => one.map(move)) };
  }
  const argument = args.length + match.argument;
  return match.kind === 'gained'
    ? { ...match, argument, after: args.length + match.after }
    : { ...match, argument };
}

type Values = readonly (ArgumentSpec | undefined)[];
