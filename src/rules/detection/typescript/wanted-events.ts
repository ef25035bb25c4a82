/** What detectors want of the kernel, in the words of rules. */
import type { EventClass } from '../../../model/event-class.ts';
import type { Condition, FieldReference, Test, TestOperator } from '../ir/condition.ts';
import type { EventRule } from '../ir/rule.ts';
import type { FilterValue } from './event-filter.ts';
import type { DetectorHead } from './head.ts';
import { readerOf } from './row-plan.ts';

/**
 * Rules that hold for what the detectors are shown, for `findWanted`: what no rule and no detector
 * can want is left out by the kernel. They are not to be evaluated.
 */
export function rulesOfDetectors(heads: readonly DetectorHead[]): readonly EventRule[] {
  return heads.map((head) => ({
    kind: 'event',
    ...{ id: head.id, title: head.title, description: head.description, level: head.level },
    ...{ language: 'typescript', status: head.status, tags: head.tags, attack: [] },
    ...{ falsePositives: head.falsePositives, references: [], author: '', runbook: head.runbook },
    ...{ version: head.version, isEnabled: true, emits: false, output: [] },
    // What they read, a hook may have to read for them.
    shownFields: head.fields.flatMap((written) => readerOf(written) ?? []),
    place: { file: head.file, line: 1, column: 1, start: 0, end: 0 },
    condition: { kind: 'or', parts: head.inputs.map((input) => conditionOf(head, input)) },
  }));
}

function conditionOf({ only }: DetectorHead, input: EventClass): Condition {
  const tests = Object.entries(only[input] ?? {}).map(([written, wanted]) => {
    const reference = readerOf(written);
    const parts =
      reference === undefined ? [] : operatorsOf(wanted).map(testOf(reference, written));
    return { kind: 'or' as const, parts };
  });
  return { kind: 'and', parts: [{ kind: 'class', classes: [input] }, ...tests] };
}

function testOf(reference: FieldReference, written: string): (operator: TestOperator) => Test {
  return (operator) => ({ kind: 'test', ...reference, transforms: [], operator, written });
}

function operatorsOf(wanted: readonly FilterValue[]): readonly TestOperator[] {
  const texts = wanted.filter((value) => typeof value === 'string');
  const numbers = wanted.filter((value) => typeof value === 'number');
  const flags = wanted.filter((value) => typeof value === 'boolean');
  return [
    ...(texts.length > 0 ? [{ kind: 'equals' as const, texts, ignoresCase: false }] : []),
    ...(numbers.length > 0 ? [{ kind: 'number_equals' as const, numbers }] : []),
    ...flags.map((flag) => ({ kind: 'flag_equals' as const, flag })),
  ];
}
