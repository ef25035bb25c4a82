/** What modifiers make of the values of a rule. */

import { quote } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { RuleReport } from './context.ts';
import type { ValueModifier } from './modifiers.ts';
import { asLiteral, literalText, parseSigmaText, type SigmaText } from './sigma-text.ts';

/** Values of placeholders, by their names without the percent signs. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** Texts that one value may become: five forms of a dash in five places are some three thousand. */
const VARIANTS_MAX = 4096;

/** What a dash in front of an option may be written as. */
const DASHES = ['-', '/', '–', '—', '―'];

/** Where a value is written, and what it may refer to. */
export interface ValueSource {
  readonly at: Span;
  readonly report: RuleReport;
  readonly placeholders: Placeholders;
}

/** A text on its way through modifiers: bytes once it was encoded. */
type Value = { readonly text: SigmaText } | { readonly bytes: Buffer };

/** All texts that a value stands for; undefined after a report. */
export function expandValue(
  written: string,
  modifiers: readonly ValueModifier[],
  source: ValueSource,
): readonly SigmaText[] | undefined {
  const replaced = replacePlaceholders(written, modifiers, source);
  if (replaced === undefined) return undefined;
  let values: readonly Value[] = replaced.map((text) => ({ text: parseSigmaText(text) }));
  for (const modifier of modifiers) {
    if (modifier === 'expand') continue;
    const next: Value[] = [];
    for (const value of values) {
      const made = apply(value, modifier, source);
      if (made === undefined) return undefined;
      next.push(...made);
      if (next.length > VARIANTS_MAX) return tooMany(written, source);
    }
    values = next;
  }
  if (!source.report.spend(values.length, source.at)) return undefined;
  return values.map((value) => ('text' in value ? value.text : literalText(latin(value.bytes))));
}

/**
 * The value with each of the values of its placeholders, if `expand` asks for it. `\%` is a percent
 * sign. Undefined after a report.
 */
export function replacePlaceholders(
  written: string,
  modifiers: readonly ValueModifier[],
  source: ValueSource,
): readonly string[] | undefined {
  if (!modifiers.includes('expand')) return [written];
  let texts: readonly string[] = [''];
  let from = 0;
  for (const { 0: whole, 1: name, index } of written.matchAll(/\\%|%([\w.-]+)%/g)) {
    const before = written.slice(from, index);
    const found = name === undefined ? ['%'] : valuesOf(name, source);
    if (found === undefined) return undefined;
    if (texts.length * found.length > VARIANTS_MAX) return tooMany(written, source);
    texts = texts.flatMap((text) => found.map((value) => text + before + value));
    from = index + whole.length;
  }
  return texts.map((text) => text + written.slice(from));
}

function valuesOf(name: string, source: ValueSource): readonly string[] | undefined {
  const { placeholders, report, at } = source;
  const values = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
  if (values === undefined) {
    const message = `the placeholder ${quote(name)} has no values`;
    report.error('SIGMA_PLACEHOLDER_UNDEFINED', at, { message });
  }
  return values;
}

function tooMany(written: string, { report, at }: ValueSource): undefined {
  const message = `${quote(written)} stands for more than ${VARIANTS_MAX} texts`;
  report.error('SIGMA_VALUES_TOO_MANY', at, { message });
  return undefined;
}

function apply(
  value: Value,
  modifier: Exclude<ValueModifier, 'expand'>,
  source: ValueSource,
): readonly Value[] | undefined {
  if (modifier === 'windash' && 'text' in value) {
    return varyDashes(value.text).map((text) => ({ text }));
  }
  const literal = 'text' in value ? asLiteral(value.text) : latin(value.bytes);
  if (literal === undefined) {
    const message = `a value with wildcards cannot be encoded by ${quote(modifier)}`;
    source.report.error('SIGMA_MODIFIER_CONFLICT', source.at, { message });
    return undefined;
  }
  const bytes = 'bytes' in value ? value.bytes : Buffer.from(literal);
  return encode(bytes, literal, modifier);
}

function encode(bytes: Buffer, text: string, modifier: ValueModifier): readonly Value[] {
  switch (modifier) {
    case 'wide':
      return [{ bytes: Buffer.from(text, 'utf16le') }];
    case 'utf16':
      return [{ bytes: Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]) }];
    case 'utf16be':
      return [{ bytes: Buffer.from(text, 'utf16le').swap16() }];
    case 'base64':
      return [{ text: literalText(bytes.toString('base64')) }];
    default:
      return [0, 1, 2].map((offset) => ({ text: literalText(encodeAt(bytes, offset)) }));
  }
}

/** Base64 of bytes that begin inside a group, without what depends on their neighbours. */
function encodeAt(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
  const start = [0, 2, 3][offset] ?? 0;
  const cut = [0, 3, 2][(bytes.length + offset) % 3] ?? 0;
  return encoded.slice(start, encoded.length - cut);
}

/** Bytes as text in which each byte is one character, as they would stand in a command line. */
function latin(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** Every dash that begins an option becomes each of the dashes; one more than allowed is enough. */
function varyDashes(text: SigmaText): readonly SigmaText[] {
  let variants: SigmaText[] = [[]];
  for (const part of text) {
    const forms = part.kind === 'text' ? varyText(part.text) : [part];
    variants = variants.flatMap((variant) => forms.map((form) => [...variant, form]));
    variants = variants.slice(0, VARIANTS_MAX + 1);
  }
  return variants;
}

function varyText(text: string): readonly { readonly kind: 'text'; readonly text: string }[] {
  let forms = [''];
  for (const piece of text.split(/((?<!\w)[-/–—―](?=\w))/)) {
    const options = DASHES.includes(piece) ? DASHES : [piece];
    forms = forms.flatMap((form) => options.map((option) => form + option));
    forms = forms.slice(0, VARIANTS_MAX + 1);
  }
  return forms.map((form) => ({ kind: 'text', text: form }));
}
