/** Messages as RFC 5424 has them. */
import type { Dispatch } from '../../../model/delivery.ts';
import type { FindingLevel } from '../../../model/finding.ts';
import { neutralText } from '../../../model/neutral-text.ts';

export type Facility =
  | 'kern'
  | 'user'
  | 'mail'
  | 'daemon'
  | 'auth'
  | 'syslog'
  | 'lpr'
  | 'news'
  | 'uucp'
  | 'cron'
  | 'authpriv'
  | 'ftp'
  | 'ntp'
  | 'audit'
  | 'alert'
  | 'clock'
  | 'local0'
  | 'local1'
  | 'local2'
  | 'local3'
  | 'local4'
  | 'local5'
  | 'local6'
  | 'local7';

/** By their numbers in the RFC. */
export const FACILITIES: readonly Facility[] = [
  ...(['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'] as const),
  ...(['uucp', 'cron', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock'] as const),
  ...(['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const),
];

export interface SyslogHead {
  readonly facility: Facility;
  readonly host: string;
  readonly appName: string;
  readonly procId: string;
  /** A private enterprise number, which names of structured data end in. */
  readonly enterprise: number;
}

const SEVERITIES: Readonly<Record<FindingLevel, number>> = {
  critical: 2,
  high: 3,
  medium: 4,
  low: 5,
  informational: 6,
};

/** Lengths of the parts of a head. */
const HOST_MAX = 255;
const APP_NAME_MAX = 48;
const PROC_ID_MAX = 128;
const PARAMETER_MAX = 1024;
const NIL = '-';
const BOM = '\ufeff';

/** `text` is what the message says in its format. */
export function syslogMessage(
  head: SyslogHead,
  { message, ...place }: Dispatch,
  text: string,
): string {
  const { id, kind, severity, namespace, rule, timeMs } = message;
  const priority = FACILITIES.indexOf(head.facility) * 8 + SEVERITIES[severity];
  const parts = [
    `<${priority}>1`,
    new Date(timeMs).toISOString(),
    printable(message.node || head.host, HOST_MAX),
    printable(head.appName, APP_NAME_MAX),
    printable(head.procId, PROC_ID_MAX),
    kind,
    structuredData(`warder@${head.enterprise}`, {
      ...{ id, severity, namespace, rule, series: place.series },
      ...{ first: String(place.first), last: String(place.last) },
    }),
  ];
  return `${parts.join(' ')} ${BOM}${text}`;
}

/** `[id name="value" …]`; a parameter without a value is left out. */
export function structuredData(id: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const texts = given.map(([name, value]) => `${name}="${escapeParameter(value)}"`);
  return `[${[id, ...texts].join(' ')}]`;
}

/** Lines are broken by no value either: many receivers split at them. */
function escapeParameter(value: string): string {
  return neutralText(value, PARAMETER_MAX).replace(/["\\\]]/g, '\\$&');
}

/** Printable ASCII without spaces, as the parts of a head are. */
function printable(text: string, lengthMax: number): string {
  const safe = Array.from(text.slice(0, lengthMax), (character) =>
    character > ' ' && character < '\x7f' ? character : '_',
  );
  return safe.join('') || NIL;
}

/** A message with its length in front, as RFC 6587 and RFC 5425 count octets. */
export function frame(text: string): string {
  return `${Buffer.byteLength(text)} ${text}`;
}
