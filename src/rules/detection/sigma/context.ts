/** What the checks of one rule share: its text, its report, and what it is about. */
import type { SourceLocation } from '../../../model/diagnostic.ts';

import type { Collector, Problem, Span } from '../../syntax/report.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { SigmaErrorCode } from './errors.ts';

/** Texts that the values of one rule may stand for; published rules have some two thousand. */
const RULE_VALUES_MAX = 50_000;

interface Doubt {
  readonly code: SigmaErrorCode;
  readonly at: Span;
  readonly problem: Problem;
}

/** The report of one rule, which knows whether the rule can be used. */
export class RuleReport {
  readonly #collector: Collector<SigmaErrorCode>;
  readonly #doubts: Doubt[] = [];
  #hasFailed = false;
  #values = 0;

  constructor(collector: Collector<SigmaErrorCode>) {
    this.#collector = collector;
  }

  /** Whether anything was an error. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  error(code: SigmaErrorCode, at: Span, problem: Problem): void {
    this.#hasFailed = true;
    this.#collector.error(code, at, problem);
  }

  warning(code: SigmaErrorCode, at: Span, problem: Problem): void {
    this.#collector.warning(code, at, problem);
  }

  /** A part of the rule that no event can match: whether that is an error shows at the end. */
  doubt(code: SigmaErrorCode, at: Span, problem: Problem): void {
    this.#doubts.push({ code, at, problem });
  }

  /** Tells the doubts: as errors of a rule that can match nothing without those parts. */
  settle(canMatch: boolean): void {
    for (const { code, at, problem } of this.#doubts.splice(0)) {
      if (canMatch) this.warning(code, at, problem);
      else this.error(code, at, problem);
    }
  }

  /** Counts texts that values stand for; false after a report that they are too many. */
  spend(values: number, at: Span): boolean {
    this.#values += values;
    if (this.#values <= RULE_VALUES_MAX) return true;
    const message = `the values of the rule stand for more than ${RULE_VALUES_MAX} texts`;
    this.error('SIGMA_VALUES_TOO_MANY', at, { message });
    return false;
  }

  /** A report of another reading of the same text, which may fail where this one did not. */
  again(): RuleReport {
    return new RuleReport(this.#collector);
  }

  locate(span: Span): SourceLocation {
    return this.#collector.locate(span);
  }
}

/** Entries of a mapping by their keys; those that are null are absent. */
export type Entries = ReadonlyMap<string, MappingEntry>;

/** Entries of a mapping; reports what is none. */
export function entriesOf(node: YamlNode, what: string, report: RuleReport): Entries | undefined {
  if (node.kind !== 'mapping') {
    report.error('SIGMA_VALUE_INVALID', node.span, { message: `${what} is a mapping` });
    return undefined;
  }
  return new Map(
    node.entries.filter(({ value }) => !isNull(value)).map((entry) => [entry.key, entry]),
  );
}

/** Items of a list, or the one that stands for a list. */
export function itemsOf(node: YamlNode): readonly YamlNode[] {
  return node.kind === 'sequence' ? node.items : [node];
}

/** Texts of an entry that may be missing, one or a list of them. */
export function textsOf(entry: MappingEntry | undefined): readonly string[] {
  if (entry === undefined) return [];
  return itemsOf(entry.value).flatMap((node) => (node.kind === 'scalar' ? [node.text] : []));
}

/** Text of an entry; empty when it is missing. */
export function optionalText(entry: MappingEntry | undefined): string {
  return entry?.value.kind === 'scalar' ? entry.value.text : '';
}
