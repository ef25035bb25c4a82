/** Which rules are answered, and how: what authors ask for, as files of responses change it. */
import { FINDING_LEVELS, type RuleResponse } from '../../../model/finding.ts';
import { parseDocuments } from '../../syntax/parse-documents.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import { type Collector, createCollector } from '../../syntax/report.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import { type CelCondition, compileCel } from '../cel/compile-cel.ts';
import type { CelErrorCode } from '../cel/errors.ts';
import { FINDING_VARIABLES } from '../cel/event-values.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import { type DetectionRule, rulesCalled } from '../ir/rule.ts';
import type { RuleResponseErrorCode } from './errors.ts';
import { readResponseText } from './response-text.ts';

const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, RuleResponseErrorCode>> = {
  YAML_INVALID: 'RULE_RESPONSE_YAML_INVALID',
  YAML_TOO_LARGE: 'RULE_RESPONSE_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'RULE_RESPONSE_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'RULE_RESPONSE_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'RULE_RESPONSE_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'RULE_RESPONSE_YAML_TAG_UNSUPPORTED',
};

/** Whether rules are answered at all; `dry-run` finds the processes and leaves them alone. */
export type ResponseMode = 'off' | 'dry-run' | 'enforce';

const LEVELS: readonly string[] = FINDING_LEVELS;

/** Written in place of a response, for rules that are not to be answered. */
const NONE = 'none';

type Report = Collector<RuleResponseErrorCode | CelErrorCode>;
type Entries = ReadonlyMap<string, MappingEntry>;

/** An entry: the first that a rule fits decides, if its condition holds for the finding. */
interface Route {
  readonly node: YamlNode;
  readonly report: Report;
  readonly fits: (rule: DetectionRule) => boolean;
  readonly when: CelCondition | undefined;
  readonly response: RuleResponse | undefined;
}

/**
 * Gives every rule the response that is carried out for it, or none. An entry with an error is left
 * out. Never throws because of a text.
 */
export function applyResponses(
  rules: readonly DetectionRule[],
  files: readonly RuleFile[],
  mode: ResponseMode,
): CompiledRules {
  const routes: Route[] = [];
  const reports = files.map(({ file, text }) => {
    const report = createCollector<RuleResponseErrorCode | CelErrorCode>(text, file);
    const yaml = yamlReport(YAML_CODES, report);
    for (const document of parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report: yaml })) {
      routes.push(...readDocument(document, { rules, report }));
    }
    return report;
  });
  const used = new Set<Route>();
  const answered = rules.map((rule) => {
    const fitting = routes.filter(({ fits }) => fits(rule));
    const last = fitting.findIndex(({ when }) => when === undefined);
    const taken = last < 0 ? fitting : fitting.slice(0, last + 1);
    for (const route of taken) used.add(route);
    return answerRule(rule, taken, mode);
  });
  for (const route of routes.filter((each) => !used.has(each))) {
    const message = 'no rule is left for this';
    route.report.warning('RULE_RESPONSE_UNUSED', route.node.span, { message });
  }
  return { rules: answered, diagnostics: reports.flatMap((report) => report.diagnostics()) };
}

/** Of the routes, the last may be without a condition. */
function answerRule(
  rule: DetectionRule,
  routes: readonly Route[],
  mode: ResponseMode,
): DetectionRule {
  const always = routes.find(({ when }) => when === undefined);
  const respond = inMode(always === undefined ? rule.respond : always.response, mode);
  const respondWhen = routes.flatMap(({ when, response }) => {
    return when === undefined ? [] : [{ when, response: inMode(response, mode) }];
  });
  if (mode === 'off' || respondWhen.length === 0) return { ...rule, respond };
  return { ...rule, respond, respondWhen };
}

function inMode(response: RuleResponse | undefined, mode: ResponseMode): RuleResponse | undefined {
  if (response === undefined || mode === 'off') return undefined;
  return { ...response, isDryRun: response.isDryRun || mode === 'dry-run' };
}

interface Context {
  readonly rules: readonly DetectionRule[];
  readonly report: Report;
}

const KEYS: readonly string[] = ['rules', 'tags', 'level', 'when', 'respond', 'dry_run'];

function readDocument(node: YamlNode, context: Context): readonly Route[] {
  const list = entriesOf(node)?.get('responses')?.value;
  if (list?.kind !== 'sequence') {
    refuse(node, context.report, 'a file of responses has a list `responses`');
    return [];
  }
  refuseStrayKeys(node, ['responses'], context.report);
  return list.items.flatMap((item) => readRoute(item, context) ?? []);
}

