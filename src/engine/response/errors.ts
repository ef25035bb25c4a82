/** What responses refuse, whatever comes of it. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../../model/errors.ts';

export type ResponseErrorCode =
  | 'ENGINE_RESPONSE_INVALID'
  | 'ENGINE_RESPONSE_PROTECTED'
  | 'ENGINE_RESPONSE_FULL';

/** Error table of this folder; the key is the code. */
export const RESPONSE_ERRORS: Readonly<Record<ResponseErrorCode, ErrorSpec>> = {
  ENGINE_RESPONSE_INVALID: {
    summary: 'a response was asked for without a target that goes with its scope, or in no time',
    remedy: 'Name a process for `process` and `tree`, a cgroup for `cgroup`, a signal to send.',
    retryable: false,
  },
  ENGINE_RESPONSE_PROTECTED: {
    summary:
      'the target of a response is, or has in it, the agent, the first process, or the kernel',
    remedy: 'Name a narrower target: a process below it, or another cgroup.',
    retryable: false,
  },
  ENGINE_RESPONSE_FULL: {
    summary: 'there are as many responses in force as there can be',
    remedy: 'Release quarantines: `warder quarantine list` shows them.',
    retryable: true,
  },
};

/** An operational error of a response; the code is a key of RESPONSE_ERRORS. */
export class ResponseError extends CodedError {
  constructor(code: ResponseErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'ResponseError';
  }
}
