/** What a document says of itself: who wrote it, how bad it is, what it is about. */
import { createHash } from 'node:crypto';
import {
  type AttackTechnique,
  FINDING_LEVELS,
  type FindingLevel,
  type RuleResponse,
} from '../../../model/finding.ts';
import { FINDING_RATE_HINT, readFindingRate } from '../../../model/finding-rate.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { FieldReference } from '../ir/condition.ts';
import type { RuleHead } from '../ir/rule.ts';
import { readRuleResponse } from '../responses/response-text.ts';
import { optionalText, textsOf } from './context.ts';
import type { SigmaDocument } from './documents.ts';
import { mapField, readableField } from './field-mapping.ts';
import type { Logsource } from './logsource.ts';

/** The version of what was made of these texts. */
export function versionOf(...sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source);
  return hash.digest('hex').slice(0, 16);
}

/** Reads the head; what is missing has a default, and what is wrong is reported. */
export function readHead(document: SigmaDocument): RuleHead {
  const { id, entries, node, report, source } = document;
  const get = (key: string): string => optionalText(entries.get(key)).trim();
  const title = get('title');
  if (title === '') {
    report.error('SIGMA_FIELD_MISSING', node.span, { message: 'a rule needs a `title`' });
  }
  const tags = textsOf(entries.get('tags'));
  return {
    id,
    name: get('name') || undefined,
    title,
    description: get('description'),
    language: 'sigma',
    level: readLevel(document),
    status: get('status'),
    tags,
    attack: tags.flatMap(readTechnique),
    falsePositives: textsOf(entries.get('falsepositives')),
    references: textsOf(entries.get('references')),
    author: get('author'),
    runbook: get('runbook'),
    place: report.locate(entries.get('title')?.value.span ?? node.span),
    version: versionOf(source),
    isEnabled: true,
    emits: true,
    output: [],
    shownFields: [],
    findingsPerSecond: readRate(document),
    respond: readResponse(document),
  };
}

function readLevel({ entries, report }: SigmaDocument): FindingLevel {
  const entry = entries.get('level');
  if (entry === undefined) return 'medium';
  const written = optionalText(entry).toLowerCase();
  const level = FINDING_LEVELS.find((known) => known === written);
  if (level !== undefined) return level;
  report.error('SIGMA_VALUE_INVALID', entry.value.span, {
    message: `${quote(written)} is no level`,
    hint: suggest(written, FINDING_LEVELS, `levels: ${FINDING_LEVELS.join(', ')}`),
  });
  return 'medium';
}

function readRate({ entries, report }: SigmaDocument): number | undefined {
  const entry = entries.get('findings-per-second');
  if (entry === undefined) return undefined;
  const written = optionalText(entry);
  const rate = readFindingRate(written);
  if (rate === undefined) {
    report.error('SIGMA_VALUE_INVALID', entry.value.span, {
      message: `${quote(written)} is no rate of findings`,
      hint: FINDING_RATE_HINT,
    });
  }
  return rate;
}

function readResponse({ entries, report }: SigmaDocument): RuleResponse | undefined {
  const entry = entries.get('respond');
  if (entry === undefined) return undefined;
  const { response, problem } = readRuleResponse(optionalText(entry));
  if (problem !== undefined) report.error('SIGMA_VALUE_INVALID', entry.value.span, problem);
  return response;
}

/** `attack.t1059.004` and `attack.ta0002` by their ids, `attack.execution` by its name. */
export function readTechnique(tag: string): readonly AttackTechnique[] {
  const [, name = ''] = /^attack\.(.+)$/i.exec(tag) ?? [];
  if (name === '') return [];
  if (/^t\d{4}(\.\d{3})?$/i.test(name)) return [{ kind: 'technique', id: name.toUpperCase() }];
  if (/^[gs]\d{4}$/i.test(name)) return [];
  const id = /^ta\d{4}$/i.test(name) ? name.toUpperCase() : name.toLowerCase().replaceAll('_', '-');
  return [{ kind: 'tactic', id }];
}

/** Fields that `fields` asks to be shown; those that events do not have are left out. */
export function readShownFields(
  { entries }: SigmaDocument,
  { mapping }: Logsource,
): readonly FieldReference[] {
  return textsOf(entries.get('fields')).flatMap(
    (name) => readableField(mapField(name, mapping)) ?? [],
  );
}
