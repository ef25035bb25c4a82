/** Reads what a file exported: a detector, or everything that is missing for one. */
import { EVENT_CLASSES, type EventClass, isEventClass } from '../../../model/event-class.ts';
import { FINDING_LEVELS, type FindingLevel } from '../../../model/finding.ts';
import { findNearest } from '../../../model/nearest.ts';
import { FIELDS, isFieldName } from '../fields/field-table.ts';
import type { Emit, TableBounds } from './api/index.ts';
import type { EventFilter, FilterValue } from './event-filter.ts';
import type { DetectorHead } from './head.ts';

/** A detector whose definition was checked. */
export interface CheckedDetector {
  readonly head: Omit<DetectorHead, 'file' | 'fileHash'>;
  readonly tables: ReadonlyMap<string, TableBounds>;
  detect(event: unknown, state: unknown, emit: Emit): unknown;
}

/** Entries of one table. */
const ENTRIES_MAX = 65_536;

/** Tables of one detector. */
const TABLES_MAX = 16;

type Record = Readonly<{ [name: string]: unknown }>;

/** The detector, or what is wrong with it in one clause each. */
export function checkDefinition(value: unknown): CheckedDetector | readonly string[] {
  if (!isObject(value)) return ['it is no object'];
  const problems: string[] = [];
  const reader = new DefinitionReader(value, problems);
  const head = reader.readHead();
  const tables = reader.readTables();
  const { detect } = value;
  if (typeof detect !== 'function') problems.push('`detect` is no function');
  if (problems.length > 0 || typeof detect !== 'function') return problems;
  return {
    head,
    tables,
    detect: (event, state, emit): unknown => Reflect.apply(detect, value, [event, state, emit]),
  };
}

function isObject(value: unknown): value is Record {
  return typeof value === 'object' && value !== null;
}

function includes(list: unknown, item: string): boolean {
  return Array.isArray(list) && list.includes(item);
}

