/** What a rule lacks that those who get its findings will want, and what it costs. */
import { EVENT_CLASSES, type EventClass } from '../../model/event-class.ts';
import { RuleIndex } from './evaluate/rule-index.ts';
import { specialise } from './evaluate/specialise.ts';
import type { DetectionRule, EventRule } from './ir/rule.ts';

/** One remark about one rule. */
export interface LintRemark {
  readonly rule: DetectionRule;
  readonly message: string;
}

/** Remarks in the order of the rules; none of them keeps a rule from being loaded. */
export function lintRules(rules: readonly DetectionRule[]): readonly LintRemark[] {
  return rules.flatMap((rule) => {
    const messages = [...lintHead(rule), ...(rule.kind === 'event' ? lintCondition(rule) : [])];
    return messages.map((message) => ({ rule, message }));
  });
}

function lintHead(rule: DetectionRule): readonly string[] {
  if (!rule.emits) return [];
  const lacks: readonly (readonly [boolean, string])[] = [
    [rule.description === '', 'has no description'],
    [rule.attack.length === 0, 'names no technique of ATT&CK'],
    [rule.falsePositives.length === 0, 'says nothing of false positives'],
    [rule.runbook === '', 'has no runbook'],
  ];
  return lacks.flatMap(([isLacking, message]) => (isLacking ? [message] : []));
}

function lintCondition(rule: EventRule): readonly string[] {
  const classes = (Object.keys(EVENT_CLASSES) as EventClass[]).filter((eventClass) => {
    const special = specialise(rule.condition, eventClass);
    return special.kind !== 'constant' || special.value;
  });
  if (classes.length === 0) return ['can never match'];
  const index = new RuleIndex([{ ...rule, isEnabled: true }]);
  const open = classes.filter((eventClass) => index.unguarded(eventClass).length > 0);
  if (open.length === 0) return [];
  const shown = open.length === Object.keys(EVENT_CLASSES).length ? 'every class' : open.join(', ');
  return [`is checked for every event of ${shown}: it asks for no text or number`];
}
