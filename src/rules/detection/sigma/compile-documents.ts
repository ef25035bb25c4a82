/** Rules first, then filters, which change them, then correlations, which need them. */
import { suggest } from '../../syntax/quote.ts';
import type { CorrelationRule } from '../ir/correlation.ts';
import type { DetectionRule } from '../ir/rule.ts';
import { entriesOf, textsOf } from './context.ts';
import { generates, readCorrelation } from './correlation.ts';
import { dropUnusable, type ReadCorrelation } from './correlation-order.ts';
import type { SigmaDocument } from './documents.ts';
import { readRule } from './event-rule.ts';
import { applyFilters } from './filters.ts';
import { type CorrelationDocument, type KnownRules, nameRules } from './known-rules.ts';
import { readHead } from './rule-head.ts';
import type { Placeholders } from './values.ts';

/**
 * Compiles documents; those with an error are left out, and those that need them. Rules come in the
 * order of their documents.
 */
export function compileDocuments(
  documents: readonly SigmaDocument[],
  placeholders: Placeholders,
): readonly DetectionRule[] {
  const kinds = sortDocuments(documents);
  const read = kinds.rules.flatMap((document) => readRule(document, placeholders) ?? []);
  const known = nameRules(read, kinds.correlations);
  const filtered = applyFilters(read, kinds.filters, placeholders);
  const ids = new Set(read.map(({ rule }) => rule.id));
  const correlations = readCorrelations(kinds.correlations, known, ids);
  const rules = [...filtered.map(({ rule }) => rule), ...correlations];
  const emits = findEmitting(kinds.correlations, known);
  const order = new Map(documents.map(({ id }, at) => [id, at]));
  const place = ({ id }: DetectionRule): number => order.get(id) ?? 0;
  return rules
    .map((rule) => ({ ...rule, emits: emits(rule.id) }))
    .sort((a, b) => place(a) - place(b));
}

interface Sorted {
  readonly rules: readonly SigmaDocument[];
  readonly correlations: readonly CorrelationDocument[];
  readonly filters: readonly SigmaDocument[];
}

function sortDocuments(documents: readonly SigmaDocument[]): Sorted {
  const rules: SigmaDocument[] = [];
  const filters: SigmaDocument[] = [];
  const correlations: CorrelationDocument[] = [];
  for (const document of documents) {
    const { entries, node, report } = document;
    const at = entries.get('correlation');
    if (at !== undefined) correlations.push({ document, at });
    else if (entries.has('filter')) filters.push(document);
    else if (entries.has('detection')) rules.push(document);
    else {
      report.error('SIGMA_DOCUMENT_INVALID', node.span, {
        message: 'the document has neither `detection` nor `correlation` nor `filter`',
        hint: suggest('detection', entries.keys()),
      });
    }
  }
  return { rules, correlations, filters };
}

function readCorrelations(
  documents: readonly CorrelationDocument[],
  known: KnownRules,
  ids: ReadonlySet<string>,
): readonly CorrelationRule[] {
  const read = documents.flatMap((each): readonly ReadCorrelation[] => {
    const { document, at } = each;
    const { report } = document;
    const rule = readCorrelation(readHead(document), at, { known, report });
    return rule === undefined || report.hasFailed ? [] : [{ ...each, rule }];
  });
  return dropUnusable(read, ids);
}

/**
 * Rules that correlations are made of give no findings of their own, unless one asks for it; also
 * not when the correlation has an error, because nobody wants to hear of each of them.
 */
function findEmitting(
  documents: readonly CorrelationDocument[],
  known: KnownRules,
): (id: string) => boolean {
  const used = new Set<string>();
  const shown = new Set<string>();
  for (const { document, at } of documents) {
    if (at.value.kind !== 'mapping') continue;
    const entries = entriesOf(at.value, '`correlation`', document.report);
    for (const name of textsOf(entries?.get('rules'))) {
      const id = known.get(name)?.id ?? name;
      used.add(id);
      if (generates(at)) shown.add(id);
    }
  }
  return (id) => !used.has(id) || shown.has(id);
}
