/** Reads `selectors`: conditions that must all hold, and what to do then. */

import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import type { ArgumentSpec, SelectorSpec } from '../spec.ts';
import { ACTIONS, readActions } from './actions.ts';
import type { PolicyContext } from './definitions.ts';
import { listOf, listOfObjects, TEXT } from './field-types.ts';
import { type Fields, readFields } from './fields.ts';
import { expandMacros, MACROS_PER_SELECTOR_MAX } from './macros.ts';
import { MATCH_ARGS, readArgumentMatch } from './match-args.ts';
import { MATCH_BINARIES, readBinaryMatch } from './match-binaries.ts';
import { readDataMatch } from './match-data.ts';
import {
  MATCH_CAPABILITIES,
  MATCH_NAMESPACE_CHANGES,
  MATCH_NAMESPACES,
  MATCH_PIDS,
  readCapabilityMatch,
  readNamespaceChangeMatch,
  readNamespaceMatch,
  readPidMatch,
} from './match-process.ts';
import { MATCH_WORKLOADS, readWorkloadMatch } from './match-workloads.ts';
import { checkReturnActions, checkReturnMatches, checkReturnWanted } from './returns.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

/** One word of the kernel's bit vectors: the first match of a policy is found within a word. */
const SELECTORS_MAX = 64;
const MATCHERS_MAX = 64;

/** Fields of a selector, and of a macro. */
export const SELECTOR: Shape = {
  name: 'a selector',
  fields: {
    matchArgs: {
      type: listOfObjects(MATCH_ARGS, MATCHERS_MAX),
      description: 'Conditions on arguments of the hook.',
    },
    matchData: {
      type: listOfObjects(MATCH_ARGS, MATCHERS_MAX),
      description: 'Conditions on the `data` of the hook; `index` counts its entries from 0.',
    },
    matchBinaries: {
      type: listOfObjects(MATCH_BINARIES, MATCHERS_MAX),
      description: 'Conditions on the executable of the process.',
    },
    matchParentBinaries: {
      type: listOfObjects(MATCH_BINARIES, MATCHERS_MAX),
      description: 'Conditions on the executable of the process that started the process.',
    },
    matchPIDs: {
      type: listOfObjects(MATCH_PIDS, MATCHERS_MAX),
      description: 'Conditions on the process id.',
    },
    matchNamespaces: {
      type: listOfObjects(MATCH_NAMESPACES, MATCHERS_MAX),
      description: 'Conditions on the namespaces of the process, which tell containers apart.',
    },
    matchCapabilities: {
      type: listOfObjects(MATCH_CAPABILITIES, MATCHERS_MAX),
      description: 'Conditions on the capabilities of the process: the powers of root it has.',
    },
    matchNamespaceChanges: {
      type: listOfObjects(MATCH_NAMESPACE_CHANGES, MATCHERS_MAX),
      description: 'Conditions on what namespaces the process left since its exec.',
    },
    matchCapabilityChanges: {
      type: listOfObjects(MATCH_CAPABILITIES, MATCHERS_MAX),
      description: 'Conditions on what capabilities the process gained or lost since its exec.',
    },
    matchWorkloads: MATCH_WORKLOADS,
    matchReturnArgs: {
      type: listOfObjects(MATCH_ARGS, MATCHERS_MAX),
      description: 'Conditions on what the function returned; needs `return: true` of the hook.',
    },
    matchActions: ACTIONS,
    matchReturnActions: {
      ...ACTIONS,
      description:
        'What happens when the function returns and `matchReturnArgs` holds: `Post`, `NoPost`, ' +
        '`Sigkill`, `Signal`.',
    },
    label: {
      type: TEXT,
      description: 'Name of the selector, for whoever reads the policy.',
    },
    macros: {
      type: listOf(TEXT, MACROS_PER_SELECTOR_MAX),
      description: 'Names of `selectorsMacros` whose fields are added to this selector.',
    },
  },
  unsupported: [],
};

/** The field `selectors` of a hook. */
export const SELECTORS: FieldSpec = {
  type: listOfObjects(SELECTOR, SELECTORS_MAX),
  description:
    'What to look for, in turn: all conditions of a selector have to hold, and only the first ' +
    'selector that holds acts. Without selectors, every call is reported.',
};

/** What the hook of the selectors reads. */
export interface HookValues {
  readonly args: readonly (ArgumentSpec | undefined)[];
  readonly data: readonly (ArgumentSpec | undefined)[];
  /** What the function returns. */
  readonly result: ArgumentSpec | undefined;
}

