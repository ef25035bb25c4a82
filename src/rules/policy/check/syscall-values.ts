/** Reads values that are numbers of system calls: numbers, ranges and lists of the spec. */

import type { NumberRange } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located } from '../report.ts';
import { readListCalls, syscallNumber } from './call.ts';
import type { PolicyContext } from './definitions.ts';
import { readRanges } from './values.ts';

/** The values of `InMap` and `NotInMap`, of which `list:NAME` stands for all calls of the list. */
export function readSyscallValues(
  entry: MappingEntry,
  context: PolicyContext,
): readonly Located<NumberRange>[] {
  if (entry.value.kind !== 'sequence') return readRanges(entry, 'syscall64', context.report);
  const { items } = entry.value;
  const lists = items.filter(isList);
  const numbers = items.filter((item) => !isList(item));
  const listed = lists.flatMap((item) => readList(item, context));
  if (numbers.length === 0 && lists.length > 0) return listed;
  const value = { ...entry.value, items: numbers };
  return [...listed, ...readRanges({ ...entry, value }, 'syscall64', context.report)];
}

function isList(item: YamlNode): item is Extract<YamlNode, { kind: 'scalar' }> {
  return item.kind === 'scalar' && item.text.startsWith('list:');
}

function readList(
  { text, span }: Extract<YamlNode, { kind: 'scalar' }>,
  context: PolicyContext,
): readonly Located<NumberRange>[] {
  const rules = { isSyscall: true, optional: false, acceptsCompat: true };
  const hooks = readListCalls({ value: text, span }, context, rules) ?? [];
  const numbers = hooks
    .map(({ value }) => syscallNumber(value))
    .filter((number) => number !== undefined)
    .map((number) => BigInt(number));
  if (hooks.length > 0 && numbers.length === 0) {
    context.report.warning('POLICY_VALUE_NEVER_MATCHES', span, {
      message: `this architecture has none of the calls of ${quote(text)}`,
    });
  }
  return numbers.map((number) => ({ value: { min: number, max: number }, span }));
}
