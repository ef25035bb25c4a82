/** Which events a rule is about. */
import type { EventClass } from '../../../model/event-class.ts';
import { isEventClass } from '../../../model/event-class.ts';
import { quote } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { AUDIT, AUDIT_EVENTS } from './audit-mapping.ts';
import { entriesOf, optionalText, type RuleReport } from './context.ts';
import { type FieldMapping, MAPPINGS, ofClasses } from './field-mapping.ts';

/** What events of a kind are, and what their fields are called. */
interface EventKind {
  /** What every event of it is. */
  readonly condition: Condition;
  /** The same for rules that look at answers, which come later than what they answer. */
  readonly answers?: Condition;
  readonly mapping: FieldMapping;
}

/** As it is written, in lower case; no product is that of this sensor. */
export interface LogsourceNames {
  readonly product: string;
  readonly category: string;
  readonly service: string;
}

/** What a logsource stands for. */
export interface Logsource extends EventKind {
  readonly names: LogsourceNames;
  /** What fields stand for depends on the record. */
  readonly isAudit: boolean;
}

function ofKind(mapping: FieldMapping, ...classes: readonly EventClass[]): EventKind {
  return { mapping, condition: ofClasses(...classes) };
}

/** Opens count as changes of a file when they are for writing. */
const WRITES: Condition = {
  kind: 'and',
  parts: [
    ofClasses('file.open'),
    {
      kind: 'test',
      field: 'file.flags',
      transforms: [],
      operator: { kind: 'equals', texts: ['write'], ignoresCase: false },
      written: 'opened for writing',
    },
  ],
};

const { process, access, file, network, dns } = MAPPINGS;

const MADE = ofClasses('file.create', 'file.rename', 'file.link', 'file.symlink', 'file.mkdir');
const NAMES_ASKED: EventKind = {
  mapping: dns,
  condition: ofClasses('dns.query'),
  answers: ofClasses('dns.answer'),
};

const CATEGORIES: Readonly<Record<string, EventKind>> = {
  process_creation: ofKind(process, 'process.exec'),
  process_termination: ofKind(process, 'process.exit'),
  process_access: ofKind(access, 'process.ptrace', 'process.memory'),
  file_event: { mapping: file, condition: { kind: 'or', parts: [MADE, WRITES] } },
  file_access: ofKind(file, 'file.open'),
  file_change: { mapping: file, condition: WRITES },
  file_rename: ofKind(file, 'file.rename'),
  file_delete: ofKind(file, 'file.unlink', 'file.rmdir'),
  network_connection: ofKind(network, 'network.connect', 'network.accept'),
  dns_query: NAMES_ASKED,
  dns: NAMES_ASKED,
};

/** Events of every class, with the fields of all. */
const ANY: EventKind = {
  condition: { kind: 'constant', value: true },
  mapping: { ...process, ...access, ...file, ...network, ...dns },
};

const SUPPORTED =
  'supported are process_creation, file_event, network_connection, dns_query and others as ' +
  'categories, names of classes such as `file.mode`, and auditd as a service';

/** The document that a logsource is of. */
export interface LogsourcePlace {
  readonly at: Span;
  readonly report: RuleReport;
  /** The detection says itself which classes of events are meant. */
  readonly namesClass: boolean;
}

/** Reads a logsource; reports what this sensor does not see. */
export function readLogsource(
  entry: MappingEntry | undefined,
  { at, report, namesClass }: LogsourcePlace,
): Logsource | undefined {
  const names = readNames(entry, at, report);
  if (names === undefined || entry === undefined) return undefined;
  const isOpen = names.category === '' && names.service === '';
  const found = isOpen && namesClass ? ANY : findKind(names);
  if (found !== undefined) return { ...found, names, isAudit: found.mapping === AUDIT };
  refuse(entry, names, report);
  return undefined;
}

/** Reads which rules a filter is for: those of a logsource that its own has room for. */
export function readFilterNames(
  entry: MappingEntry | undefined,
  at: Span,
  report: RuleReport,
): LogsourceNames | undefined {
  const names = readNames(entry, at, report);
  if (names === undefined || entry === undefined) return undefined;
  const isOpen = names.category === '' && names.service === '';
  if (isOpen || findKind(names) !== undefined) return names;
  refuse(entry, names, report);
  return undefined;
}

/** Whether the one logsource has room for the other: what it does not say may be anything. */
export function covers(wide: LogsourceNames, narrow: LogsourceNames): boolean {
  return (['product', 'category', 'service'] as const).every(
    (part) => wide[part] === '' || wide[part] === narrow[part],
  );
}

function readNames(
  entry: MappingEntry | undefined,
  at: Span,
  report: RuleReport,
): LogsourceNames | undefined {
  if (entry === undefined) {
    report.error('SIGMA_FIELD_MISSING', at, { message: 'a rule needs a `logsource`' });
    return undefined;
  }
  const entries = entriesOf(entry.value, '`logsource`', report);
  if (entries === undefined) return undefined;
  const strange = ['product', 'category', 'service'].flatMap((key) => {
    const part = entries.get(key);
    return part === undefined || part.value.kind === 'scalar' ? [] : [part];
  });
  for (const { key, value } of strange) {
    report.error('SIGMA_VALUE_INVALID', value.span, { message: `${quote(key)} is a text` });
  }
  if (strange.length > 0) return undefined;
  const get = (key: string): string => optionalText(entries.get(key)).trim().toLowerCase();
  const product = get('product') || 'linux';
  const names = { product, category: get('category'), service: get('service') };
  if (product === 'linux') return names;
  refuse(entry, names, report);
  return undefined;
}

function refuse({ value }: MappingEntry, names: LogsourceNames, report: RuleReport): void {
  const { product, category, service } = names;
  const named = [product, category, service].filter((name) => name !== '').join('/');
  const message =
    named === 'linux'
      ? 'the `logsource` has neither `category` nor `service`'
      : `${quote(named)} is not what this sensor sees`;
  report.error('SIGMA_LOGSOURCE_UNSUPPORTED', value.span, { message, hint: SUPPORTED });
}

function findKind({ category, service }: LogsourceNames): EventKind | undefined {
  if (service === 'auditd' && category === '') return { condition: AUDIT_EVENTS, mapping: AUDIT };
  if (service !== '' && service !== 'sysmon') return undefined;
  if (Object.hasOwn(CATEGORIES, category)) return CATEGORIES[category];
  if (!isEventClass(category)) return undefined;
  return { ...ANY, condition: ofClasses(category) };
}
