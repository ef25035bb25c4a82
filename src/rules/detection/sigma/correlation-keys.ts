/** Fields that correlations group by and count: by the name that they have in each rule. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { FieldReference } from '../ir/condition.ts';
import type { GroupKey } from '../ir/correlation.ts';
import { type Entries, entriesOf, itemsOf, optionalText } from './context.ts';
import type { CorrelationContext } from './correlation.ts';
import { mapField, readableField } from './field-mapping.ts';
import type { KnownRule } from './known-rules.ts';

/** Reads aliases and names of fields; what is wrong is reported. */
export function readKeys(
  entry: MappingEntry | undefined,
  context: CorrelationContext,
): readonly GroupKey[] {
  if (entry === undefined) return [];
  return itemsOf(entry.value).flatMap((node) => {
    if (node.kind === 'scalar') return [readKey(node.text, node.span, context)];
    const message = `${quote(entry.key)} has names of fields`;
    context.report.error('SIGMA_VALUE_INVALID', node.span, { message });
    return [];
  });
}

function readKey(written: string, span: Span, context: CorrelationContext): GroupKey {
  const { entries, report, rules } = context;
  const aliases = entries.get('aliases');
  const all = aliases && entriesOf(aliases.value, '`aliases`', report);
  const alias = all?.get(written);
  const ofRule = alias && entriesOf(alias.value, `the alias ${quote(written)}`, report);
  const fields = new Map<string, FieldReference>();
  for (const rule of rules) {
    const name = ofRule === undefined ? written : aliasOf(ofRule, rule, context);
    const { mapping = {}, group, id } = rule;
    const field = name === undefined ? undefined : readableField(mapField(name, mapping));
    if (field !== undefined) fields.set(id, field);
    // A correlation hands on what its matches have in common.
    else if (!group.includes(written)) {
      report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', alias?.keySpan ?? span, {
        message: `events of ${quote(id)} have no field ${quote(name ?? written)}`,
        hint: suggest(name ?? written, Object.keys(mapping)),
      });
    }
  }
  return { written, fields };
}

/** Aliases name rules as correlations do, by id or by name. */
function aliasOf(
  ofRule: Entries,
  { id }: KnownRule,
  { known }: CorrelationContext,
): string | undefined {
  for (const [name, entry] of ofRule) {
    if (name === id || known.get(name)?.id === id) return optionalText(entry);
  }
  return undefined;
}
