/** One rule with all that files said of it. */
import { createHash } from 'node:crypto';
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import type { FindingLevel, RuleResponse } from '../../../model/finding.ts';
import { FINDING_RATE_HINT, readFindingRate } from '../../../model/finding-rate.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import { specialise } from '../evaluate/specialise.ts';
import type { Condition } from '../ir/condition.ts';
import type { EventRule, OutputPart } from '../ir/rule.ts';
import { readRuleResponse } from '../responses/response-text.ts';
import { readTechnique } from './attack-tags.ts';
import type { Hints } from './check-problem.ts';
import { couldHold } from './could-hold.ts';
import type { FalcoErrorCode } from './errors.ts';
import { expandExceptions } from './exceptions.ts';
import { FilterProblem } from './filter-scanner.ts';
import { type Item, readFlag, refuse, scalarText } from './items.ts';
import type { Expansion, Finding, Macros } from './macros.ts';
import { parseOutput } from './output.ts';
import { placeOf, placeOfText, type WrittenText } from './written-text.ts';

/** What all rules share. */
export interface RuleContext {
  readonly macros: Macros;
  readonly hints: Hints;
  /** Parts of conditions that rules may still have. */
  readonly room: { parts: number };
  /** Fields of outputs that were told of: each once for a file. */
  readonly shown: Set<string>;
}

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

/** Codes of what a rule may say that it does not depend on. */
const OPTIONAL: ReadonlySet<FalcoErrorCode> = new Set([
  ...(['FALCO_FIELD_UNKNOWN', 'FALCO_FIELD_UNSUPPORTED', 'FALCO_EVENT_UNSUPPORTED'] as const),
]);

const CLASSES = Object.keys(EVENT_CLASSES) as EventClass[];

/** The rule, or none when something keeps it from being loaded, which is told. */
export function compileRule(item: Item, context: RuleContext): readonly EventRule[] {
  const source = item.texts.get('source');
  if (source !== undefined && source.text !== 'syscall') {
    const message = `events of ${quote(source.text)} are not seen by this sensor`;
    refuse(placeOfText(source), 'FALCO_SOURCE_UNSUPPORTED', { message });
    return [];
  }
  const level = readLevel(item);
  const flags = readFlags(item);
  const condition = item.texts.get('condition');
  const expanded = condition && expandCondition(condition, item, context.macros);
  if (expanded === undefined || level === undefined || flags === undefined) return [];
  const exceptions = expandExceptions(item, context.macros);
  const whole = withExceptions(expanded.condition, exceptions);
  const all = [expanded, ...exceptions];
  if (!takeRoom(item, all, context.room)) return [];
  const problems = all.flatMap((each) => each.problems);
  const missing = all.flatMap((each) => each.missing);
  const classes = CLASSES.filter((eventClass) => canHold(whole, eventClass));
  // What never holds anyway, such as a rule that waits for a macro of its user, lacks nothing.
  const lacks = missing.length > 0 && classes.length === 0 && couldHold(whole);
  if (problems.length === 0 && lacks) problems.push(...missing);
  if (problems.length > 0) {
    reportProblems(item, problems, { ...context, isSkippable: flags.isSkippable });
    return [];
  }
  for (const finding of [...all.flatMap((each) => each.warnings), ...missing]) {
    warn(finding, context.hints);
  }
  if (condition !== undefined && flags.warnsOfTypes && classes.length === CLASSES.length) {
    const { report, span } = placeOfText(condition);
    const message = `${quote(item.name)} is looked at for every event: it has no evt.type`;
    report.warning('FALCO_EVENT_MISSING', span, { message });
  }
  return [makeRule(item, { level, condition: whole, isEnabled: flags.isEnabled }, context)];
}

/** Small files can make large rules, by macros that many rules use. */
function takeRoom(
  { name, place }: Item,
  all: readonly Expansion[],
  room: RuleContext['room'],
): boolean {
  room.parts -= all.reduce((sum, { size }) => sum + size, 0);
  if (room.parts >= 0) return true;
  const message = `the rules together have too many parts, ${leftOut(name)}`;
  refuse(place, 'FALCO_CONDITION_TOO_LARGE', { message });
  return false;
}

function expandCondition(text: WrittenText, { name }: Item, macros: Macros): Expansion | undefined {
  try {
    return macros.expand(text);
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const place = placeOf(text, { start: error.at, end: error.at + 1 });
    const message = `${error.message}, ${leftOut(name)}`;
    refuse(place, error.code, { message, hint: error.hint });
    return undefined;
  }
}

function withExceptions(condition: Condition, exceptions: readonly Expansion[]): Condition {
  if (exceptions.length === 0) return condition;
  const parts = exceptions.map((each) => each.condition);
  const meant: Condition = { kind: 'not', part: { kind: 'or', parts, label: 'exceptions' } };
  return { kind: 'and', parts: [condition, meant] };
}

function canHold(condition: Condition, eventClass: EventClass): boolean {
  const special = specialise(condition, eventClass);
  return special.kind !== 'constant' || special.value;
}

const leftOut = (name: string): string => `so that the rule ${quote(name)} is left out`;