function readRoute(node: YamlNode, context: Context): Route | undefined {
  const { report } = context;
  const entries = entriesOf(node);
  if (entries === undefined) return refuse(node, report, 'a response is a mapping');
  // What is mistyped would be for more rules than it says.
  if (refuseStrayKeys(node, KEYS, report)) return undefined;
  const hasRules = ['rules', 'tags', 'level', 'when'].some((key) => entries.has(key));
  if (!hasRules) return refuse(node, report, 'say for what: `rules`, `tags`, `level`, `when`');
  const named = readNames(entries.get('rules'), context);
  const tags = readTexts(entries.get('tags'), report);
  const level = readLevel(entries.get('level'), report);
  const answer = readAnswer(node, entries, report);
  if (named === undefined || tags === undefined || level === undefined) return undefined;
  const when = entries.get('when');
  const condition = when && readCondition(when, context);
  if (answer === undefined || (when !== undefined && condition === undefined)) return undefined;
  const fits = (rule: DetectionRule): boolean =>
    (!entries.has('rules') || named.has(rule.id)) &&
    (!entries.has('tags') || tags.some((tag) => rule.tags.includes(tag))) &&
    FINDING_LEVELS.indexOf(rule.level) >= level;
  return { node, report, fits, when: condition, response: answer.response };
}

/** Ids of rules; undefined when one is not known. */
function readNames(
  entry: MappingEntry | undefined,
  { rules, report }: Context,
): ReadonlySet<string> | undefined {
  const ids = new Set<string>();
  const texts = readTexts(entry, report);
  let hasFailed = texts === undefined;
  for (const wanted of texts ?? []) {
    const found = rulesCalled(rules, wanted);
    for (const { id } of found) ids.add(id);
    if (found.length === 0 && entry !== undefined) {
      hasFailed = true;
      const known = rules.flatMap(({ id, title }) => [id, title]);
      report.error('RULE_RESPONSE_RULE_UNKNOWN', entry.value.span, {
        message: `no rule that is loaded is called ${quote(wanted)}`,
        hint: suggest(wanted, known),
      });
    }
  }
  return hasFailed ? undefined : ids;
}

/** Texts of a list, or one text. */
function readTexts(entry: MappingEntry | undefined, report: Report): readonly string[] | undefined {
  if (entry === undefined) return [];
  const { value } = entry;
  const items = value.kind === 'sequence' ? value.items : [value];
  const texts = items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  if (texts.length === items.length && texts.length > 0) return [...new Set(texts)];
  return refuse(value, report, `${quote(entry.key)} is a text, or a list of texts`);
}

/** The place of the least level that is meant. */
function readLevel(entry: MappingEntry | undefined, report: Report): number | undefined {
  if (entry === undefined) return 0;
  const level = LEVELS.indexOf(textOf(entry));
  if (level >= 0) return level;
  return refuse(entry.value, report, `a level is one of ${FINDING_LEVELS.join(', ')}`);
}

/** What findings have to fulfil; undefined when it is no condition. */
function readCondition({ value }: MappingEntry, { report }: Context): CelCondition | undefined {
  if (value.kind !== 'scalar') return refuse(value, report, '`when` is a condition, as text');
  const result = compileCel(value.text, FINDING_VARIABLES);
  if (result.kind === 'compiled') return result.condition;
  // Places inside of texts that are quoted or folded are not those of the file.
  const isAsWritten = value.written === value.text;
  const { start } = value.span;
  for (const { code, span, message, hint } of result.problems) {
    const at = isAsWritten ? { start: start + span.start, end: start + span.end } : value.span;
    report.error(code, at, { message, hint });
  }
  return undefined;
}

function readAnswer(
  node: YamlNode,
  entries: Entries,
  report: Report,
): { readonly response: RuleResponse | undefined } | undefined {
  const respond = entries.get('respond');
  if (respond === undefined) return refuse(node, report, 'say what is to be done: `respond`');
  const dryRun = entries.get('dry_run');
  const flag = dryRun === undefined ? 'false' : textOf(dryRun);
  if (dryRun !== undefined && flag !== 'true' && flag !== 'false') {
    return refuse(dryRun.value, report, '`dry_run` is true or false');
  }
  const text = textOf(respond);
  if (text === NONE) return { response: undefined };
  const { response, problem } = readResponseText(text);
  if (response !== undefined) return { response: { ...response, isDryRun: flag === 'true' } };
  report.error('RULE_RESPONSE_INVALID', respond.value.span, problem);
  return undefined;
}

/** Whether there was a key that means nothing. */
function refuseStrayKeys(node: YamlNode, known: readonly string[], report: Report): boolean {
  if (node.kind !== 'mapping') return false;
  const strays = node.entries.filter(({ key }) => !known.includes(key));
  for (const { key, keySpan } of strays) {
    const message = `the key ${quote(key)} has no meaning here`;
    report.error('RULE_RESPONSE_INVALID', keySpan, { message, hint: suggest(key, known) });
  }
  return strays.length > 0;
}

function entriesOf(node: YamlNode): Entries | undefined {
  if (node.kind !== 'mapping') return undefined;
  return new Map(node.entries.map((entry) => [entry.key, entry]));
}

function textOf({ value }: MappingEntry): string {
  return value.kind === 'scalar' ? value.text.trim() : '';
}

function refuse(node: YamlNode, report: Report, message: string): undefined {
  report.error('RULE_RESPONSE_INVALID', node.span, { message });
  return undefined;
}
