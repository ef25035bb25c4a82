/** Reads `spec.options`: names and values that say how a policy is to be run. */

import type { PolicyMode } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
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

const WITH_EFFECT: readonly string[] = ['policy-mode', 'unknown-workload'];
const NAMES: readonly string[] = [...WITH_EFFECT, ...Object.keys(WITHOUT_EFFECT)];
const MODES: readonly PolicyMode[] = ['enforce', 'monitor'];

/** What a policy with a scope does to containers of which it is not known whose they are. */
export type UnknownWorkloadRule = 'match' | 'skip';

const UNKNOWN_RULES: readonly UnknownWorkloadRule[] = ['match', 'skip'];

const OPTION: Shape = {
  name: 'an option',
  fields: {
    name: {
      type: oneOf(NAMES),
      description: '`policy-mode` or `unknown-workload`; others change nothing here.',
      isRequired: true,
    },
    value: {
      type: TEXT,
      description:
        'Of `policy-mode`: `enforce`, or `monitor` to report without acting. Of ' +
        '`unknown-workload`: whether a policy with a scope is to `match` containers that are ' +
        'not known yet, or to `skip` them, as it does when it says nothing.',
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
  readonly unknownWorkload: Located<UnknownWorkloadRule> | undefined;
}

/** Reads the options; those without effect are warnings, those that do not exist are errors. */
export function readOptions(entry: MappingEntry | undefined, report: Report): PolicyOptions {
  const options = new Map<string, Option>();
  for (const item of readItems(entry, { name: 'options', max: OPTIONS_MAX }, report)) {
    const option = readOption(item, report);
    if (option === undefined) continue;
    const { name } = option;
    if (options.has(name.value)) {
      const message = `the option ${quote(name.value)} is already set`;
      report.error('POLICY_NAME_DUPLICATE', name.span, { message });
    }
    options.set(name.value, option);
    checkName(name, report);
  }
  const mode = options.get('policy-mode');
  const unknown = options.get('unknown-workload');
  const rule = unknown && readChoice(unknown.value, UNKNOWN_RULES, report);
  return {
    mode: mode && readChoice(mode.value, MODES, report),
    unknownWorkload: unknown && rule && { value: rule, span: unknown.name.span },
  };
}

interface Option {
  readonly name: Located<string>;
  readonly value: Located<string>;
}

function readOption(item: YamlNode, report: Report): Option | undefined {
  const fields = readFields(item, OPTION, report);
  if (fields === undefined) return undefined;
  const nameEntry = requireField(fields, 'name', report);
  const valueEntry = requireField(fields, 'value', report);
  const name = nameEntry && readText(nameEntry.value, report);
  const value = valueEntry && readText(valueEntry.value, report);
  return name && value && { name, value };
}

function readChoice<T extends string>(
  { value, span }: Located<string>,
  choices: readonly T[],
  report: Report,
): T | undefined {
  const choice = choices.find((name) => name === value);
  if (choice !== undefined) return choice;
  report.error('POLICY_VALUE_INVALID', span, {
    message: `${quote(value)} is not a value of this option`,
    hint: suggest(value, choices, `values: ${choices.join(', ')}`),
  });
  return undefined;
}

function checkName({ value, span }: Located<string>, report: Report): void {
  if (WITH_EFFECT.includes(value)) return;
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
