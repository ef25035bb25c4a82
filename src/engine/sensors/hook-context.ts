/** What the program of a hook has to know of its kernel: where the fields of an event are. */
import type { KernelTypes, TracepointField } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import type { UsdtLocation } from '../elf/index.ts';
import {
  encodeFieldConfig,
  FIELD_KIND,
  FUNCTION_ARGUMENTS_MAX,
  STRUCT_SIZES,
} from '../records/index.ts';
import { u32Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { hookKey } from './hook-name.ts';
import type { JoinedPlans } from './join-plans.ts';
import { encodeUsdtLocations } from './usdt-locations.ts';

export interface HookContext {
  /** Constants of the program that only this kind of hook has. */
  readonly variables: Readonly<Record<string, Uint8Array>>;
  /** Where the program finds an argument; by its index when undefined. */
  readonly slotOf?: (index: number) => number;
}

/** Where the hook is. */
export interface HookSurroundings {
  readonly types: KernelTypes;
  /** Of a user static probe. */
  readonly places: readonly UsdtLocation[];
}

/** Throws SensorError when this kernel does not have what the plans ask for. */
export function contextOf(
  hook: Hook,
  joined: JoinedPlans,
  { types, places }: HookSurroundings,
): HookContext {
  const parameters = joined.arguments.filter(
    ({ resolve, atReturn }) =>
      resolve?.isCurrentTask !== true && resolve?.register === undefined && atReturn !== 'result',
  );
  const indexes = [...new Set(parameters.map(({ index }) => index))];
  if (hook.kind === 'usdt') {
    const uses = { read: indexes, overwritten: joined.variables };
    const locations = encodeUsdtLocations(hook, places, uses);
    return { variables: { locations } };
  }
  if (hook.kind !== 'tracepoint') return { variables: {} };
  if (indexes.length > FUNCTION_ARGUMENTS_MAX) {
    const limit = `${indexes.length} fields, the limit is ${FUNCTION_ARGUMENTS_MAX}`;
    throw new SensorError('ENGINE_HOOK_FULL', `the policies on ${hookKey(hook)} read ${limit}`);
  }
  const fields = indexes.length === 0 ? [] : readFields(hook, indexes, types);
  const bytes = new Uint8Array(FUNCTION_ARGUMENTS_MAX * STRUCT_SIZES.FIELD_CONFIG);
  fields.forEach((field, slot) => {
    bytes.set(encodeField(field), slot * STRUCT_SIZES.FIELD_CONFIG);
  });
  return {
    variables: { fields: bytes, field_count: u32Bytes(fields.length) },
    slotOf: (index) => indexes.indexOf(index),
  };
}

function readFields(
  hook: Extract<Hook, { kind: 'tracepoint' }>,
  indexes: readonly number[],
  types: KernelTypes,
): readonly TracepointField[] {
  const all = types.tracepointFields(hook.subsystem, hook.name);
  if (all === undefined) {
    throw new SensorError(
      'ENGINE_FORMAT_MISSING',
      `the format of ${hookKey(hook)} cannot be read below /sys/kernel/tracing/events`,
    );
  }
  return indexes.map((index) => {
    const field = all[index];
    if (field !== undefined) return field;
    const message = `${hookKey(hook)} has ${all.length} fields, and field ${index} is asked for`;
    throw new SensorError('ENGINE_FORMAT_MISSING', message);
  });
}

function encodeField({ type, offset, size }: TracepointField): Uint8Array {
  if (type.startsWith('__data_loc')) {
    return encodeFieldConfig({ offset, size, kind: FIELD_KIND.DATA_LOC });
  }
  const kind = type.endsWith(']') ? FIELD_KIND.ADDRESS : FIELD_KIND.VALUE;
  return encodeFieldConfig({ offset, size, kind });
}
