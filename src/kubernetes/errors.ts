/** Every coded error of the Kubernetes room. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../model/errors.ts';

export type KubernetesErrorCode =
  | 'K8S_ANSWER_INVALID'
  | 'K8S_ANSWER_TOO_LARGE'
  | 'K8S_CONFIG_INVALID'
  | 'K8S_REQUEST_REFUSED'
  | 'K8S_SERVER_SILENT'
  | 'K8S_SERVER_UNREACHABLE'
  | 'K8S_VERSION_EXPIRED';

/** Error table of this room; the key is the code. */
export const KUBERNETES_ERRORS: Readonly<Record<KubernetesErrorCode, ErrorSpec>> = {
  K8S_ANSWER_INVALID: {
    summary: 'the API server answered with what is not JSON of the Kubernetes API',
    remedy: 'look for a proxy between; it is asked again, and what was known stays in force',
    retryable: true,
  },
  K8S_ANSWER_TOO_LARGE: {
    summary: 'the API server answered with more than fits into the memory of an agent',
    remedy: 'nothing is to be done for lists, of which less is asked for at a time',
    retryable: true,
  },
  K8S_CONFIG_INVALID: {
    summary: 'the agent cannot tell where its API server is, or how to log in',
    remedy: 'correct what the message names: the kubeconfig, or the service account of the pod',
    retryable: false,
  },
  K8S_REQUEST_REFUSED: {
    summary: 'the API server refused a request',
    remedy: 'see the status: 401 and 403 are about the token and its rights, 404 about the CRDs',
    retryable: true,
  },
  K8S_SERVER_SILENT: {
    summary: 'the API server did not answer in time',
    remedy: 'it is asked again; look at its load and at the network',
    retryable: true,
  },
  K8S_SERVER_UNREACHABLE: {
    summary: 'the connection to the API server failed',
    remedy: 'it is tried again; look at the address, the certificate authority and the network',
    retryable: true,
  },
  K8S_VERSION_EXPIRED: {
    summary: 'the API server no longer has the changes since what was read last',
    remedy: 'nothing is to be done: everything is read again',
    retryable: true,
  },
};

/** What is known of an answer that was a refusal. */
export interface Refusal extends ErrorDetails {
  /** HTTP status, or the code of a Status object in a stream. */
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** After the server had accepted the request. */
  readonly isInStream?: boolean;
}

/** An error of talking to an API server; the code is a key of KUBERNETES_ERRORS. */
export class KubernetesError extends CodedError {
  /** 0 when there was no answer. */
  readonly status: number;
  /** How long the server asks to be left alone; 0 when it does not. */
  readonly retryAfterMs: number;
  readonly isInStream: boolean;

  constructor(code: KubernetesErrorCode, message: string, details: Refusal = {}) {
    super(code, message, details);
    this.name = 'KubernetesError';
    this.status = details.status ?? 0;
    this.retryAfterMs = details.retryAfterMs ?? 0;
    this.isInStream = details.isInStream ?? false;
  }
}
