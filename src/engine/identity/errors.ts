/** What can go wrong when others say who a container is. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../../model/errors.ts';

export type IdentityErrorCode = 'ENGINE_CONTAINER_UNKNOWN' | 'ENGINE_CONTAINER_INVALID';

/** Error table of this folder; the key is the code. */
export const IDENTITY_ERRORS: Readonly<Record<IdentityErrorCode, ErrorSpec>> = {
  ENGINE_CONTAINER_UNKNOWN: {
    summary: 'a runtime announced a container whose first process has no cgroup of its own here',
    remedy: 'Run the agent in the namespaces of the host, and containers in cgroups of their own.',
    retryable: false,
  },
  ENGINE_CONTAINER_INVALID: {
    summary: 'what a runtime said of a container is no OCI state',
    remedy: 'Give the hook what the runtime gives it, as OCI runtimes do with createRuntime.',
    retryable: false,
  },
};

export class IdentityError extends CodedError {
  constructor(code: IdentityErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'IdentityError';
  }
}
