/** Asks the API server, with the address and credentials that the watchers have. */
import type { ClusterPolicyKind } from '../../model/cluster-policy.ts';
import type { ClusterPolicyObject } from '../../model/cluster-policy-status.ts';
import { ApiClient, type ApiRequest } from '../api/api-client.ts';
import type { ClientConfig } from '../client.ts';
import { KubernetesError } from '../errors.ts';
import { ApiFailure, type PolicyObjects } from './policy-objects.ts';
import { boundText } from './status-entry.ts';

const PLURALS: Readonly<Record<ClusterPolicyKind, string>> = {
  TracingPolicy: 'tracingpolicies',
  TracingPolicyNamespaced: 'tracingpoliciesnamespaced',
};

/** One for all nodes: they are told apart by their entries, and lists of managers stay short. */
const FIELD_MANAGER = 'warder';

/** Nothing else is written while a request is under way. */
const TIMEOUT_MS = 10_000;
const REASON_MAX = 300;

/** A request under way is finished, or given up when its time is over. */
const NEVER: AbortSignal = new AbortController().signal;

/** Calls of the API server that the configuration names; tokens are read again as watchers do. */
export function createPolicyObjects(
  client: ClientConfig,
  timeoutMs: number = TIMEOUT_MS,
): PolicyObjects {
  const api = new ApiClient(client, timeoutMs);
  return {
    read: (object) => ask(api, { path: pathOf(object) }),
    patchStatus: (object, body) =>
      ask(api, {
        path: `${pathOf(object)}/status`,
        query: { fieldManager: FIELD_MANAGER },
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body,
      }),
    async createEvent(namespace, body) {
      const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
      await ask(api, { path, method: 'POST', body });
    },
  };
}

function pathOf({ kind, namespace, name }: ClusterPolicyObject): string {
  const within = namespace === '' ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  return `/apis/cilium.io/v1alpha1/${within}${PLURALS[kind]}/${encodeURIComponent(name)}`;
}

/** No answer, or half of one, is a failure like any other. */
async function ask(api: ApiClient, request: ApiRequest): Promise<unknown> {
  try {
    return await api.readJson(request, NEVER);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    const { status, retryAfterMs } = error;
    const reason = boundText(error.message, REASON_MAX);
    throw new ApiFailure(reason, status, { cause: error, retryAfterMs });
  }
}
