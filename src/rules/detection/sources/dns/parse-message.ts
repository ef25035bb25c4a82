/**
 * Messages of name servers (RFC 1035). They are whatever somebody sent: what is cut or damaged ends
 * the reading, and what was read before counts.
 */
import { readName } from './name-reader.ts';

export interface DnsQuestion {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  /** `A`, `TXT`, or `TYPE65` when it has no name here. */
  readonly type: string;
}

export interface DnsRecord extends DnsQuestion {
  readonly ttlSeconds: number;
  /** An address, a name, or texts one after the other. */
  readonly value: string;
}

export interface DnsMessage {
  readonly isAnswer: boolean;
  /** Of the query; absent when it has none that can be read. */
  readonly question: DnsQuestion | undefined;
  /** Those of kinds that have a text. */
  readonly answers: readonly DnsRecord[];
}

const HEADER_SIZE = 12;
const QUESTION_TAIL_SIZE = 4;
const RECORD_HEAD_SIZE = 10;
const RESPONSE_BIT = 0x8000;
const CLASS_INTERNET = 1;

/** More do not fit into what is kept of a message. */
const RECORDS_MAX = 64;

const TYPE_NAMES: Readonly<Record<number, string>> = {
  ...{ 1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA' },
  ...{ 33: 'SRV', 35: 'NAPTR', 41: 'OPT', 43: 'DS', 46: 'RRSIG', 48: 'DNSKEY', 52: 'TLSA' },
  ...{ 64: 'SVCB', 65: 'HTTPS', 99: 'SPF', 252: 'AXFR', 255: 'ANY', 257: 'CAA', 10: 'NULL' },
};

/** Undefined for what has no header. */
export function parseDnsMessage(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEADER_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isAnswer = (view.getUint16(2) & RESPONSE_BIT) !== 0;
  const questions = view.getUint16(4);
  const reader = { bytes, view, at: HEADER_SIZE };
  let question: DnsQuestion | undefined;
  for (let left = questions; left > 0; left--) {
    const read = readQuestion(reader);
    if (read === undefined) return { isAnswer, question, answers: [] };
    question ??= read;
  }
  return { isAnswer, question, answers: isAnswer ? readAnswers(reader, view.getUint16(6)) : [] };
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

function typeName(type: number): string {
  return TYPE_NAMES[type] ?? `TYPE${type}`;
}

function readQuestion(reader: Reader): DnsQuestion | undefined {
  const { bytes, view } = reader;
  const read = readName(bytes, reader.at);
  if (read === undefined || read.end + QUESTION_TAIL_SIZE > bytes.length) return undefined;
  reader.at = read.end + QUESTION_TAIL_SIZE;
  return { name: read.name, type: typeName(view.getUint16(read.end)) };
}

function readAnswers(reader: Reader, count: number): readonly DnsRecord[] {
  const answers: DnsRecord[] = [];
  for (let left = Math.min(count, RECORDS_MAX); left > 0; left--) {
    const record = readRecord(reader);
    if (record === undefined) break;
    if (record.value !== undefined) answers.push({ ...record, value: record.value });
  }
  return answers;
}

type AnyRecord = Omit<DnsRecord, 'value'> & { readonly value: string | undefined };

function readRecord(reader: Reader): AnyRecord | undefined {
  const { bytes, view } = reader;
  const read = readName(bytes, reader.at);
  if (read === undefined || read.end + RECORD_HEAD_SIZE > bytes.length) return undefined;
  const type = typeName(view.getUint16(read.end));
  const isInternet = view.getUint16(read.end + 2) === CLASS_INTERNET;
  const ttlSeconds = view.getUint32(read.end + 4);
  const start = read.end + RECORD_HEAD_SIZE;
  const end = start + view.getUint16(read.end + 8);
  if (end > bytes.length) return undefined;
  reader.at = end;
  const value = isInternet ? textOfRecord(type, bytes, { start, end }) : undefined;
  return { name: read.name, type, ttlSeconds, value };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Bytes before the name that a record holds. */
const NAMES_AT: Readonly<Record<string, number>> = {
  ...{ CNAME: 0, NS: 0, PTR: 0, MX: 2, SRV: 6 },
};

function textOfRecord(type: string, bytes: Uint8Array, range: Range): string | undefined {
  const data = bytes.subarray(range.start, range.end);
  if (type === 'A') return data.length === 4 ? data.join('.') : undefined;
  if (type === 'AAAA') return data.length === 16 ? ipv6Text(data) : undefined;
  if (type === 'TXT' || type === 'SPF') return textsOf(data);
  const skip = Object.hasOwn(NAMES_AT, type) ? NAMES_AT[type] : undefined;
  if (skip === undefined) return undefined;
  const read = readName(bytes, range.start + skip);
  return read === undefined || read.end > range.end ? undefined : read.name;
}

/** Strings with their lengths before them. */
function textsOf(data: Uint8Array): string | undefined {
  const decoder = new TextDecoder();
  let text = '';
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0;
    if (at + 1 + length > data.length) return undefined;
    text += decoder.decode(data.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return text;
}

const MAPPED = '0,0,0,0,0,0,0,0,0,0,255,255';

/** As RFC 5952 writes it; one that stands for an address of IPv4 is written as that. */
function ipv6Text(data: Uint8Array): string {
  if (data.subarray(0, 12).join() === MAPPED) return data.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, group) =>
    (((data[group * 2] ?? 0) << 8) | (data[group * 2 + 1] ?? 0)).toString(16),
  );
  const runs = [...`:${groups.join(':')}:`.matchAll(/(?::0(?=:)){2,}/g)];
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  const all = `:${groups.join(':')}:`;
  const at = all.indexOf(`${longest}:`);
  return `${all.slice(1, at)}::${all.slice(at + longest.length + 1, -1)}`;
}
