/** Documents with a detection: rules that one event decides. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import { specialise } from '../evaluate/specialise.ts';
import type { FieldName } from '../fields/field-table.ts';
import type { Condition } from '../ir/condition.ts';
import type { EventRule } from '../ir/rule.ts';
import { readDetection } from './detection.ts';
import type { SigmaDocument } from './documents.ts';
import { type Logsource, readLogsource } from './logsource.ts';
import { readHead, readShownFields } from './rule-head.ts';
import type { Placeholders } from './values.ts';

/** A rule with what filters and correlations need to know of it. */
export interface ReadRule {
  readonly rule: EventRule;
  readonly logsource: Logsource;
  /** The text that it was read from. */
  readonly source: string;
}

/** Rules that ask for it say which events they are about. */
const CLASS_FIELD = 'event.class';

/** Reads a rule; undefined after a report. */
export function readRule(
  document: SigmaDocument,
  placeholders: Placeholders,
): ReadRule | undefined {
  const { entries, node, report, source } = document;
  const detection = entries.get('detection');
  const head = readHead(document);
  const place = { at: node.span, report, namesClass: source.includes(CLASS_FIELD) };
  const logsource = readLogsource(entries.get('logsource'), place);
  if (detection === undefined || logsource === undefined) return undefined;
  const own = readDetection(detection, { logsource, placeholders, report, reserved: [] });
  if (report.hasFailed) return undefined;
  const { answers } = logsource;
  const isOfAnswers = answers !== undefined && reads(own, 'dns.answers');
  const parts = [isOfAnswers ? answers : logsource.condition, own];
  const condition: Condition = { kind: 'and', parts };
  report.settle(canMatch(condition));
  if (report.hasFailed) return undefined;
  const shownFields = readShownFields(document, logsource);
  return { rule: { ...head, kind: 'event', condition, shownFields }, logsource, source };
}

/** Whether events of some class may fulfil the condition. */
function canMatch(condition: Condition): boolean {
  return (Object.keys(EVENT_CLASSES) as EventClass[]).some((eventClass) => {
    const special = specialise(condition, eventClass);
    return special.kind !== 'constant' || special.value;
  });
}

function reads(condition: Condition, field: FieldName): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.some((part) => reads(part, field));
    case 'not':
      return reads(condition.part, field);
    case 'test':
      return condition.field === field;
    default:
      return false;
  }
}
