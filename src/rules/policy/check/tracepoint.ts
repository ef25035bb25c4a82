/** Reads which tracepoint an entry means, and what its arguments are. */

import type { TracepointField } from '../../../model/kernel-types.ts';
import type { Hook } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentSpec } from '../spec.ts';
import { FIELD_INDEX_MAX, readArguments } from './arguments.ts';
import { withTypes } from './automatic-types.ts';
import type { CheckContext } from './context.ts';
import { type Fields, requireField } from './fields.ts';
import { readsField, typeOfField } from './record-field.ts';
import { readBoolean, readText } from './scalars.ts';

type Tracepoint = Extract<Hook, { kind: 'tracepoint' | 'raw_tracepoint' }>;

/** Parameters of a raw tracepoint that can be read. */
const PARAMETER_INDEX_MAX = 5;

/** `common_type` and the like: the kernel puts a pointer of its own where they are. */
const COMMON_FIELDS = 4;

const NAME = /^[A-Za-z_]\w{0,127}$/;

/** The hook, if it is a tracepoint. */
export function asTracepoint({ value, span }: Located<Hook>): Located<Tracepoint> | undefined {
  const isTracepoint = value.kind === 'tracepoint' || value.kind === 'raw_tracepoint';
  return isTracepoint ? { value, span } : undefined;
}

/** The tracepoint of an entry; undefined after a report. */
export function readTracepoint(
  fields: Fields,
  { report }: CheckContext,
): Located<Tracepoint> | undefined {
  const subsystem = readName(fields, 'subsystem', report);
  const event = readName(fields, 'event', report);
  const rawEntry = fields.entries.get('raw');
  const isRaw = rawEntry !== undefined && readBoolean(rawEntry.value, report) === true;
  if (subsystem === undefined || event === undefined) return undefined;
  const kind = isRaw ? 'raw_tracepoint' : 'tracepoint';
  const value = { kind, subsystem: subsystem.value, name: event.value } as const;
  return { value, span: event.span };
}

function readName(fields: Fields, name: string, report: Report): Located<string> | undefined {
  const entry = requireField(fields, name, report);
  const text = entry && readText(entry.value, report);
  if (text === undefined || NAME.test(text.value)) return text;
  const message = `${quote(text.value)} is not the name of a tracepoint's ${name}`;
  report.error('POLICY_VALUE_INVALID', text.span, { message });
  return undefined;
}

/** Arguments of a tracepoint: their types may be left to the kernel. */
export function readTracepointArguments(
  entry: MappingEntry | undefined,
  hook: Located<Tracepoint> | undefined,
  context: CheckContext,
): readonly (ArgumentSpec | undefined)[] {
  const isClassic = hook?.value.kind === 'tracepoint';
  const typed = entry && { ...entry, value: withTypes(entry.value, hook?.value, context) };
  const indexMax = isClassic ? FIELD_INDEX_MAX : PARAMETER_INDEX_MAX;
  const args = readArguments(typed, context.report, indexMax);
  // Selectors may count the arguments of the policy instead of the fields of the tracepoint.
  return args.map((argument, place) => argument && { ...argument, place });
}

/** Reports a tracepoint that is missing, and fields that are not what the policy takes them for. */
export function checkTracepoint(
  hook: Located<Tracepoint>,
  args: readonly (ArgumentSpec | undefined)[],
  context: CheckContext,
): void {
  const { kernel, report } = context;
  if (kernel === undefined || hook.value.kind === 'raw_tracepoint') return;
  const { subsystem, name } = hook.value;
  const names = kernel.tracepointNames(subsystem);
  if (names === undefined) return;
  const all = kernel.tracepointFields(subsystem, name);
  if (all === undefined) {
    if (!context.reportsMissing) return;
    report.error('POLICY_TRACEPOINT_UNKNOWN', hook.span, {
      message: `the kernel has no event ${quote(`${subsystem}/${name}`)}`,
      hint: suggest(name, names),
    });
    return;
  }
  for (const argument of args) if (argument !== undefined) checkField(argument, all, report);
}

function checkField(
  { index, type }: ArgumentSpec,
  all: readonly TracepointField[],
  report: Report,
): void {
  const field = all[index.value];
  if (field === undefined || index.value < COMMON_FIELDS) {
    const listed = all.slice(COMMON_FIELDS).map(({ name }, at) => `${at + COMMON_FIELDS} ${name}`);
    report.error('POLICY_ARGUMENT_INDEX', index.span, {
      message: `an event's own fields begin at ${COMMON_FIELDS}; ${index.value} is none`,
      hint: `its fields: ${listed.join(', ')}`,
    });
    return;
  }
  if (readsField(type.value, field)) return;
  const right = typeOfField(field);
  const declared = quote(`${field.type} ${field.name}`);
  report.error('POLICY_ARGUMENT_TYPE', type.span, {
    message: `field ${index.value} is ${declared}, which is not ${quote(type.value)}`,
    ...(right === undefined ? {} : { hint: `use the type \`${right}\`` }),
  });
}
