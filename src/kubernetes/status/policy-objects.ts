/** What is asked of an API server to tell users what became of their policies. */
import type { ClusterPolicyObject } from '../../model/cluster-policy-status.ts';

/** Every call may fail with an ApiFailure, and with nothing else. */
export interface PolicyObjects {
  /** The object of that name as it is now. */
  read(object: ClusterPolicyObject): Promise<unknown>;
  /** Merges into the object through its status, and returns what came of it. */
  patchStatus(object: ClusterPolicyObject, patch: object): Promise<unknown>;
  /** Creates an event in a namespace. */
  createEvent(namespace: string, event: object): Promise<void>;
}

/** An API server did not do what it was asked for. */
export class ApiFailure extends Error {
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number;
  /** How long the server wants to be left alone; 0 when it did not say. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    status: number,
    details: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, { cause: details.cause });
    this.name = 'ApiFailure';
    this.status = status;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** The server answered, and not as API servers do. */
export function oddAnswer(): ApiFailure {
  return new ApiFailure('the answer is no object of an API server', 0, {});
}

/** Makes requests; hands on what the server did not do, and throws what is none of its doing. */
export async function attempt(
  ask: () => Promise<void>,
  onFailure: (failure: ApiFailure) => void,
): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    onFailure(error);
  }
}

/** Undefined when there is nothing of that name. */
export async function ifFound(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}
