/** Every code of problems of a configuration. */
import type { ConfigProblemCode } from '../config-problem.ts';
import type { ErrorSpec } from '../errors.ts';

/** What can be wrong with a configuration; the key is the code. */
export const CONFIG_ERRORS: Readonly<Record<ConfigProblemCode, ErrorSpec>> = {
  CONFIG_KEY_MISSING: {
    summary: 'a key that is required is not there',
    remedy: 'add it',
    retryable: false,
  },
  CONFIG_KEY_UNKNOWN: {
    summary: 'a key is not known at this place',
    remedy: 'see the keys of this place in the reference; nothing of the file was taken',
    retryable: false,
  },
  CONFIG_SECRET_UNREADABLE: {
    summary: 'the file or the variable that a secret is to come from cannot be read',
    remedy: 'check that it is there, readable and not empty',
    retryable: true,
  },
  CONFIG_TYPE_MISMATCH: {
    summary: 'a value is of another type than its key takes',
    remedy: 'give a value of the type that the message names; quote texts that look like numbers',
    retryable: false,
  },
  CONFIG_VALUE_INVALID: {
    summary: 'a value does not have the form that its key takes',
    remedy: 'see the message for the form',
    retryable: false,
  },
  CONFIG_VALUE_RANGE: {
    summary: 'a number, a size or a time is outside of what its key takes',
    remedy: 'see the message for the bounds',
    retryable: false,
  },
  CONFIG_VALUE_UNKNOWN: {
    summary: 'a value is none of those that its key takes',
    remedy: 'see the message for them',
    retryable: false,
  },
};
