/** Which argument a matchArgs entry means: by function position or by place in the list. */

import { quote } from '../../syntax/quote.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentSpec } from '../spec.ts';
import type { Fields } from './fields.ts';
import { readInteger, readItems } from './scalars.ts';

type Arguments = readonly (ArgumentSpec | undefined)[];

/** The longest list that the CRD allows. */
export const REFERENCES_MAX = 5;

/** Position in the list of arguments; undefined after a report. `args` wins over `index`. */
export function readArgumentReference(
  fields: Fields,
  args: Arguments,
  report: Report,
): number | undefined {
  const argsEntry = fields.entries.get('args');
  if (argsEntry !== undefined) {
    const items = readItems(argsEntry, { name: 'args', max: REFERENCES_MAX }, report);
    const [item, second] = items;
    if (second !== undefined) {
      report.error('POLICY_ARGUMENT_UNDECLARED', second.span, {
        message: 'this operator looks at one argument only',
      });
      return undefined;
    }
    const place = item && readInteger(item, report);
    if (place !== undefined) return findByPlace(place, args, report);
    if (item !== undefined || argsEntry.value.kind !== 'sequence') return undefined;
  }
  const indexEntry = fields.entries.get('index');
  if (indexEntry === undefined) {
    const message = 'a matchArgs entry needs `index` or `args`';
    report.error('POLICY_FIELD_MISSING', fields.span, { message });
    return undefined;
  }
  const index = readInteger(indexEntry.value, report);
  return index && findByIndex(index, args, report);
}

/** Positions of the two arguments of an operator that compares one with another. */
export function readArgumentPair(
  fields: Fields,
  args: Arguments,
  report: Report,
): readonly [number, number] | undefined {
  const entry = fields.entries.get('args');
  const items = readItems(entry, { name: 'args', max: REFERENCES_MAX }, report);
  if (items.length !== 2) {
    report.error('POLICY_ARGUMENT_UNDECLARED', entry?.value.span ?? fields.span, {
      message: 'this operator compares two arguments',
      hint: 'write `args: [0, 1]`: first what was, then what will be',
    });
    return undefined;
  }
  const places = items.map((item) => {
    const place = readInteger(item, report);
    return place && findByPlace(place, args, report);
  });
  const [first, second] = places;
  return first === undefined || second === undefined ? undefined : [first, second];
}

/**
 * Positions of the arguments that an operator on several looks at: those of `args`, or all that
 * the hook reads. Undefined after a report.
 */
export function readArgumentPlaces(
  fields: Fields,
  args: Arguments,
  report: Report,
): readonly number[] | undefined {
  const entry = fields.entries.get('args');
  if (entry === undefined) {
    const index = fields.entries.get('index');
    if (index !== undefined && readArgumentReference(fields, args, report) === undefined) {
      return undefined;
    }
    return [...args.keys()];
  }
  const places = readItems(entry, { name: 'args', max: REFERENCES_MAX }, report).map((item) => {
    const place = readInteger(item, report);
    return place && findByPlace(place, args, report);
  });
  const found = places.filter((place) => place !== undefined);
  return found.length === places.length ? found : undefined;
}

function findByPlace(place: Located<bigint>, args: Arguments, report: Report): number | undefined {
  if (place.value >= 0n && place.value < BigInt(args.length)) return Number(place.value);
  report.error('POLICY_ARGUMENT_UNDECLARED', place.span, {
    message: `\`args\` counts the declared arguments from 0, and there are ${args.length}`,
    hint: 'use `index` to refer to an argument by its position in the function',
  });
  return undefined;
}

function findByIndex(index: Located<bigint>, args: Arguments, report: Report): number | undefined {
  const found = args.findIndex((argument) => argument?.index.value === Number(index.value));
  if (found >= 0) return found;
  const placed = args.findIndex((argument) => argument?.place === Number(index.value));
  if (placed >= 0) return placed;
  // An argument that could not be read may be the one that is meant.
  if (args.includes(undefined)) return undefined;
  const value = quote(String(index.value));
  report.error('POLICY_ARGUMENT_UNDECLARED', index.span, {
    message: `no declared argument has the index ${value}`,
    hint: `add \`{index: ${index.value}, type: …}\` to the \`args\` of the hook`,
  });
  return undefined;
}
