/** Reads `selectors`: conditions that must all hold, and what to do then. */

import type { Report } from '../report.ts';
import type { ArgumentSpec, SelectorSpec } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { readActions } from './actions.ts';
import type { PolicyContext } from './definitions.ts';
import { type Fields, readFields, type Shape } from './fields.ts';
import { expandMacros } from './macros.ts';
import { readArgumentMatch } from './match-args.ts';
import { readBinaryMatch } from './match-binaries.ts';
import { readCapabilityMatch, readNamespaceMatch, readPidMatch } from './match-process.ts';
import { readItems, readText } from './scalars.ts';

/** One word of the kernel's bit vectors: the first match of a policy is found within a word. */
const SELECTORS_MAX = 64;
const MATCHERS_MAX = 64;

/** Fields of a selector, and of a macro. */
export const SELECTOR: Shape = {
  name: 'a selector',
  known: [
    ...['matchArgs', 'matchBinaries', 'matchParentBinaries', 'matchPIDs', 'matchNamespaces'],
    ...['matchCapabilities', 'matchActions', 'label', 'macros'],
  ],
  unsupported: [
    ...['matchData', 'matchReturnArgs', 'matchReturnActions'],
    ...['matchNamespaceChanges', 'matchCapabilityChanges', 'matchWorkloads'],
  ],
};

type Arguments = readonly (ArgumentSpec | undefined)[];

/** Reads the selectors of one hook; none when the policy has none. */
export function readSelectors(
  entry: MappingEntry | undefined,
  args: Arguments,
  context: PolicyContext,
): readonly SelectorSpec[] {
  const { report } = context;
  const selectors: SelectorSpec[] = [];
  for (const written of readItems(entry, { name: 'selectors', max: SELECTORS_MAX }, report)) {
    const item = expandMacros(written, context);
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
  const readAll = <T>(name: string, read: (item: YamlNode) => T | undefined): readonly T[] => {
    const bound = { name: `${name} per selector`, max: MATCHERS_MAX };
    const items = readItems(fields.entries.get(name), bound, report);
    return items.map(read).filter((match) => match !== undefined);
  };
  return {
    span: node.span,
    matchArgs: readAll('matchArgs', (item) => readArgumentMatch(item, args, report)),
    matchBinaries: readAll('matchBinaries', (item) => readBinaryMatch(item, report)),
    matchParentBinaries: readAll('matchParentBinaries', (item) => readBinaryMatch(item, report)),
    matchPids: readAll('matchPIDs', (item) => readPidMatch(item, report)),
    matchNamespaces: readAll('matchNamespaces', (item) => readNamespaceMatch(item, report)),
    matchCapabilities: readAll('matchCapabilities', (item) => readCapabilityMatch(item, report)),
    actions: readActions(fields.entries.get('matchActions'), report),
    conditionCount: countConditions(node),
    label: readLabel(fields, report),
  };
}

function readLabel(fields: Fields, report: Report): string {
  const entry = fields.entries.get('label');
  return (entry && readText(entry.value, report)?.value) ?? '';
}

/** Unreadable conditions count as well: without them a selector would seem unconditional. */
function countConditions(node: YamlNode): number {
  if (node.kind !== 'mapping') return 0;
  return node.entries.filter(({ key, value }) => {
    if (key === 'matchActions' || key === 'matchReturnActions' || key === 'label') return false;
    return value.kind === 'mapping' || (value.kind === 'sequence' && value.items.length > 0);
  }).length;
}
