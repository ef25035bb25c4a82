/** Where the arguments of a user static probe are at each of its places, for its program. */
import type { Hook } from '../../model/plan.ts';
import { SensorFileError, type UsdtArgument, type UsdtLocation } from '../elf/index.ts';
import {
  encodeUsdtLocationConfig,
  STRUCT_SIZES,
  USDT_LOCATIONS_MAX,
  USDT_SOURCE,
  type UsdtArgumentConfig,
} from '../records/index.ts';
import { SensorError } from './errors.ts';
import { hookKey } from './hook-name.ts';

/** The only size of a variable that the kernel side overwrites. */
const VARIABLE_BYTES = 4;

/** Where an argument is, in words. */
const PLACES: Readonly<Record<UsdtArgument['kind'], string>> = {
  constant: 'of a constant',
  register: 'in a register',
  memory: 'in memory',
  unknown: 'at a place that cannot be read',
};

/** What policies do with the arguments of a probe, by their indexes. */
export interface UsdtUses {
  readonly read: readonly number[];
  readonly overwritten: readonly number[];
}

/** Throws when the probe has too many places, or a place without an argument that is used. */
export function encodeUsdtLocations(
  hook: Hook,
  places: readonly UsdtLocation[],
  { read, overwritten }: UsdtUses,
): Uint8Array {
  if (places.length > USDT_LOCATIONS_MAX) {
    const limit = `${places.length} places, the limit is ${USDT_LOCATIONS_MAX}`;
    throw new SensorError('ENGINE_HOOK_FULL', `${hookKey(hook)} has ${limit}`);
  }
  const bytes = new Uint8Array(USDT_LOCATIONS_MAX * STRUCT_SIZES.USDT_LOCATION_CONFIG);
  for (const [number, place] of places.entries()) {
    checkArguments(hook, place, read);
    for (const index of overwritten) checkVariable(hook, place, index);
    const row = encodeUsdtLocationConfig({ arguments: place.arguments.slice(0, 6).map(encode) });
    bytes.set(row, number * STRUCT_SIZES.USDT_LOCATION_CONFIG);
  }
  return bytes;
}

function checkArguments(
  hook: Hook,
  { arguments: args }: UsdtLocation,
  indexes: readonly number[],
): void {
  const missing = indexes.find((index) => (args[index]?.kind ?? 'unknown') === 'unknown');
  if (missing === undefined) return;
  const message = `${hookKey(hook)} has ${args.length} arguments; number ${missing} cannot be read`;
  throw new SensorFileError('ENGINE_SYMBOL_MISSING', message);
}

/** Overwriting anything else would change what is beside it, or nothing. */
function checkVariable(hook: Hook, { arguments: args }: UsdtLocation, index: number): void {
  const argument = args[index];
  if (argument?.kind === 'memory' && argument.size === VARIABLE_BYTES) return;
  const found =
    argument === undefined ? 'missing' : `${argument.size} bytes ${PLACES[argument.kind]}`;
  const message = `argument ${index} of ${hookKey(hook)} is ${found} at one of its places`;
  throw new SensorError(
    'ENGINE_HOOK_UNENFORCEABLE',
    `${message}, and Set needs a variable of ${VARIABLE_BYTES} bytes in memory`,
  );
}

const NOTHING: UsdtArgumentConfig = {
  ...{ displacement: 0n, registerOffset: 0, indexOffset: 0, scale: 0 },
  ...{ source: USDT_SOURCE.NONE, size: 8, isSigned: 0 },
};

function encode(argument: UsdtArgument): UsdtArgumentConfig {
  const shared = { ...NOTHING, size: argument.size, isSigned: Number(argument.isSigned) };
  switch (argument.kind) {
    case 'constant': {
      const displacement = BigInt.asIntN(64, argument.value);
      return { ...shared, source: USDT_SOURCE.CONSTANT, displacement };
    }
    case 'register':
      return { ...shared, source: USDT_SOURCE.REGISTER, registerOffset: argument.register };
    case 'memory':
      return {
        ...shared,
        source: USDT_SOURCE.MEMORY,
        registerOffset: argument.register,
        displacement: argument.displacement,
        indexOffset: argument.index?.register ?? 0,
        scale: argument.index?.scale ?? 0,
      };
    case 'unknown':
      return NOTHING;
  }
}
