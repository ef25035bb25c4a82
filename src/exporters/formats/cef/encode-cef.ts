/** Messages as lines of ArcSight's Common Event Format, for what reads nothing else. */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { byTable } from '../fields/conversions.ts';
import { type Encoded, encodeFields } from '../fields/encode-fields.ts';
import { PRODUCT } from '../product.ts';
import { DEEDS, type Deed } from '../reading/deeds.ts';
import { type Reading, readMessage } from '../reading/read-message.ts';
import { CEF_FIELDS, CEF_LENGTHS, CEF_UNKNOWN, CEF_VERSION } from './fields.ts';

/** From 0 to 10. */
export const CEF_SEVERITIES = {
  informational: 1,
  low: 3,
  medium: 5,
  high: 8,
  critical: 10,
} as const;

/** Characters of the id and of the name in the header. */
const HEADER_LENGTH = 512;
const UNKNOWN: ReadonlySet<Deed> = new Set(['generic', 'health', 'policy_status']);

/** One line, without its end. Never throws. */
export function encodeCef(message: OutboundMessage): string {
  return toCef(readMessage(message));
}

export function toCef(reading: Reading): string {
  const { deed, values } = reading;
  const severity = byTable(CEF_SEVERITIES, 0).convert(values['message.severity'] ?? '');
  const header = [
    `CEF:${CEF_VERSION}`,
    headerField(PRODUCT.vendor),
    headerField(PRODUCT.name),
    headerField(PRODUCT.version),
    headerField(String(values['rule.id'] ?? deed)),
    headerField(String(values['rule.title'] ?? values['rule.id'] ?? DEEDS[deed])),
    String(severity),
  ];
  const rows = UNKNOWN.has(deed) ? [...CEF_FIELDS, ...CEF_UNKNOWN] : CEF_FIELDS;
  return `${header.join('|')}|${extension(encodeFields(rows, reading))}`;
}

function extension(fields: Encoded): string {
  const pairs = Object.entries(fields).filter(([key]) => isOfUse(key, fields));
  return pairs.map(([key, field]) => `${key}=${extensionValue(key, field)}`).join(' ');
}

/** A label without what it is of says nothing. */
function isOfUse(key: string, fields: Encoded): boolean {
  return !key.endsWith('Label') || fields[key.slice(0, -'Label'.length)] !== undefined;
}

/** A header has no way to write the end of a line. */
function headerField(text: string): string {
  const line = cut(neutral(text), HEADER_LENGTH).replaceAll(/[\r\n]/g, ' ');
  return line.replaceAll(/[\\|]/g, (character) => `\\${character}`);
}

function extensionValue(key: string, field: unknown): string {
  const text = cut(neutral(String(field)), CEF_LENGTHS[key] ?? HEADER_LENGTH);
  return text
    .replaceAll(/[\\=]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

/**
 * What some readers take for the end of a line, or a terminal for a command, and CEF cannot write.
 * Line feeds and returns are left, which it can.
 */
const CONTROLS = /(?![\r\n])[\p{Cc}\p{Zl}\p{Zp}]/gu;

function neutral(text: string): string {
  return text.toWellFormed().replaceAll(CONTROLS, '\ufffd');
}

/** Half of a pair of surrogates would be no text. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.slice(0, length);
  return start.isWellFormed() ? start : start.slice(0, -1);
}
