/** Files of Falco's language to rules of the engine. */
import { createHash } from 'node:crypto';
import type { FindingLevel } from '../../../model/finding.ts';
import { parseDocuments } from '../../syntax/parse-documents.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import { createCollector } from '../../syntax/report.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import type { Condition } from '../ir/condition.ts';
import type { EventRule, OutputPart } from '../ir/rule.ts';
import { readTechnique } from './attack-tags.ts';
import type { FalcoErrorCode } from './errors.ts';
import { compileExceptions } from './exceptions.ts';
import { Expander } from './expand.ts';
import { type FileReport, type Item, type Items, readItems, scalarText } from './items.ts';
import { parseOutput } from './output.ts';

const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, FalcoErrorCode>> = {
  YAML_INVALID: 'FALCO_YAML_INVALID',
  YAML_TOO_LARGE: 'FALCO_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'FALCO_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'FALCO_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'FALCO_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'FALCO_YAML_TAG_UNSUPPORTED',
};

/** Levels of the system log by those of findings. */
const LEVELS: Readonly<Record<string, FindingLevel>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'high',
  warning: 'medium',
  notice: 'low',
  informational: 'informational',
  info: 'informational',
  debug: 'informational',
};

const MATURITY = 'maturity_';

/** Compiles files together, later ones over earlier ones. Never throws because of a text. */
export function compileFalco(files: readonly RuleFile[]): CompiledRules {
  const items: Items = { rules: new Map(), macros: new Map(), lists: new Map() };
  const reports: FileReport[] = [];
  for (const { file, text } of files) {
    const report = createCollector<FalcoErrorCode>(text, file);
    reports.push(report);
    const yaml = yamlReport(YAML_CODES, report);
    const documents = parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report: yaml });
    for (const document of documents) readItems(document, items, report);
  }
  const expander = new Expander(items);
  const rules = [...items.rules.values()].flatMap((item) => compileRule(item, expander));
  return { rules, diagnostics: reports.flatMap((report) => report.diagnostics()) };
}

function compileRule(item: Item, expander: Expander): readonly EventRule[] {
  const { name, report, span, texts } = item;
  const source = texts.get('source');
  if (source !== undefined && source.text !== 'syscall') {
    source.report.error('FALCO_SOURCE_UNSUPPORTED', source.span, {
      message: `events of ${quote(source.text)} are not seen by this sensor`,
    });
    return [];
  }
  const condition = texts.get('condition');
  if (condition === undefined) {
    report.error('FALCO_KEY_MISSING', span, { message: `${quote(name)} has no condition` });
    return [];
  }
  const expanded = expander.expand(condition);
  const exceptions = compileExceptions(item, expander);
  if (expander.hasFailed) return [];
  if (expanded.unknownFields.length > 0) {
    reportFields(item, expanded.unknownFields);
    return [];
  }
  if (!expanded.namesEvents && texts.get('warn_evttypes')?.text !== 'false') {
    const message = `${quote(name)} is looked at for every event: it has no evt.type`;
    condition.report.warning('FALCO_EVENT_MISSING', condition.span, { message });
  }
  const level = readLevel(item);
  if (level === undefined) return [];
  const whole: Condition =
    exceptions === undefined
      ? expanded.condition
      : { kind: 'and', parts: [expanded.condition, { kind: 'not', part: exceptions }] };
  return [makeRule(item, level, whole)];
}

function makeRule(item: Item, level: FindingLevel, condition: Condition): EventRule {
  const { name, texts, lists, report, span } = item;
  const get = (key: string): string => texts.get(key)?.text.trim() ?? '';
  const tags = (lists.get('tags') ?? []).flatMap((node) => scalarText(node) ?? []);
  const output = parseOutput(get('output'));
  return {
    kind: 'event',
    condition,
    id: name,
    title: name,
    description: get('desc'),
    language: 'falco',
    level,
    status: tags.find((tag) => tag.startsWith(MATURITY))?.slice(MATURITY.length) ?? '',
    tags,
    attack: tags.flatMap(readTechnique),
    falsePositives: [],
    references: [],
    author: '',
    runbook: '',
    place: report.locate(span),
    version: hash([get('output'), get('priority'), condition]),
    isEnabled: !/^(false|no|off)$/i.test(get('enabled')),
    emits: true,
    output,
    shownFields: output.flatMap(shownField),
  };
}

function shownField(part: OutputPart): EventRule['shownFields'] {
  return part.kind === 'field' ? [{ field: part.field, key: part.key }] : [];
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, dropPlaces)).digest('hex').slice(0, 16);
}

/** Where a rule stands is no part of what it says. */
function dropPlaces(key: string, value: unknown): unknown {
  return key === 'place' ? undefined : value;
}

function readLevel(item: Item): FindingLevel | undefined {
  const { texts, name, span, report } = item;
  const priority = texts.get('priority');
  if (priority === undefined) {
    report.error('FALCO_KEY_MISSING', span, { message: `${quote(name)} has no priority` });
    return undefined;
  }
  const level = LEVELS[priority.text.trim().toLowerCase()];
  if (level !== undefined) return level;
  priority.report.error('FALCO_VALUE_INVALID', priority.span, {
    message: `${quote(priority.text)} is no priority`,
    hint: suggest(priority.text, Object.keys(LEVELS)),
  });
  return undefined;
}

/** A rule may say that it is to be left out where its fields are not known. */
function reportFields({ texts, name, report, span }: Item, fields: readonly string[]): void {
  const at = texts.get('condition') ?? { report, span };
  const shown = [...new Set(fields)].map(quote).join(', ');
  const isOptional = texts.get('skip-if-unknown-filter')?.text === 'true';
  const message = `${quote(name)} needs ${shown}, which events of this sensor do not have`;
  if (isOptional) at.report.warning('FALCO_FIELD_UNSUPPORTED', at.span, { message });
  else at.report.error('FALCO_FIELD_UNSUPPORTED', at.span, { message });
}
