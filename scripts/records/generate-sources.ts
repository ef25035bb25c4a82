/** Which code is generated, and from which types. */
import { type Btf, hashStruct } from '../../src/engine/btf/index.ts';
import { assert } from '../../src/model/errors.ts';
import { describeStruct, type StructLayout } from './describe-struct.ts';
import { writeEncoders } from './write-encoders.ts';
import { type EnumLayout, writeEnums } from './write-enums.ts';
import { type StructDigest, writeLayout } from './write-layout.ts';
import { writeLimits } from './write-limits.ts';
import { writeViews } from './write-views.ts';

const RECORDS = [
  'record_header',
  'exec_record',
  'fork_record',
  'exit_record',
  'argument_record',
  'hook_record',
  'loader_record',
  'dns_record',
  'cgroup_record',
  'socket_detail',
  'user_namespace_detail',
  'cred_detail',
  'bpf_detail',
  'perf_event_detail',
];

/** Records whose members are matched without being decoded. */
const PLACED = ['socket_detail'];

const ENCODED_ROWS = [
  'selector_set',
  'selector_row',
  'rate_row',
  'dimension_config',
  'hook_config',
  'field_config',
  'usdt_argument_config',
  'usdt_location_config',
  'number_key',
  'text_key_tiny',
  'text_key_small',
  'text_key_medium',
  'text_key_large',
  'block_key',
  'length_row',
  'binary_key',
  'binary_row',
  'workload_row',
  'loss_key',
  'response_row',
  'marking_row',
  'doomed_row',
];

const DECODED_ROWS = [
  'binary_row',
  'loss_key',
  'hook_counters_row',
  'selector_counters_row',
  'response_row',
  'marking_row',
  'marked_row',
];

const ENUMS = [
  'record_kind',
  'record_flag',
  'exec_flag',
  'argument_status',
  'outcome_flag',
  'return_status',
  'argument_type',
  'argument_source',
  'argument_width',
  'dimension_kind',
  'dimension_source',
  'dimension_flag',
  'fact',
  'hook_flag',
  'rate_scope',
  'return_tracking',
  'field_kind',
  'usdt_source',
  'control_number',
  'counter',
  'loss_reason',
  'cgroup_change',
  'dns_direction',
  'workload_number',
  'verdict_kind',
  'marking_scope',
];

/**
 * Unformatted source text by file name, from the BTF of the wire format and the text of limits.h.
 * The same input gives the same text.
 */
export function generateSources(btf: Btf, limits: string): ReadonlyMap<string, string> {
  const describe = (name: string): StructLayout => describeStruct(btf, name);
  const names = [...new Set([...RECORDS, ...ENCODED_ROWS, ...DECODED_ROWS])];
  const rows = { encoded: ENCODED_ROWS.map(describe), decoded: DECODED_ROWS.map(describe) };
  return new Map([
    ['enums.ts', writeEnums(ENUMS.map((name) => describeEnum(btf, name)))],
    ['limits.ts', writeLimits(limits)],
    [
      'layout.ts',
      writeLayout(
        names.map((name) => digestStruct(btf, name)),
        PLACED.map(describe),
      ),
    ],
    ['views.ts', writeViews(RECORDS.map(describe))],
    ['encoders.ts', writeEncoders(rows)],
  ]);
}

function describeEnum(btf: Btf, name: string): EnumLayout {
  const values = btf.enumValues(name);
  assert(values !== undefined, `there is no enum ${name}`);
  return { name, values };
}

function digestStruct(btf: Btf, name: string): StructDigest {
  const hash = hashStruct(btf, name);
  assert(hash !== undefined, `there is no struct ${name}`);
  return { name, size: describeStruct(btf, name).size, hash };
}
