/** Which events rules want at all, and what they ask of them. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import { FACT_TYPES } from '../../../model/fact.ts';
import { specialise } from '../evaluate/specialise.ts';
import type { FieldName } from '../fields/field-table.ts';
import type { Condition, FieldReference } from '../ir/condition.ts';
import type { DetectionRule } from '../ir/rule.ts';
import { CLASS_FACTS } from './class-facts.ts';

/** What somebody else than rules wants: whole classes, and fields of them. */
export interface OtherWants {
  readonly classes: readonly EventClass[];
  readonly fields: readonly FieldName[];
}

/** A condition that is enough for a rule that kills. */
export interface WantedKill {
  readonly condition: Condition;
  /** And all that descends from the process. */
  readonly isTree: boolean;
}

/** An event of a class that fulfils none of its conditions is of no use to anybody. */
export interface WantedEvents {
  /** Without a class here, nobody wants its events. */
  readonly conditions: ReadonlyMap<EventClass, readonly Condition[]>;
  /** When a process is killed, whatever else is known. */
  readonly kills: ReadonlyMap<EventClass, readonly WantedKill[]>;
  /** Every field that somebody reads. */
  readonly fields: ReadonlySet<FieldName>;
}

const TRUE: Condition = { kind: 'constant', value: true };
const FALSE: Condition = { kind: 'constant', value: false };
const NOTHING: OtherWants = { classes: [], fields: [] };

/** When in doubt, everything of a class is wanted. */
export function findWanted(
  rules: readonly DetectionRule[],
  others: OtherWants = NOTHING,
): WantedEvents {
  const enabled = rules.filter(({ isEnabled }) => isEnabled);
  const asked = enabled.flatMap((rule) => (rule.kind === 'event' ? rule.condition : []));
  const conditions = new Map<EventClass, readonly Condition[]>();
  const killing = enabled.flatMap((rule) =>
    rule.kind === 'event' && alwaysKills(rule)
      ? { condition: rule.condition, isTree: rule.respond?.kind === 'kill_tree' }
      : [],
  );
  const kills = new Map<EventClass, readonly WantedKill[]>();
  for (const eventClass of Object.keys(EVENT_CLASSES) as EventClass[]) {
    const isAsked = others.classes.includes(eventClass);
    const all = isAsked ? [TRUE] : possible(asked, eventClass);
    if (all.length > 0) conditions.set(eventClass, all);
    const deadly = killing.flatMap((kill) =>
      possible([kill.condition], eventClass).map((condition) => ({ ...kill, condition })),
    );
    if (deadly.length > 0) kills.set(eventClass, deadly);
  }
  const fields = new Set([...enabled.flatMap(fieldsOf), ...others.fields]);
  return { conditions, kills, fields };
}

function possible(conditions: readonly Condition[], eventClass: EventClass): readonly Condition[] {
  return conditions.map((each) => forClass(each, eventClass)).filter(canHold);
}

/** Nothing but the condition of the rule decides. */
function alwaysKills({ emits, respond, respondWhen }: DetectionRule): boolean {
  const isKill = respond?.kind === 'kill_process' || respond?.kind === 'kill_tree';
  return emits && isKill && !respond.isDryRun && respondWhen === undefined;
}

/** Whether names of addresses, or what is asked of name servers, are of use to somebody. */
export function wantsNames({ conditions, fields }: WantedEvents): boolean {
  return (
    conditions.has('dns.query') || conditions.has('dns.answer') || fields.has('network.remote.name')
  );
}

/** The condition for events of a class, which have only some of the facts. */
export function forClass(condition: Condition, eventClass: EventClass): Condition {
  return specialise(withoutAbsent(condition, eventClass), eventClass);
}

function canHold(condition: Condition): boolean {
  return condition.kind !== 'constant' || condition.value;
}

function withoutAbsent(condition: Condition, eventClass: EventClass): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return {
        ...condition,
        parts: condition.parts.map((part) => withoutAbsent(part, eventClass)),
      };
    case 'not':
      return { ...condition, part: withoutAbsent(condition.part, eventClass) };
    case 'test': {
      const { field, operator } = condition;
      const isAbsent =
        lacks(eventClass, field) ||
        (operator.kind === 'field' && lacks(eventClass, operator.other.field));
      return isAbsent ? FALSE : condition;
    }
    default:
      return condition;
  }
}

function lacks(eventClass: EventClass, field: FieldName): boolean {
  const name = field === 'file.mode_bits' ? 'file.mode' : field;
  const facts: readonly string[] = CLASS_FACTS[eventClass];
  return Object.hasOwn(FACT_TYPES, name) && !facts.includes(name);
}

function fieldsOf(rule: DetectionRule): readonly FieldName[] {
  const references: FieldReference[] = [...rule.shownFields];
  for (const part of rule.output) if (part.kind === 'field') references.push(part);
  if (rule.kind === 'correlation') {
    const keys = [...rule.groupBy, ...rule.values];
    references.push(...keys.flatMap(({ fields }) => [...fields.values()]));
  } else {
    references.push(...referencesOf(rule.condition));
  }
  return references.map(({ field }) => field);
}

function referencesOf(condition: Condition): readonly FieldReference[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(referencesOf);
    case 'not':
      return referencesOf(condition.part);
    case 'test': {
      const { operator } = condition;
      return operator.kind === 'field' ? [condition, operator.other] : [condition];
    }
    default:
      return [];
  }
}
