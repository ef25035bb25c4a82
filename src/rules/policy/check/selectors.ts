/** Reads `selectors`: conditions that must all hold, and what to do then. */

import type { Report } from '../report.ts';
import type { ArgumentMatchSpec, ArgumentSpec, BinaryMatchSpec, SelectorSpec } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { readActions } from './actions.ts';
import { type Fields, readFields, type Shape } from './fields.ts';
import { readArgumentMatch } from './match-args.ts';
import { readBinaryMatch } from './match-binaries.ts';
import { readItems } from './scalars.ts';

const SELECTORS_MAX = 5;
const MATCH_ARGS_MAX = 5;
const MATCH_BINARIES_MAX = 1;

const SELECTOR: Shape = {
  name: 'a selector',
  known: ['matchArgs', 'matchBinaries', 'matchActions'],
  unsupported: [
    ...['label', 'matchPIDs', 'matchData', 'matchReturnArgs', 'matchReturnActions'],
    ...['matchParentBinaries', 'matchNamespaces', 'matchNamespaceChanges', 'matchCapabilities'],
    ...['matchCapabilityChanges', 'matchWorkloads', 'macros'],
  ],
};

type Arguments = readonly (ArgumentSpec | undefined)[];

/** Reads the selectors of one hook; none when the policy has none. */
export function readSelectors(
  entry: MappingEntry | undefined,
  args: Arguments,
  report: Report,
): readonly SelectorSpec[] {
  const selectors: SelectorSpec[] = [];
  for (const item of readItems(entry, { name: 'selectors', max: SELECTORS_MAX }, report)) {
    const fields = readFields(item, SELECTOR, report);
    if (fields !== undefined) selectors.push(readSelector(fields, item, { args, report }));
  }
  return selectors;
}

interface Surroundings {
  readonly args: Arguments;
  readonly report: Report;
}

function readSelector(fields: Fields, node: YamlNode, around: Surroundings): SelectorSpec {
  const { args, report } = around;
  const argumentItems = readItems(
    fields.entries.get('matchArgs'),
    { name: 'matchArgs per selector', max: MATCH_ARGS_MAX },
    report,
  );
  const binaryItems = readItems(
    fields.entries.get('matchBinaries'),
    { name: 'matchBinaries per selector', max: MATCH_BINARIES_MAX },
    report,
  );
  const matchArgs: (ArgumentMatchSpec | undefined)[] = argumentItems.map((item) =>
    readArgumentMatch(item, args, report),
  );
  const matchBinaries: (BinaryMatchSpec | undefined)[] = binaryItems.map((item) =>
    readBinaryMatch(item, report),
  );
  return {
    span: node.span,
    matchArgs: matchArgs.filter((match) => match !== undefined),
    matchBinaries: matchBinaries.filter((match) => match !== undefined),
    actions: readActions(fields.entries.get('matchActions'), report),
    conditionCount: countConditions(node),
  };
}

/** Unreadable conditions count as well: without them a selector would seem unconditional. */
function countConditions(node: YamlNode): number {
  if (node.kind !== 'mapping') return 0;
  return node.entries.filter(({ key, value }) => {
    if (key === 'matchActions' || key === 'matchReturnActions' || key === 'label') return false;
    return value.kind === 'mapping' || (value.kind === 'sequence' && value.items.length > 0);
  }).length;
}
