/** Tables of fields as tables of Markdown. */
import type { FieldRow, ObjectTable } from '../../src/exporters/formats/fields/rows.ts';
import { writeTable } from './markdown.ts';

/** One line for each field. */
export function writeFields(rows: readonly FieldRow[]): string {
  return writeTable(['Field', 'From'], mergeLines(flatten(rows, '', '')));
}

/** What is always there, and then replaced by what is known, is one line. */
function mergeLines(lines: readonly Line[]): readonly Line[] {
  const merged = new Map<string, string>();
  for (const [field, from] of lines) {
    const always = merged.get(field);
    merged.set(field, always === undefined ? from : `${from}; without it ${always}`);
  }
  return [...merged];
}

type Line = readonly [field: string, from: string];

function flatten(rows: readonly FieldRow[], prefix: string, condition: string): readonly Line[] {
  return rows.flatMap((row): readonly Line[] => {
    switch (row.kind) {
      case 'group':
        return flatten(row.rows, prefix, `, if there is ${alternatives(row.when)}`);
      case 'evidence':
        return flatten(row.rows, `${prefix}${row.target}[].`, '');
      default:
        return [[`\`${prefix}${row.target}\``, `${fromOf(row)}${condition}`]];
    }
  });
}

function fromOf(row: Exclude<FieldRow, { kind: 'group' | 'evidence' }>): string {
  switch (row.kind) {
    case 'value': {
      const as = row.as === undefined ? '' : ` (${row.as.says})`;
      return `${row.sources.map((name) => `\`${name}\``).join(', else ')}${as}`;
    }
    case 'all':
      return row.sources.map((name) => `\`${name}\``).join(' and ');
    case 'constant':
      return `always ${JSON.stringify(row.value)}`;
    case 'object':
      return `object ${row.table.name}, if there is ${alternatives(row.table.when)}`;
  }
}

function alternatives(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ');
}

/** Objects that the rows name, and those that are in them, each once. */
export function listObjects(rows: readonly FieldRow[]): readonly ObjectTable[] {
  return [...new Set(rows.flatMap(objectsOf))];
}

function objectsOf(row: FieldRow): readonly ObjectTable[] {
  switch (row.kind) {
    case 'object':
      return [row.table, ...row.table.rows.flatMap(objectsOf)];
    case 'group':
    case 'evidence':
      return row.rows.flatMap(objectsOf);
    default:
      return [];
  }
}
