/** Where in a file the place is that a policy probes. */
import { assertNever } from '../../model/errors.ts';
import type { UprobePlace } from '../../model/plan.ts';
import { ElfFile } from './elf-file.ts';
import { SensorFileError } from './errors.ts';
import { findFunction } from './symbols.ts';

/** Bytes from the start of the file. Throws a SensorFileError when there is no such place. */
export function findPlace(path: string, place: UprobePlace, shownAs: string = path): number {
  using file = ElfFile.open(path, shownAs);
  switch (place.kind) {
    case 'offset':
      return place.offset;
    case 'address':
      return toOffset(file, place.address);
    case 'symbol':
      return toOffset(file, findFunction(file, place.symbol) + place.offset);
    default:
      return assertNever(place);
  }
}

function toOffset(file: ElfFile, address: number): number {
  const offset = file.offsetOf(address);
  if (offset !== undefined) return offset;
  const message = `${file.path} has no code at the address 0x${address.toString(16)}`;
  throw new SensorFileError('ENGINE_SYMBOL_MISSING', message);
}
