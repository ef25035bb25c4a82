/** Program files: what is where in them. */
export { ElfFile } from './elf-file.ts';
export { ELF_ERRORS, SensorFileError, type SensorFileErrorCode } from './errors.ts';
export { hasDigest, withOpenFile } from './file-digest.ts';
export { findPlace } from './find-place.ts';
export { findUsdt, type UsdtLocation } from './stapsdt.ts';
export type { UsdtArgument } from './usdt-argument.ts';
