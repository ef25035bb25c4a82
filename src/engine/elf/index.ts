/** Program files: what is where in them. */
export { ELF_ERRORS, SensorFileError, type SensorFileErrorCode } from './errors.ts';
export { findPlace } from './find-place.ts';
