/** Reads `spec.options`: names and values that say how a policy is to be run. */

import type { PolicyMode } from '../../../model/plan.ts';
import type { Located, Report } from '../report.ts';
import type { MappingEntry } from '../syntax/tree.ts';
import { quote } from './context.ts';
import { suggest } from './did-you-mean.ts';
import { listOfObjects, oneOf, TEXT } from './field-types.ts';
import { readFields, requireField } from './fields.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

const OPTIONS_MAX = 32;

/** Options that have nothing to switch here, with the reason. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'disable-kprobe-multi': 'every hook is attached by itself',
  'disable-uprobe-multi': 'every place is attached by itself',
  'override-method': 'what this kernel can enforce with is found out by trying',
  'sleepable-preload-size': 'no memory is loaded ahead of a hook',
};

const NAMES: readonly string[] = ['policy-mode', ...Object.keys(WITHOUT_EFFECT)];
const MODES: readonly PolicyMode[] = ['enforce', 'monitor'];

const OPTION: Shape = {
  name: 'an option',
  fields: {
    name: {
      type: oneOf(NAMES),
      description: 'Name of the option; only `policy-mode` changes anything here.',
      isRequired: true,
    },
    value: {
      type: TEXT,
      description: 'Of `policy-mode`: `enforce`, or `monitor` to report without acting.',
      isRequired: true,
    },
  },
  unsupported: [],
};

/** The field `options` of the spec. */
export const OPTIONS: FieldSpec = {
  type: listOfObjects(OPTION, OPTIONS_MAX),
  description: 'How the policy is to be run.',
};

export interface PolicyOptions {
  /** Undefined when the policy does not say. */
  readonly mode: PolicyMode | undefined;
}

/** Reads the options; those without effect are warnings, those that do not exist are errors. */
export function readOptions(entry: MappingEntry | undefined, report: Report): PolicyOptions {
  const seen = new Set<string>();
  let mode: PolicyMode | undefined;
  for (const item of readItems(entry, { name: 'options', max: OPTIONS_MAX }, report)) {
    const fields = readFields(item, OPTION, report);
    if (fields === undefined) continue;
    const nameEntry = requireField(fields, 'name', report);
    const valueEntry = requireField(fields, 'value', report);
    const name = nameEntry && readText(nameEntry.value, report);
    const value = valueEntry && readText(valueEntry.value, report);
    if (name === undefined || value === undefined) continue;
    if (seen.has(name.value)) {
      const message = `the option ${quote(name.value)} is already set`;
      report.error('POLICY_NAME_DUPLICATE', name.span, { message });
    }
    seen.add(name.value);
    if (name.value === 'policy-mode') mode = readMode(value, report);
    else checkName(name, report);
  }
  return { mode };
}

function readMode({ value, span }: Located<string>, report: Report): PolicyMode | undefined {
  const mode = MODES.find((name) => name === value);
  if (mode !== undefined) return mode;
  report.error('POLICY_VALUE_INVALID', span, {
    message: `there is no mode ${quote(value)}`,
    hint: suggest(value, MODES, `modes: ${MODES.join(', ')}`),
  });
  return undefined;
}

function checkName({ value, span }: Located<string>, report: Report): void {
  const reason = Object.hasOwn(WITHOUT_EFFECT, value) ? WITHOUT_EFFECT[value] : undefined;
  if (reason !== undefined) {
    report.warning('POLICY_OPTION_IGNORED', span, {
      message: `the option ${quote(value)} changes nothing here: ${reason}`,
    });
    return;
  }
  report.error('POLICY_OPTION_UNKNOWN', span, {
    message: `there is no option ${quote(value)}`,
    hint: suggest(value, NAMES, `options: ${NAMES.join(', ')}`),
  });
}