/** Reads the selectors of one hook; none when the policy has none. */
export function readSelectors(
  entry: MappingEntry | undefined,
  values: HookValues,
  context: PolicyContext,
): readonly SelectorSpec[] {
  const { report } = context;
  const selectors: SelectorSpec[] = [];
  for (const written of readItems(entry, { name: 'selectors', max: SELECTORS_MAX }, report)) {
    const item = expandMacros(written, context);
    const fields = readFields(item, SELECTOR, report);
    if (fields !== undefined) selectors.push(readSelector(fields, item, { ...values, ...context }));
  }
  checkAlternatives(selectors, report);
  return selectors;
}

/** Every alternative of an expression takes a place among the selectors of the hook. */
function checkAlternatives(selectors: readonly SelectorSpec[], report: Report): void {
  let count = 0;
  for (const { matchArgs } of selectors) {
    const expressions = matchArgs.filter((match) => match.kind === 'expression');
    count += expressions.reduce((product, { alternatives }) => product * alternatives.length, 1);
    const last = expressions.at(-1);
    if (count <= SELECTORS_MAX || last === undefined) continue;
    report.error('POLICY_EXPRESSION_TOO_LARGE', last.span, {
      message: `the selectors of a hook have at most ${SELECTORS_MAX} alternatives, here ${count}`,
      hint: 'write the hook twice in this policy, with a part of the expressions each',
    });
    return;
  }
}

interface Surroundings extends HookValues, PolicyContext {}

function readSelector(fields: Fields, node: YamlNode, around: Surroundings): SelectorSpec {
  const { args, data, result, report, namespace } = around;
  const returnActions = readActions(fields.entries.get('matchReturnActions'), report);
  checkReturnActions(returnActions, result, report);
  for (const name of ['matchReturnArgs', 'matchReturnActions']) {
    checkReturnWanted(fields.entries.get(name), result, report);
  }
  const readAll = <T>(name: string, read: (item: YamlNode) => T | undefined): readonly T[] => {
    const bound = { name: `${name} per selector`, max: MATCHERS_MAX };
    const items = readItems(fields.entries.get(name), bound, report);
    return items.map(read).filter((match) => match !== undefined);
  };
  const matchReturnArgs = readAll('matchReturnArgs', (item) =>
    readArgumentMatch(item, [result], around),
  );
  checkReturnMatches(matchReturnArgs, report);
  return {
    span: node.span,
    matchArgs: [
      ...readAll('matchArgs', (item) => readArgumentMatch(item, args, around)),
      ...readAll('matchData', (item) => readDataMatch(item, { args, data }, around)),
    ],
    matchBinaries: readAll('matchBinaries', (item) => readBinaryMatch(item, report)),
    matchParentBinaries: readAll('matchParentBinaries', (item) => readBinaryMatch(item, report)),
    matchPids: readAll('matchPIDs', (item) => readPidMatch(item, report)),
    matchNamespaces: readAll('matchNamespaces', (item) => readNamespaceMatch(item, report)),
    matchCapabilities: readAll('matchCapabilities', (item) => readCapabilityMatch(item, report)),
    matchNamespaceChanges: readAll('matchNamespaceChanges', (item) =>
      readNamespaceChangeMatch(item, report),
    ),
    matchCapabilityChanges: readAll('matchCapabilityChanges', (item) =>
      readCapabilityMatch(item, report),
    ),
    matchWorkloads: readWorkloadMatch(fields.entries.get('matchWorkloads'), namespace, report),
    matchReturnArgs,
    returnActions,
    actions: readActions(fields.entries.get('matchActions'), report),
    conditionCount: countConditions(node),
    label: readLabel(fields, report),
  };
}

function readLabel(fields: Fields, report: Report): string {
  const entry = fields.entries.get('label');
  return (entry && readText(entry.value, report)?.value) ?? '';
}

/** Those of the return are looked at when the selector has been chosen. */
const NO_CONDITIONS = ['matchActions', 'matchReturnActions', 'matchReturnArgs', 'label'];

/** Unreadable conditions count as well: without them a selector would seem unconditional. */
function countConditions(node: YamlNode): number {
  if (node.kind !== 'mapping') return 0;
  return node.entries.filter(({ key, value }) => {
    if (NO_CONDITIONS.includes(key)) return false;
    return value.kind === 'mapping' || (value.kind === 'sequence' && value.items.length > 0);
  }).length;
}
