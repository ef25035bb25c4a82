/** What a spec defines for its own hooks to name: lists of calls and macros of selectors. */

import type { Hook } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingNode } from '../../syntax/tree.ts';
import type { Located, Span } from '../report.ts';
import type { CheckContext } from './context.ts';

/** A list of `spec.lists`, expanded. */
export interface CallList {
  readonly span: Span;
  readonly holds: 'syscalls' | 'functions';
  readonly hooks: readonly Located<Hook>[];
  /** Made from what the kernel has, so that nothing in it was asked for by name. */
  readonly isGenerated: boolean;
}

/** A macro of `spec.selectorsMacros`: fields of a selector. */
export interface SelectorMacro {
  readonly span: Span;
  readonly node: MappingNode;
}

/** By name, undefined where it could not be read; `used` collects names that are referred to. */
export interface Named<T> {
  readonly kind: string;
  readonly items: ReadonlyMap<string, T | undefined>;
  readonly used: Set<string>;
}

export interface Definitions {
  readonly lists: Named<CallList>;
  readonly macros: Named<SelectorMacro>;
}

/** What checks of one policy are given. */
export interface PolicyContext extends CheckContext {
  readonly definitions: Definitions;
  /** Of a `TracingPolicyNamespaced`. */
  readonly namespace: Located<string> | undefined;
}

/** Finds what a name stands for; undefined after a report. */
export function findNamed<T>(
  named: Named<T>,
  name: Located<string>,
  { report }: CheckContext,
): T | undefined {
  if (named.items.has(name.value)) {
    named.used.add(name.value);
    return named.items.get(name.value);
  }
  report.error('POLICY_NAME_UNDEFINED', name.span, {
    message: `the spec defines no ${named.kind} ${quote(name.value)}`,
    hint: suggest(name.value, named.items.keys()),
  });
  return undefined;
}

/** Warns of definitions that nothing refers to: often the reference is what was forgotten. */
export function checkUnused({ definitions, report }: PolicyContext): void {
  for (const named of [definitions.lists, definitions.macros]) {
    for (const [name, item] of named.items) {
      if (item === undefined || named.used.has(name)) continue;
      const message = `nothing refers to the ${named.kind} ${quote(name)}`;
      report.warning('POLICY_DEFINITION_UNUSED', item.span, { message });
    }
  }
}
