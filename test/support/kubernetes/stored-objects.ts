/** Asks a store directly, without a server between, and fails when told to. */

import { ApiFailure, type PolicyObjects } from '../../../src/kubernetes/status/policy-objects.ts';
import type { ClusterPolicyObject } from '../../../src/model/cluster-policy-status.ts';
import { type Answer, failure, type PolicyStore } from './policy-store.ts';

/** What the next requests are answered with instead: a status of HTTP each, 0 for no answer. */
export class StoredObjects implements PolicyObjects {
  readonly failures: { readonly status: number; readonly retryAfterMs?: number }[] = [];
  requests = 0;
  /** Whether patches are answered as a server does that does not like them. */
  refuseEntries = false;
  /** Happens when the next patch was written, before its answer arrives. */
  duringPatch: (() => void) | undefined;
  /** Happens when an object was read. */
  afterRead: () => void = () => undefined;
  readonly #store: PolicyStore;

  constructor(store: PolicyStore) {
    this.#store = store;
  }

  read(object: ClusterPolicyObject): Promise<unknown> {
    const answer = this.#answer(() => this.#store.read(object));
    this.afterRead();
    return answer;
  }

  patchStatus(object: ClusterPolicyObject, patch: object): Promise<unknown> {
    return this.#answer(() => {
      if (this.refuseEntries) return failure(422, 'too many');
      const answer = this.#store.patchStatus(object, toJson(patch));
      const { duringPatch } = this;
      this.duringPatch = undefined;
      duringPatch?.();
      return answer;
    });
  }

  async createEvent(namespace: string, event: object): Promise<void> {
    await this.#answer(() => this.#store.createEvent(namespace, toJson(event)));
  }

  async #answer(ask: () => Answer): Promise<unknown> {
    this.requests += 1;
    const fault = this.failures.shift();
    if (fault !== undefined) throw new ApiFailure(`fault ${fault.status}`, fault.status, fault);
    const { status, body } = ask();
    if (status >= 300) throw new ApiFailure(String(body['message']), status, {});
    return body;
  }
}

/** What is left of an object on the wire. */
function toJson(value: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(value));
}
