/** The part of a rule or filter that says what matches: named searches and a condition. */
import { quote } from '../../syntax/quote.ts';
import type { Problem } from '../../syntax/report.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { auditHints } from './audit-mapping.ts';
import { readCondition } from './condition-text.ts';
import { type Entries, entriesOf, itemsOf } from './context.ts';
import { isBound } from './correlation-bounds.ts';
import { readSearch, type SearchContext } from './search.ts';

/** What reading a detection takes. */
export interface DetectionContext extends Omit<SearchContext, 'hints'> {
  /** Keys that are not names of searches, beside the condition. */
  readonly reserved: readonly string[];
}

const NEVER: Condition = { kind: 'constant', value: false };

/** Reads the searches and the condition over them. */
export function readDetection(entry: MappingEntry, context: DetectionContext): Condition {
  const { report, reserved } = context;
  const entries = entriesOf(entry.value, `\`${entry.key}\``, report);
  if (entries === undefined) return NEVER;
  const timeframe = entries.get('timeframe');
  if (timeframe !== undefined) {
    report.error('SIGMA_CONDITION_UNSUPPORTED', timeframe.keySpan, {
      message: '`timeframe` has been given up by the specification',
      hint: 'write a correlation with a `timespan` instead',
    });
  }
  const others = ['condition', 'timeframe', ...reserved];
  const named = [...entries].filter(([name]) => !others.includes(name));
  const hints = auditHints(named.map(([, { value }]) => value));
  const searches = new Map(
    named.map(([name, { value }]) => [name, readSearch(value, { ...context, hints })]),
  );
  return readConditions(entry, entries, { ...context, searches });
}

/** One condition, or a list of them of which one is enough. */
function readConditions(
  entry: MappingEntry,
  entries: Entries,
  context: DetectionContext & { readonly searches: ReadonlyMap<string, Condition> },
): Condition {
  const { report } = context;
  const condition = entries.get('condition');
  const nodes = condition === undefined ? [] : itemsOf(condition.value);
  if (nodes.length === 0) {
    const message = `\`${entry.key}\` needs a \`condition\``;
    report.error('SIGMA_FIELD_MISSING', condition?.keySpan ?? entry.keySpan, { message });
    return NEVER;
  }
  const parts = nodes.map((node) => {
    if (node.kind === 'scalar') return readCondition(node, context);
    report.error('SIGMA_VALUE_INVALID', node.span, refuseCondition(node, entry.key));
    return NEVER;
  });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

/** A mapping of bounds is how correlations are written, and here a part of one that is lost. */
function refuseCondition(node: YamlNode, where: string): Problem {
  const bound = node.kind === 'mapping' ? node.entries.find(({ key }) => isBound(key)) : undefined;
  if (bound === undefined) {
    const kind = node.kind === 'mapping' ? 'mapping' : 'list';
    return { message: `a condition of ${quote(where)} is a text over its searches, not a ${kind}` };
  }
  const key = quote(bound.key);
  return {
    message: `${key} is of the condition of a correlation, and this has no \`correlation\``,
    hint: 'count in a document with `correlation` that names the rule in `rules`',
  };
}