function isFilterValues(values: unknown): values is readonly FilterValue[] {
  return (
    Array.isArray(values) &&
    values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}

class DefinitionReader {
  readonly #value: Record;
  readonly #problems: string[];

  constructor(value: Record, problems: string[]) {
    this.#value = value;
    this.#problems = problems;
  }

  readHead(): CheckedDetector['head'] {
    return {
      id: this.#id(),
      title: this.#text('title'),
      level: this.#level(),
      description: this.#text('description'),
      attack: this.#attack(),
      falsePositives: this.#texts('falsePositives'),
      runbook: this.#text('runbook'),
      version: this.#text('version'),
      status: this.#text('status', 'stable'),
      tags: this.#texts('tags', []),
      inputs: this.#inputs(),
      fields: this.#fields(),
      only: this.#only(),
      findingsPerSecond: this.#rate(),
    };
  }

  readTables(): ReadonlyMap<string, TableBounds> {
    const { state = {} } = this.#value;
    if (!isObject(state)) {
      this.#problems.push('`state` is no object of tables');
      return new Map();
    }
    const entries = Object.entries(state);
    if (entries.length > TABLES_MAX) {
      this.#problems.push(`\`state\` has ${entries.length} tables, more than ${TABLES_MAX}`);
    }
    return new Map(entries.map(([name, table]) => [name, this.#bounds(name, table)]));
  }

  #bounds(name: string, table: unknown): TableBounds {
    const { kind, entriesMax, forgetAfterMs } = isObject(table) ? table : {};
    if (kind !== 'table') this.#problems.push(`\`state.${name}\` is not made by \`table()\``);
    const isBounded =
      typeof entriesMax === 'number' &&
      Number.isInteger(entriesMax) &&
      entriesMax >= 1 &&
      entriesMax <= ENTRIES_MAX;
    if (!isBounded) {
      this.#problems.push(
        `\`state.${name}.entriesMax\` is no whole number from 1 to ${ENTRIES_MAX}`,
      );
      return { entriesMax: 1 };
    }
    if (forgetAfterMs === undefined) return { entriesMax };
    if (typeof forgetAfterMs === 'number' && forgetAfterMs > 0)
      return { entriesMax, forgetAfterMs };
    this.#problems.push(`\`state.${name}.forgetAfterMs\` is no time`);
    return { entriesMax };
  }

  #text(name: string, absent?: string): string {
    const value = this.#value[name] ?? absent;
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.#problems.push(`\`${name}\` is no text`);
    return '';
  }

  #texts(name: string, absent?: readonly string[]): readonly string[] {
    const value = this.#value[name] ?? absent;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return [...value];
    this.#problems.push(`\`${name}\` is no list of texts`);
    return [];
  }

  #rate(): number | undefined {
    const { findingsPerSecond: rate } = this.#value;
    if (rate === undefined || (typeof rate === 'number' && rate > 0)) return rate;
    this.#problems.push('`findingsPerSecond` is no number above 0');
    return undefined;
  }

  #id(): string {
    const id = this.#text('id');
    if (id !== '' && !/^[A-Za-z0-9][\w.-]{0,127}$/.test(id)) {
      this.#problems.push('`id` has more than letters, digits, `.`, `_` and `-`, or is too long');
    }
    return id;
  }

  #level(): FindingLevel {
    const level = FINDING_LEVELS.find((known) => known === this.#value['level']);
    if (level === undefined)
      this.#problems.push(`\`level\` is none of ${FINDING_LEVELS.join(', ')}`);
    return level ?? 'informational';
  }

  #attack(): readonly string[] {
    const ids = this.#texts('attack');
    for (const id of ids) {
      if (!/^(T\d{4}(\.\d{3})?|TA\d{4})$/.test(id)) {
        this.#problems.push(`\`attack\` has ${JSON.stringify(id)}, which is no id of ATT&CK`);
      }
    }
    return ids;
  }

  #inputs(): readonly EventClass[] {
    const names = this.#texts('inputs');
    if (names.length === 0) this.#problems.push('`inputs` names no class of events');
    return names.filter((name): name is EventClass => {
      if (!isEventClass(name)) this.#refuseName('inputs', name, Object.keys(EVENT_CLASSES));
      return isEventClass(name);
    });
  }

  #fields(): readonly string[] {
    const names = this.#texts('fields');
    for (const written of names) {
      const { name, key } = splitField(written);
      if (!isFieldName(name)) this.#refuseName('fields', written, Object.keys(FIELDS));
      else if (key !== undefined && FIELDS[name].takesKey === undefined) {
        this.#problems.push(`\`fields\` has ${written}, and ${name} takes no key`);
      }
    }
    return [...new Set(names)];
  }

  #only(): EventFilter {
    const { only = {}, inputs, fields } = this.#value;
    const filter: { [Class in EventClass]?: { [written: string]: readonly FilterValue[] } } = {};
    for (const [input, wanted] of Object.entries(isObject(only) ? only : { only })) {
      if (!isEventClass(input) || !includes(inputs, input) || !isObject(wanted)) {
        this.#problems.push(`\`only\` has ${JSON.stringify(input)}, which is no input`);
        continue;
      }
      for (const [written, values] of Object.entries(wanted)) {
        if (!includes(fields, written) || !isFilterValues(values)) {
          this.#problems.push(`\`only.${input}.${written}\` is no list of values of a field`);
        } else filter[input] = { ...filter[input], [written]: values };
      }
    }
    return filter;
  }

  #refuseName(list: string, name: string, known: readonly string[]): void {
    const near = findNearest(name, known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    this.#problems.push(`\`${list}\` has ${JSON.stringify(name)}, which there is not${hint}`);
  }
}

/** `k8s.pod.label[app]` as its name and key. */
export function splitField(written: string): { readonly name: string; readonly key?: string } {
  const [, name, key] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(written) ?? [];
  return name === undefined || key === undefined ? { name: written } : { name, key };
}
