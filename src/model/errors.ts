/**
 * The three kinds of failure: coded operational errors, broken invariants, and (see diagnostic.ts)
 * diagnostics.
 */

/** One row of a room's error table; the key of the table is the code. */
export interface ErrorSpec {
  /** What went wrong in one clause, without values. */
  readonly summary: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

/** What a coded error carries besides its code and message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** Positive errno of the failed call. */
  readonly errno?: number;
  /** The library or system call that failed. */
  readonly call?: string;
  /** Full text for those who ask: a verifier log. */
  readonly log?: string;
}

/** An operational error: the world failed, not the program. Codes are stable and documented. */
export class CodedError extends Error {
  readonly code: string;
  readonly errno: number | undefined;
  readonly call: string | undefined;
  readonly log: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CodedError';
    this.code = code;
    this.errno = details.errno;
    this.call = details.call;
    this.log = details.log;
  }
}

/** A broken invariant: a bug. Never caught to continue. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvariantError';
  }
}

/** Throws InvariantError unless the condition holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Makes a switch over a union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected value ${JSON.stringify(value)}`);
}
