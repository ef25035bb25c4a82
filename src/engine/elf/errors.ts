/** Errors about program files that policies put probes into. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../../model/errors.ts';

/** Codes of this room. */
export type SensorFileErrorCode =
  | 'ENGINE_FILE_UNREADABLE'
  | 'ENGINE_FILE_INVALID'
  | 'ENGINE_SYMBOL_MISSING'
  | 'ENGINE_DIGEST_REJECTED';

/** Every code with what it means and what to do. */
export const ELF_ERRORS: Readonly<Record<SensorFileErrorCode, ErrorSpec>> = {
  ENGINE_FILE_UNREADABLE: {
    summary: 'a program or library that a policy probes cannot be read',
    remedy: 'Check the path, as the agent sees it: it is not that of a container.',
    retryable: true,
  },
  ENGINE_FILE_INVALID: {
    summary: 'a file that a policy probes is not an ELF file that can be probed',
    remedy: 'Name a 64-bit program or shared library, and not a script.',
    retryable: false,
  },
  ENGINE_SYMBOL_MISSING: {
    summary: 'a program or library does not have what a policy probes in it',
    remedy: 'Check the name with `nm -D` or `readelf -n`; of a stripped file, use offsets.',
    retryable: false,
  },
  ENGINE_DIGEST_REJECTED: {
    summary: 'a program or library has none of the digests that a policy asks for',
    remedy: 'Add its digest to `binaryDigests`, or set `ignore.digestVerificationFailure: true`.',
    retryable: false,
  },
};

/** An operational error about a file; the code is a key of ELF_ERRORS. */
export class SensorFileError extends CodedError {
  constructor(code: SensorFileErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'SensorFileError';
  }
}
