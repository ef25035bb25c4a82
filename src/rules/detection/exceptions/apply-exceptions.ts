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
import type { DetectionRule } from '../ir/rule.ts';
import { compileEntry, type ExceptionShape, textsOf } from './compile-entry.ts';
import type { RuleExceptionErrorCode } from './errors.ts';

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
  const rule = findRule(entries, context);
  const parts = readParts(node, entries, report);
  if (rule === undefined || parts === undefined || hasExpired(entries, context)) return [];
  return [{ rule: rule.id, condition: { kind: 'and', parts } }];
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

function findRule(entries: Entries, { rules, report }: Context): DetectionRule | undefined {
  const wanted = textOf(entries.get('rule'));
  const rule = rules.find(({ id, name, title }) => [id, name, title].includes(wanted));
  const at = entries.get('rule')?.value;
  if (rule === undefined && at !== undefined) {
    report.error('RULE_EXCEPTION_RULE_UNKNOWN', at.span, {
      message: `no rule that is loaded is called ${quote(wanted)}`,
      hint: suggest(
        wanted,
        rules.flatMap(({ id, title }) => [id, title]),
      ),
    });
  }
  if (rule?.kind === 'correlation' && at !== undefined) {
    refuse(at, report, 'a correlation has no exceptions: make them for the rules it is made of');
    return undefined;
  }
  return rule;
}

function hasExpired(entries: Entries, { nowMs, report }: Context): boolean {
  const entry = entries.get('expires');
  if (entry === undefined) return false;
  const text = textOf(entry);
  // A date alone is good until the end of that day.
  const end = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(end)) {
    refuse(entry.value, report, '`expires` is a date such as 2027-01-31');
    return true;
  }
  if (end >= nowMs) return false;
  const message = `the exception ended on ${text}`;
  report.warning('RULE_EXCEPTION_EXPIRED', entry.value.span, { message });
  return true;
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
  const parts: Condition[] = [];
  let hasFailed = false;
  const add = (field: string, comp: string, texts: readonly string[], at: YamlNode): void => {
    const made = compileEntry({ field, comp, texts }, report.locate(at.span));
    if ('kind' in made) parts.push(made);
    else {
      hasFailed = true;
      report.error('RULE_EXCEPTION_FIELD_UNKNOWN', at.span, made);
    }
  };
  for (const [key, entry] of entriesOf(entries.get('scope')?.value) ?? []) {
    const field = Object.hasOwn(SCOPES, key) ? SCOPES[key] : labelField(key);
    if (field === undefined) {
      refuse(entry.value, report, `a scope has no ${quote(key)}`);
      return undefined;
    }
    add(field, 'in', textsOf(entry.value), entry.value);
  }
  const shape = readShape(entries);
  const values = entries.get('values')?.value;
  if (shape === undefined || values?.kind !== 'sequence' || values.items.length === 0) {
    refuse(node, report, 'an exception needs `fields` and a list of `values`');
    return undefined;
  }
  const rows = readRows(values.items, shape);
  if (rows === undefined) {
    refuse(values, report, `an entry has ${shape.fields.length} values, one for each field`);
    return undefined;
  }
  const scope = parts.splice(0);
  const alternatives = rows.map((row): Condition => {
    for (const [at, field] of shape.fields.entries()) {
      add(field, shape.comps[at] ?? '=', row[at] ?? [], values);
    }
    return { kind: 'and', parts: parts.splice(0) };
  });
  return hasFailed ? undefined : [...scope, { kind: 'or', parts: alternatives }];
}

/** `label.app` is the label `app` of the pod. */
function labelField(key: string): string | undefined {
  return key.startsWith('label.') ? `k8s.pod.label[${key.slice('label.'.length)}]` : undefined;
}

function readShape(entries: Entries): ExceptionShape | undefined {
  const node = entries.get('fields')?.value;
  if (node === undefined) return undefined;
  const isTuple = node.kind === 'sequence';
  const fields = textsOf(node);
  const comps = entries.get('comps')?.value;
  const standard = fields.map(() => (isTuple ? '=' : 'in'));
  return { fields, isTuple, comps: comps === undefined ? standard : textsOf(comps) };
}

/** Values by field; undefined when an entry has too few or too many. */
function readRows(
  items: readonly YamlNode[],
  { fields, isTuple }: ExceptionShape,
): readonly (readonly (readonly string[])[])[] | undefined {
  if (!isTuple) return [[items.flatMap(textsOf)]];
  const rows = items.map((item) =>
    item.kind === 'sequence' && item.items.length === fields.length
      ? item.items.map(textsOf)
      : undefined,
  );
  return rows.every((row) => row !== undefined) ? rows : undefined;
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
