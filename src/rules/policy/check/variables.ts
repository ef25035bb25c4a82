/** Reads what is about variables of programs: `argIndex` and `argValue` of the action `Set`. */

import type { ActionPlan } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { ArgumentSpec, HookSpec } from '../spec.ts';
import type { Fields } from './fields.ts';
import { readInteger } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

const PARAMETER_MAX = 5;
const VALUE_MAX = 2 ** 32 - 1;

/** Fields of an action that are about variables. */
export const VARIABLE_FIELDS: Readonly<Record<'argIndex' | 'argValue', FieldSpec>> = {
  argIndex: {
    type: { kind: 'integer', min: 0, max: PARAMETER_MAX },
    description:
      'For `Set`: the index of an argument that is a variable of 4 bytes in memory, 0 when there ' +
      'is nothing here.',
  },
  argValue: {
    type: { kind: 'integer', min: 0, max: VALUE_MAX },
    description: 'For `Set`: what the variable is overwritten with, 0 when there is nothing here.',
  },
};

type SetAction = Extract<ActionPlan, { readonly kind: 'Set' }>;

/** Objects read back from an API server lack zeros. */
export function readSet(fields: Fields, report: Report): SetAction | undefined {
  const index = readBounded(fields, { name: 'argIndex', max: PARAMETER_MAX }, report);
  const value = readBounded(fields, { name: 'argValue', max: VALUE_MAX }, report);
  return index === undefined || value === undefined ? undefined : { kind: 'Set', index, value };
}

function readBounded(
  fields: Fields,
  { name, max }: { readonly name: keyof typeof VARIABLE_FIELDS; readonly max: number },
  report: Report,
): number | undefined {
  const entry = fields.entries.get(name);
  if (entry === undefined) return 0;
  const number = readInteger(entry.value, report);
  if (number === undefined) return undefined;
  if (number.value >= 0n && number.value <= BigInt(max)) return Number(number.value);
  report.error('POLICY_VALUE_RANGE', number.span, {
    message: `${name} is a number from 0 to ${max}, not ${number.value}`,
    ...(name === 'argValue' && number.value < 0n && number.value >= -(2n ** 31n)
      ? { hint: `write ${BigInt.asUintN(32, number.value)}, which has the same bits` }
      : {}),
  });
  return undefined;
}

/** Refuses to overwrite where there is no variable; whether it has 4 bytes, the program says. */
export function checkVariables(
  { hook, arguments: args, selectors }: HookSpec,
  report: Report,
): void {
  for (const { value, span } of selectors.flatMap(({ actions }) => actions)) {
    if (value.kind !== 'Set') continue;
    if (hook.value.kind !== 'usdt') {
      report.error('POLICY_ACTION_PARAMETER', span, {
        message: `${quote(value.kind)} is for places that programs mark, which name variables`,
        hint: 'use an entry of `usdts`',
      });
      continue;
    }
    // An argument that could not be read may be the one that is meant.
    if (args.includes(undefined) || args.some((one) => isParameter(one, value))) continue;
    report.error('POLICY_ACTION_PARAMETER', span, {
      message: `${quote(value.kind)} needs an argument with the index ${value.index}`,
      hint: `add \`{index: ${value.index}, type: int}\` to \`args\`, or give \`argIndex\``,
    });
  }
}

/** The variable itself, and not what something else leads to. */
function isParameter(argument: ArgumentSpec | undefined, { index }: SetAction): boolean {
  return argument?.index.value === index && argument.resolve === undefined;
}
