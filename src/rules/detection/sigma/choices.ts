/** Fields whose values say what has to hold, or are named differently here. */
import { quote, suggest } from '../../syntax/quote.ts';
import { isNull, type YamlNode } from '../../syntax/tree.ts';
import { matchesGlob } from '../evaluate/match-glob.ts';
import type { Condition, TestOperator } from '../ir/condition.ts';
import { textsOf } from './compare-values.ts';
import { itemsOf } from './context.ts';
import type { MappedField } from './field-mapping.ts';
import { type EntryContext, writeEntry } from './field-tests.ts';
import type { SigmaText } from './sigma-text.ts';

type Renamed = Extract<MappedField, { kind: 'renamed' }>;

const NEVER: Condition = { kind: 'constant', value: false };

/** What the values stand for; one that stands for nothing is never the case. */
export function readChoices(
  choices: ReadonlyMap<string, Condition>,
  context: EntryContext,
): Condition {
  const { entry, modifiers, report } = context;
  const parts: Condition[] = [];
  for (const node of itemsOf(entry.value)) {
    const found = chosenBy(node, [...choices.keys()], context);
    if (found === undefined) return NEVER;
    if (found.length === 0) {
      const text = node.kind === 'scalar' ? node.text : '';
      report.doubt('SIGMA_EVENT_VALUE_UNSUPPORTED', node.span, {
        message: `${quote(text)} of ${quote(entry.key)} is not among what this sensor sees`,
        // A number is no misspelt other number.
        hint: /^\d+$/.test(text) ? undefined : suggest(text, choices.keys()),
      });
    }
    const chosen = found.flatMap((name) => choices.get(name) ?? []);
    parts.push(chosen.length === 0 ? NEVER : { kind: 'or', parts: chosen });
  }
  return { kind: modifiers.isAll ? 'and' : 'or', parts };
}

/** The event has one of these texts; the rule reads it by another name. */
export function readRenamed({ field, values }: Renamed, context: EntryContext): Condition {
  const { entry, modifiers, report } = context;
  const written = writeEntry(entry);
  const base = { kind: 'test', field, transforms: [], written } as const;
  const parts: Condition[] = [];
  for (const node of itemsOf(entry.value)) {
    const found = chosenBy(node, Object.keys(values), context);
    if (found === undefined) return NEVER;
    if (found.length === 0) {
      const message = `${quote(entry.key)} is one of ${Object.keys(values).join(', ')}`;
      report.error('SIGMA_VALUE_INVALID', node.span, { message });
    }
    const texts = found.map((name) => values[name] ?? '');
    const operator: TestOperator = { kind: 'equals', texts, ignoresCase: false };
    parts.push({ ...base, operator });
  }
  return { kind: modifiers.isAll ? 'and' : 'or', parts };
}

/** Names that a value means, by its modifiers; undefined after a report. */
function chosenBy(
  node: YamlNode,
  names: readonly string[],
  context: EntryContext,
): readonly string[] | undefined {
  const { modifiers, report, entry } = context;
  const { comparison, timePart, isCased } = modifiers;
  if (node.kind !== 'scalar' || isNull(node)) {
    const message = `a value of ${quote(entry.key)} is a text`;
    report.error('SIGMA_VALUE_INVALID', node.span, { message });
    return undefined;
  }
  if (comparison.kind !== 'text' || timePart !== undefined) {
    const message = `${quote(entry.key)} is known by its texts, and is compared as one`;
    report.error('SIGMA_MODIFIER_UNSUPPORTED', entry.keySpan, { message });
    return undefined;
  }
  const texts = textsOf([node], modifiers, context);
  return texts && names.filter((name) => texts.some((text) => isNamed(name, text, isCased)));
}

function isNamed(name: string, text: SigmaText, isCased: boolean): boolean {
  if (isCased) return matchesGlob(name, text, false);
  const folded = text.map((part) =>
    part.kind === 'text' ? { kind: part.kind, text: part.text.toLowerCase() } : part,
  );
  return matchesGlob(name, folded, true);
}
