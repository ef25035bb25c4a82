/** Values of a rule to operators: texts, expressions, networks, numbers. */
import { isIP } from 'node:net';
import { quote } from '../../syntax/quote.ts';
import type { ScalarNode } from '../../syntax/tree.ts';
import type { TestOperator } from '../ir/condition.ts';
import { compileRegex } from '../pattern/regex.ts';
import type { RuleReport } from './context.ts';
import type { Modifiers, ValueModifier } from './modifiers.ts';
import { place, type SigmaText } from './sigma-text.ts';
import { expandValue, type Placeholders, replacePlaceholders } from './values.ts';

/** What making texts of values takes. */
export interface ValueContext {
  readonly placeholders: Placeholders;
  /** The field with its modifiers, as it is written; absent for keywords without any. */
  readonly asked?: string | undefined;
  readonly report: RuleReport;
}

/** Texts that values stand for; undefined after a report. */
export function textsOf(
  nodes: readonly ScalarNode[],
  { values: steps, comparison }: Modifiers,
  context: ValueContext,
): readonly SigmaText[] | undefined {
  const placement = comparison.kind === 'text' ? comparison.placement : 'equals';
  const texts: SigmaText[] = [];
  for (const node of nodes) {
    const expanded = expandValue(node.text, steps, { ...context, at: node.span });
    if (expanded === undefined) return undefined;
    texts.push(...expanded.map((text) => place(text, placement)));
  }
  return texts;
}

/** Values as they are written, with those of placeholders; what is wrong is reported. */
export function rawTexts(
  node: ScalarNode,
  values: readonly ValueModifier[],
  context: ValueContext,
): readonly string[] {
  return replacePlaceholders(node.text, values, { ...context, at: node.span }) ?? [];
}

/** Regular expressions, of which one has to match a part of the value. */
export function regexOperators(
  nodes: readonly ScalarNode[],
  { flags, values }: { readonly flags: string; readonly values: readonly ValueModifier[] },
  context: ValueContext,
): readonly TestOperator[] {
  const patterns = nodes.flatMap((node) =>
    rawTexts(node, values, context).filter((pattern) => {
      const compiled = compileRegex({ pattern, flags, isWhole: false });
      if (typeof compiled !== 'string') return true;
      const message = `${quote(pattern)} is no expression of RE2: ${compiled}`;
      context.report.error('SIGMA_REGEX_INVALID', node.span, { message });
      return false;
    }),
  );
  return patterns.length === 0 ? [] : [{ kind: 'regex', patterns, flags, isWhole: false }];
}

/** Networks, of which one has to have the address in it. */
export function networkOperators(
  nodes: readonly ScalarNode[],
  values: readonly ValueModifier[],
  context: ValueContext,
): readonly TestOperator[] {
  const networks = nodes.flatMap((node) =>
    rawTexts(node, values, context).filter((text) => {
      if (isNetwork(text)) return true;
      const message = `${quote(text)} is no network${asOf(context)}`;
      context.report.error('SIGMA_VALUE_INVALID', node.span, { message });
      return false;
    }),
  );
  return networks.length === 0 ? [] : [{ kind: 'in_network', networks }];
}

/** An address, with the length of a prefix or without. */
function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) <= (family === 6 ? 128 : 32);
}

/** Numbers that values are; what is none is reported. */
export function numbersOf(
  nodes: readonly ScalarNode[],
  values: readonly ValueModifier[],
  context: ValueContext,
): readonly number[] {
  return nodes.flatMap((node) =>
    rawTexts(node, values, context).flatMap((text) => {
      const number = readNumber(text);
      if (number !== undefined) return [number];
      const message = `${quote(text)} is no number${asOf(context)}`;
      context.report.error('SIGMA_VALUE_INVALID', node.span, { message });
      return [];
    }),
  );
}

function asOf({ asked }: ValueContext): string {
  return asked === undefined ? '' : `, and ${quote(asked)} takes one`;
}

/** Decimal or hexadecimal; undefined for anything else. */
export function readNumber(text: string): number | undefined {
  return /^(-?\d+(\.\d+)?|0x[0-9a-f]+)$/i.test(text) ? Number(text) : undefined;
}
