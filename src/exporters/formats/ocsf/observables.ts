/** Observables: where in a record the values are that others are searched for by. */
import { type Encoded, memberAt } from '../fields/encode-fields.ts';

export interface ObservableRow {
  readonly target: string;
  readonly id: number;
  readonly type: string;
}

function row(target: string, id: number, type: string): ObservableRow {
  return { target, id, type };
}

/** Attributes that are observables, in records and in their evidences. */
export const OBSERVABLES: readonly ObservableRow[] = [
  row('device.hostname', 1, 'Hostname'),
  row('dst_endpoint.hostname', 1, 'Hostname'),
  row('query.hostname', 1, 'Hostname'),
  row('src_endpoint.ip', 2, 'IP Address'),
  row('dst_endpoint.ip', 2, 'IP Address'),
  row('file.name', 7, 'File Name'),
  row('file_result.name', 7, 'File Name'),
  row('file.path', 45, 'File Path'),
  row('file_result.path', 45, 'File Path'),
  row('process.name', 9, 'Process Name'),
  row('process.cmd_line', 13, 'Command Line'),
  row('process.pid', 15, 'Process ID'),
  row('process.user.uid', 31, 'User uid'),
  row('actor.process.name', 9, 'Process Name'),
  row('actor.process.cmd_line', 13, 'Command Line'),
  row('actor.process.pid', 15, 'Process ID'),
  row('actor.process.user.uid', 31, 'User uid'),
];

/** Empty when there are none. */
export function observablesOf(record: Encoded): readonly Encoded[] {
  const evidences = record['evidences'];
  const parts: readonly Encoded[] = Array.isArray(evidences) ? evidences : [];
  return [
    ...observe(record, ''),
    ...parts.flatMap((part, index) => observe(part, `evidences[${index}].`)),
  ];
}

function observe(encoded: Encoded, prefix: string): readonly Encoded[] {
  return OBSERVABLES.flatMap(({ target, id, type }) => {
    const found = memberAt(encoded, target);
    if (found === undefined) return [];
    return [{ name: `${prefix}${target}`, type_id: id, type, value: String(found) }];
  });
}
