/** What the checks of one rule share: its text, its report, and what it is about. */
import type { SourceLocation } from '../../../model/diagnostic.ts';

import type { Collector, Problem, Span } from '../../syntax/report.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { SigmaErrorCode } from './errors.ts';

/** The report of one rule, which knows whether the rule can be used. */
export class RuleReport {
  readonly #collector: Collector<SigmaErrorCode>;
  #hasFailed = false;

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

/** Text of a scalar; reports what is none. */
export function textOf(node: YamlNode, what: string, report: RuleReport): string | undefined {
  if (node.kind === 'scalar') return node.text;
  report.error('SIGMA_VALUE_INVALID', node.span, { message: `${what} is a text` });
  return undefined;
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
