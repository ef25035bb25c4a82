/**
 * Exceptions for rules of any language, as data: which events of a rule are not meant, where, on
 * whose word, and until when.
 */

import { parseDocuments } from '../../syntax/parse-documents.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import { type Collector, createCollector } from '../../syntax/report.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import type { Condition } from '../ir/condition.ts';
import { type DetectionRule, rulesCalled } from '../ir/rule.ts';
import { compileEntry, type ExceptionEntry, textsOf } from './compile-entry.ts';
import type { RuleExceptionErrorCode } from './errors.ts';
import { readValues } from './read-values.ts';

const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, RuleExceptionErrorCode>> = {
  YAML_INVALID: 'RULE_EXCEPTION_YAML_INVALID',
  YAML_TOO_LARGE: 'RULE_EXCEPTION_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'RULE_EXCEPTION_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'RULE_EXCEPTION_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'RULE_EXCEPTION_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'RULE_EXCEPTION_YAML_TAG_UNSUPPORTED',
};

type Report = Collector<RuleExceptionErrorCode>;
type Entries = ReadonlyMap<string, MappingEntry>;

/** An exception that is in force. */
interface ReadException {
  /** Id of the rule. */
  readonly rule: string;
  /** What is not meant. */
  readonly condition: Condition;
}

/**
 * Takes the events of exceptions out of the rules. `nowMs` is what dates are compared with. An
 * exception with an error is left out, so that it hides nothing. Never throws because of a text.
 */
export function applyExceptions(
  rules: readonly DetectionRule[],
  files: readonly RuleFile[],
  nowMs: number,
): CompiledRules {
  const exceptions: ReadException[] = [];
  const reports = files.map(({ file, text }) => {
    const report = createCollector<RuleExceptionErrorCode>(text, file);
    const yaml = yamlReport(YAML_CODES, report);
    for (const document of parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report: yaml })) {
      exceptions.push(...readDocument(document, { rules, nowMs, report }));
    }
    return report;
  });
  const byRule = Map.groupBy(exceptions, ({ rule }) => rule);
  return {
    rules: rules.map((rule) => except(rule, byRule.get(rule.id) ?? [])),
    diagnostics: reports.flatMap((report) => report.diagnostics()),
  };
}

function except(rule: DetectionRule, exceptions: readonly ReadException[]): DetectionRule {
  if (exceptions.length === 0 || rule.kind !== 'event') return rule;
  const parts = exceptions.map(({ condition }) => condition);
  const none: Condition = { kind: 'not', part: { kind: 'or', parts, label: 'exceptions' } };
  return { ...rule, condition: { kind: 'and', parts: [rule.condition, none] } };
}

interface Context {
  readonly rules: readonly DetectionRule[];
  readonly nowMs: number;
  readonly report: Report;
}

function readDocument(node: YamlNode, context: Context): readonly ReadException[] {
  const list = entriesOf(node)?.get('exceptions')?.value;
  if (list?.kind !== 'sequence') {
    refuse(node, context.report, 'a file of exceptions has a list `exceptions`');
    return [];
  }
  refuseStrayKeys(node, ['exceptions'], context.report);
  return list.items.flatMap((item) => readException(item, context));
}

function readException(node: YamlNode, context: Context): readonly ReadException[] {
  const { report } = context;
  const entries = entriesOf(node);
  if (entries === undefined) {
    refuse(node, report, 'an exception is a mapping');
    return [];
  }
  // A mistyped `expires` would be an exception for ever.
  if (refuseStrayKeys(node, KEYS, report)) return [];
  const missing = ['rule', 'reason', 'owner'].filter((key) => textOf(entries.get(key)) === '');
  if (missing.length > 0) {
    refuse(node, report, `an exception needs ${missing.map((key) => quote(key)).join(', ')}`);
    return [];
  }
  const found = findRules(entries, context);
  const parts = readParts(node, entries, report);
  if (parts === undefined || hasExpired(entries, context)) return [];
  return found.map(({ id }) => ({ rule: id, condition: { kind: 'and', parts } }));
}

const KEYS: readonly string[] = [
  ...['rule', 'name', 'owner', 'reason', 'expires', 'scope', 'fields', 'comps', 'values'],
];

/** Whether there was a key that means nothing. */
function refuseStrayKeys(node: YamlNode, known: readonly string[], report: Report): boolean {
  if (node.kind !== 'mapping') return false;
  const strays = node.entries.filter(({ key }) => !known.includes(key));
  for (const { key, keySpan } of strays) {
    const message = `the key ${quote(key)} has no meaning here`;
    report.error('RULE_EXCEPTION_INVALID', keySpan, { message, hint: suggest(key, known) });
  }
  return strays.length > 0;
}

