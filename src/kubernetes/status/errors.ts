/** What can go wrong when users are told what became of their policies. */
import type { ErrorSpec } from '../../model/errors.ts';

export type StatusErrorCode =
  | 'K8S_EVENT_FAILED'
  | 'K8S_STATUS_FAILED'
  | 'K8S_STATUS_NOT_SERVED'
  | 'K8S_STATUS_REFUSED';

/** Error table of this folder; the key is the code. */
export const STATUS_ERRORS: Readonly<Record<StatusErrorCode, ErrorSpec>> = {
  K8S_EVENT_FAILED: {
    summary: 'an Event about a policy could not be created',
    remedy: 'see the status: with 403, apply `deploy/rbac.yaml`; the policy itself is not affected',
    retryable: true,
  },
  K8S_STATUS_FAILED: {
    summary: 'the status of a policy could not be written',
    remedy: 'see the status: with 403, apply `deploy/rbac.yaml`; else it is tried again by itself',
    retryable: true,
  },
  K8S_STATUS_NOT_SERVED: {
    summary: 'the definition of the kind at the API server has no status',
    remedy: 'apply `deploy/crds`; policies are in force all the same',
    retryable: false,
  },
  K8S_STATUS_REFUSED: {
    summary: 'the API server does not accept the status of a policy',
    remedy: 'apply `deploy/crds` of this version; with 400 nodes in a status, no more are taken',
    retryable: false,
  },
};