/** A rule may say that it is to be left out where its fields are not known. */
function reportProblems(
  item: Item,
  problems: readonly Finding[],
  { hints, isSkippable }: { readonly hints: Hints; readonly isSkippable: boolean },
): void {
  const isSkipped = isSkippable && problems.every(({ problem }) => OPTIONAL.has(problem.code));
  for (const { problem, place, used } of problems) {
    const { report, span } = used?.place ?? place;
    const where = used === undefined ? '' : ` (in the macro ${quote(used.macro)})`;
    const message = `${problem.message}${where}, ${leftOut(item.name)}`;
    const told = { message, hint: problem.hint(hints) };
    if (isSkipped) report.warning(problem.code, span, told);
    else report.error(problem.code, span, told);
  }
}

/** Where it was written: a macro that all rules use is warned of once. */
function warn({ problem, place: { report, span } }: Finding, hints: Hints): void {
  report.warning(problem.code, span, { message: problem.message, hint: problem.hint(hints) });
}

interface Flags {
  readonly isEnabled: boolean;
  readonly isSkippable: boolean;
  readonly warnsOfTypes: boolean;
}

function readFlags({ texts }: Item): Flags | undefined {
  const read = (key: string, standard: boolean): boolean | undefined => {
    const text = texts.get(key);
    if (text === undefined) return standard;
    const flag = readFlag(text.text);
    if (flag === undefined) {
      const message = `${quote(key)} is true or false, not ${quote(text.text)}`;
      refuse(placeOfText(text), 'FALCO_VALUE_INVALID', { message });
    }
    return flag;
  };
  const isEnabled = read('enabled', true);
  const isSkippable = read('skip-if-unknown-filter', false);
  const warnsOfTypes = read('warn_evttypes', true);
  if (isEnabled === undefined || isSkippable === undefined) return undefined;
  return warnsOfTypes === undefined ? undefined : { isEnabled, isSkippable, warnsOfTypes };
}

function readLevel({ texts }: Item): FindingLevel | undefined {
  const priority = texts.get('priority');
  if (priority === undefined) return undefined;
  const name = priority.text.trim().toLowerCase();
  if (Object.hasOwn(LEVELS, name)) return LEVELS[name];
  const hint = suggest(name, Object.keys(LEVELS));
  const message = `${quote(priority.text)} is no priority`;
  refuse(placeOfText(priority), 'FALCO_VALUE_INVALID', { message, hint });
  return undefined;
}

/** What is wrong costs the rule its rate, and nothing else. */
function readRate({ texts }: Item): number | undefined {
  const text = texts.get('findings-per-second');
  if (text === undefined) return undefined;
  const rate = readFindingRate(text.text.trim());
  if (rate === undefined) {
    const message = `${quote(text.text)} is no rate of findings`;
    refuse(placeOfText(text), 'FALCO_VALUE_INVALID', { message, hint: FINDING_RATE_HINT });
  }
  return rate;
}

/** What is wrong costs the rule its response, and nothing else. */
function readResponse({ texts }: Item): RuleResponse | undefined {
  const text = texts.get('respond');
  if (text === undefined) return undefined;
  const { response, problem } = readRuleResponse(text.text);
  if (problem !== undefined) refuse(placeOfText(text), 'FALCO_VALUE_INVALID', problem);
  return response;
}

/** Not of Falco. */
const OWN_KEYS = ['respond', 'findings-per-second'];

type Compiled = Pick<EventRule, 'level' | 'condition' | 'isEnabled'>;

function makeRule(item: Item, compiled: Compiled, context: RuleContext): EventRule {
  const { name, texts, lists, place } = item;
  const get = (key: string): string => texts.get(key)?.text.trim() ?? '';
  const tags = (lists.get('tags') ?? []).flatMap(({ node }) => scalarText(node) ?? []);
  const output = readOutput(item, context);
  const said = [name, get('desc'), get('output')];
  const own = OWN_KEYS.filter((key) => texts.has(key)).map((key) => `${key}: ${get(key)}`);
  return {
    ...compiled,
    kind: 'event',
    id: name,
    title: name,
    description: get('desc'),
    language: 'falco',
    status: tags.find((tag) => tag.startsWith(MATURITY))?.slice(MATURITY.length) ?? '',
    tags,
    attack: tags.flatMap(readTechnique),
    falsePositives: [],
    references: [],
    author: '',
    runbook: '',
    place: place.report.locate(place.span),
    version: hash([...said, get('priority'), tags, compiled.condition, ...own]),
    emits: true,
    output,
    shownFields: output.flatMap(shownField),
    findingsPerSecond: readRate(item),
    respond: readResponse(item),
  };
}

function readOutput({ texts }: Item, { shown, hints }: RuleContext): readonly OutputPart[] {
  const output = texts.get('output');
  if (output === undefined) return [];
  const end = output.text.trimEnd().length;
  return parseOutput(output.text.slice(0, end), (problem, part) => {
    const place = placeOf(output, part);
    const key = `${place.report.locate(place.span).file}: ${problem.message}`;
    if (shown.has(key)) return;
    shown.add(key);
    warn({ problem, place }, hints);
  });
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
