/** `spec.selectorsMacros` and `macros`: fields that several selectors share, written once. */

import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, MappingNode, YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import { findNamed, type Named, type PolicyContext, type SelectorMacro } from './definitions.ts';
import { describeNode, readFields } from './fields.ts';
import { readItems, readText } from './scalars.ts';
import type { Shape } from './shape.ts';

export const MACROS_PER_SELECTOR_MAX = 16;

/** Reads the macros of a spec; what is in them is checked where they are used. */
export function readMacros(
  entry: MappingEntry | undefined,
  shape: Shape,
  report: Report,
): Named<SelectorMacro> {
  const macros = new Map<string, SelectorMacro | undefined>();
  const named = { kind: 'macro', items: macros, used: new Set<string>() };
  if (entry === undefined) return named;
  if (entry.value.kind !== 'mapping') {
    const message = `${quote(entry.key)} is a mapping of names, not ${describeNode(entry.value)}`;
    report.error('POLICY_VALUE_TYPE', entry.value.span, { message });
    return named;
  }
  for (const { key, keySpan, value } of entry.value.entries) {
    const fields = readFields(value, shape, report);
    const nested = fields?.entries.get('macros');
    if (nested !== undefined) {
      const message = 'a macro cannot use other macros';
      report.error('POLICY_MACRO_CONFLICT', nested.keySpan, { message });
    }
    const isUsable = value.kind === 'mapping' && nested === undefined;
    macros.set(key, isUsable ? { span: keySpan, node: value } : undefined);
  }
  return named;
}

/** The selector with the fields of its macros; each field may come from one of them only. */
export function expandMacros(node: YamlNode, context: PolicyContext): YamlNode {
  if (node.kind !== 'mapping') return node;
  const use = node.entries.find(({ key }) => key === 'macros');
  if (use === undefined) return node;
  const bound = { name: 'macros per selector', max: MACROS_PER_SELECTOR_MAX };
  const entries: MappingEntry[] = node.entries.filter((entry) => entry !== use);
  for (const item of readItems(use, bound, context.report)) {
    const name = readText(item, context.report);
    const macro = name && findNamed(context.definitions.macros, name, context);
    for (const entry of macro?.node.entries ?? []) {
      if (!entries.some(({ key }) => key === entry.key)) entries.push(entry);
      else reportTwice(entry, item, context.report);
    }
  }
  return { ...node, entries } satisfies MappingNode;
}

function reportTwice({ key }: MappingEntry, item: YamlNode, report: Report): void {
  report.error('POLICY_MACRO_CONFLICT', item.span, {
    message: `the macro brings ${quote(key)}, which the selector has already`,
    hint: 'write the field in the selector or in one macro',
  });
}
