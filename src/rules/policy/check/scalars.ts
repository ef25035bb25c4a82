/** Reads text, booleans, whole numbers and bounded lists. */

import { quote } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { describeNode } from './fields.ts';

/** Text of any scalar but null: YAML numbers are the text they were written as. */
export function readText(node: YamlNode, report: Report): Located<string> | undefined {
  if (node.kind === 'scalar' && !isNull(node)) return { value: node.text, span: node.span };
  const message = `expected text, found ${describeNode(node)}`;
  report.error('POLICY_VALUE_TYPE', node.span, { message });
  return undefined;
}

/** An unquoted true or false. */
export function readBoolean(node: YamlNode, report: Report): boolean | undefined {
  if (node.kind === 'scalar' && node.isPlain) {
    if (/^(true|True|TRUE)$/.test(node.text)) return true;
    if (/^(false|False|FALSE)$/.test(node.text)) return false;
  }
  report.error('POLICY_VALUE_TYPE', node.span, {
    message: `expected a boolean, found ${describeNode(node)}`,
    hint: 'write true or false without quotes',
  });
  return undefined;
}

/** A whole number in decimal, 0x, 0o, 0b or leading-0 octal, with a sign or without. */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|[1-9][0-9]*|0)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = ''] = match;
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -magnitude : magnitude;
}

/** A whole number that counts something; undefined after a report when it is not one. */
export function readInteger(node: YamlNode, report: Report): Located<bigint> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const value = parseInteger(text.value);
  if (value !== undefined) return { value, span: text.span };
  const message = `expected a whole number, found ${quote(text.value)}`;
  report.error('POLICY_VALUE_TYPE', node.span, { message });
  return undefined;
}

/** How many items a list may have, and what it is called in messages. */
export interface ListBound {
  readonly name: string;
  readonly max: number;
}

/** Items of an optional list, none when it is absent. Those past the bound earn one report. */
export function readItems(
  entry: MappingEntry | undefined,
  bound: ListBound,
  report: Report,
): readonly YamlNode[] {
  if (entry === undefined) return [];
  const { value } = entry;
  if (value.kind !== 'sequence') {
    const message = `${quote(entry.key)} is a list, not ${describeNode(value)}`;
    report.error('POLICY_VALUE_TYPE', value.span, { message });
    return [];
  }
  const extra = value.items[bound.max];
  if (extra !== undefined) {
    report.error('POLICY_LIST_TOO_LONG', extra.span, {
      message: `at most ${bound.max} ${bound.name} are allowed, found ${value.items.length}`,
    });
  }
  return value.items.slice(0, bound.max);
}