/** The rule of an id, or all that go by a name: rules of different authors share titles. */
function findRules(entries: Entries, { rules, report }: Context): readonly DetectionRule[] {
  const wanted = textOf(entries.get('rule'));
  const found = rulesCalled(rules, wanted);
  const at = entries.get('rule')?.value;
  if (found.length === 0 && at !== undefined) {
    report.error('RULE_EXCEPTION_RULE_UNKNOWN', at.span, {
      message: `no rule that is loaded is called ${quote(wanted)}`,
      hint: suggest(
        wanted,
        rules.flatMap(({ id, title }) => [id, title]),
      ),
    });
  }
  if (found.some(({ kind }) => kind === 'correlation') && at !== undefined) {
    refuse(at, report, 'a correlation has no exceptions: make them for the rules it is made of');
    return [];
  }
  return found;
}

function hasExpired(entries: Entries, { nowMs, report }: Context): boolean {
  const entry = entries.get('expires');
  if (entry === undefined) return false;
  const text = textOf(entry);
  const end = endOf(text);
  if (end === undefined) {
    refuse(entry.value, report, '`expires` is a date such as 2027-01-31');
    return true;
  }
  if (end >= nowMs) return false;
  const message = `the exception ended on ${text}`;
  report.warning('RULE_EXCEPTION_EXPIRED', entry.value.span, { message });
  return true;
}

/** A date alone is good until the end of that day; one that no calendar has is none. */
function endOf(text: string): number | undefined {
  const [, day = '', time] = /^(\d{4}-\d\d-\d\d)(T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const start = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, day.length) !== day) {
    return undefined;
  }
  const end = Date.parse(time === undefined ? `${day}T23:59:59.999Z` : text);
  return Number.isNaN(end) ? undefined : end;
}

/** Where: each key narrows it. */
const SCOPES: Readonly<Record<string, string>> = {
  namespace: 'k8s.namespace',
  pod: 'k8s.pod',
  image: 'container.image.repository',
  node: 'node.name',
  service: 'service.name',
};

function readParts(
  node: YamlNode,
  entries: Entries,
  report: Report,
): readonly Condition[] | undefined {
  const scope = readScope(entries.get('scope')?.value, report);
  const values = readValues(entries);
  if ('message' in values) {
    refuse(values.at ?? node, report, values.message);
    return undefined;
  }
  const { shape, rows, at } = values;
  const alternatives = rows.flatMap((row): readonly Condition[] => {
    const parts = shape.fields.flatMap((field, position) => {
      const comp = shape.comps[position] ?? '=';
      return compile({ field, comp, texts: row[position] ?? [] }, at, report) ?? [];
    });
    return parts.length === shape.fields.length ? [{ kind: 'and', parts }] : [];
  });
  if (scope === undefined || alternatives.length < rows.length) return undefined;
  return [...scope, { kind: 'or', parts: alternatives }];
}

/** Undefined after a report: what is not understood would be an exception everywhere. */
function readScope(node: YamlNode | undefined, report: Report): readonly Condition[] | undefined {
  if (node === undefined) return [];
  if (node.kind !== 'mapping') {
    refuse(node, report, '`scope` is a mapping, such as {namespace: shop}');
    return undefined;
  }
  const parts: Condition[] = [];
  for (const { key, value } of node.entries) {
    const field = Object.hasOwn(SCOPES, key) ? SCOPES[key] : labelField(key);
    if (field === undefined) {
      refuse(value, report, `a scope has no ${quote(key)}`);
      return undefined;
    }
    const part = compile({ field, comp: 'in', texts: textsOf(value) }, value, report);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function compile(entry: ExceptionEntry, at: YamlNode, report: Report): Condition | undefined {
  const made = compileEntry(entry, report.locate(at.span));
  if ('kind' in made) return made;
  report.error('RULE_EXCEPTION_FIELD_UNKNOWN', at.span, made);
  return undefined;
}

/** `label.app` is the label `app` of the pod. */
function labelField(key: string): string | undefined {
  return key.startsWith('label.') ? `k8s.pod.label[${key.slice('label.'.length)}]` : undefined;
}

function entriesOf(node: YamlNode | undefined): Entries | undefined {
  if (node?.kind !== 'mapping') return undefined;
  return new Map(node.entries.map((entry) => [entry.key, entry]));
}

function textOf(entry: MappingEntry | undefined): string {
  return entry?.value.kind === 'scalar' ? entry.value.text.trim() : '';
}

function refuse(node: YamlNode, report: Report, message: string): void {
  report.error('RULE_EXCEPTION_INVALID', node.span, { message });
}
