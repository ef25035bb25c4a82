/** Which events a rule is about. */
import type { EventClass } from '../../../model/event-class.ts';
import { isEventClass } from '../../../model/event-class.ts';
import { quote } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { AUDIT } from './audit-mapping.ts';
import { entriesOf, optionalText, type RuleReport } from './context.ts';
import { type FieldMapping, MAPPINGS } from './field-mapping.ts';

/** What a logsource stands for. */
export interface Logsource {
  /** What every event of it is. */
  readonly condition: Condition;
  readonly mapping: FieldMapping;
  /** Fields that a keyword is looked for in. */
  readonly isAudit: boolean;
}

interface Category {
  readonly condition: Condition;
  readonly mapping: FieldMapping;
}

function ofClasses(mapping: FieldMapping, ...classes: readonly EventClass[]): Category {
  return { mapping, condition: { kind: 'class', classes } };
}

/** Opens count as changes of a file when they are for writing. */
const WRITES: Condition = {
  kind: 'and',
  parts: [
    { kind: 'class', classes: ['file.open'] },
    {
      kind: 'test',
      field: 'file.flags',
      transforms: [],
      operator: { kind: 'equals', texts: ['write'], ignoresCase: false },
      written: 'opened for writing',
    },
  ],
};

const { process, file, network, dns } = MAPPINGS;

const CATEGORIES: Readonly<Record<string, Category>> = {
  process_creation: ofClasses(process, 'process.exec'),
  process_termination: ofClasses(process, 'process.exit'),
  process_access: ofClasses(process, 'process.ptrace', 'process.memory'),
  file_event: {
    mapping: file,
    condition: {
      kind: 'or',
      parts: [
        {
          kind: 'class',
          classes: ['file.create', 'file.rename', 'file.link', 'file.symlink', 'file.mkdir'],
        },
        WRITES,
      ],
    },
  },
  file_access: ofClasses(file, 'file.open'),
  file_change: { mapping: file, condition: WRITES },
  file_rename: ofClasses(file, 'file.rename'),
  file_delete: ofClasses(file, 'file.unlink', 'file.rmdir'),
  network_connection: ofClasses(network, 'network.connect', 'network.accept'),
  dns_query: ofClasses(dns, 'dns.query', 'dns.answer'),
  dns: ofClasses(dns, 'dns.query', 'dns.answer'),
};

/** Events of every class, with the fields of all. */
const ANY: Logsource = {
  condition: { kind: 'constant', value: true },
  mapping: { ...process, ...file, ...network, ...dns },
  isAudit: false,
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
  if (entry === undefined) {
    report.error('SIGMA_FIELD_MISSING', at, { message: 'a rule needs a `logsource`' });
    return undefined;
  }
  const entries = entriesOf(entry.value, '`logsource`', report);
  if (entries === undefined) return undefined;
  const product = optionalText(entries.get('product')).toLowerCase();
  const category = optionalText(entries.get('category')).toLowerCase();
  const service = optionalText(entries.get('service')).toLowerCase();
  if (product === 'linux' && category === '' && service === '' && namesClass) return ANY;
  const found = isLinux(product) ? findLogsource(category, service) : undefined;
  if (found !== undefined) return found;
  const named = [product, category, service].filter((name) => name !== '').join('/');
  report.error('SIGMA_LOGSOURCE_UNSUPPORTED', entry.value.span, {
    message: `${quote(named)} is not what this sensor sees`,
    hint: SUPPORTED,
  });
  return undefined;
}

function isLinux(product: string): boolean {
  return product === '' || product === 'linux' || product === 'kubernetes';
}

function findLogsource(category: string, service: string): Logsource | undefined {
  if (service === 'auditd' && category === '') {
    return { condition: { kind: 'constant', value: true }, mapping: AUDIT, isAudit: true };
  }
  if (service !== '' && service !== 'sysmon') return undefined;
  if (Object.hasOwn(CATEGORIES, category)) {
    const { condition, mapping } = CATEGORIES[category] ?? ofClasses(process);
    return { condition, mapping, isAudit: false };
  }
  if (!isEventClass(category)) return undefined;
  return { ...ANY, condition: { kind: 'class', classes: [category] } };
}
