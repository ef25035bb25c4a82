/** What can go wrong between the agent and an API server. */
import { CodedError, type ErrorSpec } from '../model/errors.ts';

export type KubernetesErrorCode =
  | 'K8S_CONFIG_INVALID'
  | 'K8S_ANSWER_INVALID'
  | 'K8S_AWAY'
  | 'K8S_REFUSED';

/** Error table of this room; the key is the code. */
export const KUBERNETES_ERRORS: Readonly<Record<KubernetesErrorCode, ErrorSpec>> = {
  K8S_CONFIG_INVALID: {
    summary: 'the kubeconfig cannot be read, or names no API server',
    remedy: 'Correct the file that --kubeconfig names.',
    retryable: false,
  },
  K8S_ANSWER_INVALID: {
    summary: 'the API server, or a proxy before it, answered what is no answer',
    remedy: 'It is asked again by itself; look at what stands between agent and API server.',
    retryable: true,
  },
  K8S_AWAY: {
    summary: 'the API server cannot be reached',
    remedy: 'It is asked again by itself; until then what was known last stays in force.',
    retryable: true,
  },
  K8S_REFUSED: {
    summary: 'the API server refused a request',
    remedy: 'With 401, renew the token; with 403, apply `deploy/rbac.yaml`.',
    retryable: true,
  },
};

export interface KubernetesErrorOptions extends ErrorOptions {
  /** Of the answer; 0 when there was none. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

export class KubernetesError extends CodedError {
  readonly status: number;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number;

  constructor(code: KubernetesErrorCode, message: string, options: KubernetesErrorOptions = {}) {
    super(code, message, options);
    this.name = 'KubernetesError';
    this.status = options.status ?? 0;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
