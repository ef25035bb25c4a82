/** The part of a rule or filter that says what matches: named searches and a condition. */
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { readCondition } from './condition-text.ts';
import { entriesOf, itemsOf, textOf } from './context.ts';
import { readSearch, type SearchContext } from './search.ts';

/** Keys that are not names of searches. */
const RESERVED = ['condition', 'timeframe', 'rules'];

/** Reads the searches and the condition over them. */
export function readDetection(entry: MappingEntry, context: SearchContext): Condition {
  const { report } = context;
  const never: Condition = { kind: 'constant', value: false };
  const entries = entriesOf(entry.value, `\`${entry.key}\``, report);
  if (entries === undefined) return never;
  const timeframe = entries.get('timeframe');
  if (timeframe !== undefined) {
    report.error('SIGMA_CONDITION_UNSUPPORTED', timeframe.keySpan, {
      message: '`timeframe` has been given up by the specification',
      hint: 'write a correlation with a `timespan` instead',
    });
  }
  const searches = new Map<string, Condition>();
  for (const [name, search] of entries) {
    if (!RESERVED.includes(name)) searches.set(name, readSearch(search.value, context));
  }
  const condition = entries.get('condition');
  if (condition === undefined) {
    const message = `\`${entry.key}\` needs a \`condition\``;
    report.error('SIGMA_FIELD_MISSING', entry.keySpan, { message });
    return never;
  }
  const parts = itemsOf(condition.value).flatMap((node) => {
    const text = textOf(node, 'a condition', report);
    return text === undefined
      ? []
      : [readCondition({ text, span: node.span }, { searches, report })];
  });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}
