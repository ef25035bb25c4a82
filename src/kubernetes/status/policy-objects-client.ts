/** Asks the API server through its client library. */
import {
  ApiException,
  type ConfigurationOptions,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderMiddleware,
} from '@kubernetes/client-node';
import type { ClusterPolicyKind } from '../../model/cluster-policy.ts';
import type { ClusterPolicyObject } from '../../model/cluster-policy-status.ts';
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

/** Calls of the API server that the configuration names. */
export function createPolicyObjects(
  config: KubeConfig,
  timeoutMs: number = TIMEOUT_MS,
): PolicyObjects {
  const api = config.makeApiClient(CustomObjectsApi);
  const options = requestOptions('Accept', 'application/json', timeoutMs);
  const merge = requestOptions('Content-Type', PatchStrategy.MergePatch, timeoutMs);
  return {
    read: (object) =>
      orFailure(() => {
        const { namespace } = object;
        return namespace === ''
          ? api.getClusterCustomObject(placeOf(object), options)
          : api.getNamespacedCustomObject({ ...placeOf(object), namespace }, options);
      }),
    patchStatus: (object, body) =>
      orFailure(() => {
        const request = { ...placeOf(object), body, fieldManager: FIELD_MANAGER };
        const { namespace } = object;
        return namespace === ''
          ? api.patchClusterCustomObjectStatus(request, merge)
          : api.patchNamespacedCustomObjectStatus({ ...request, namespace }, merge);
      }),
    createEvent: (namespace, body) =>
      orFailure(async () => {
        const place = { group: 'events.k8s.io', version: 'v1', plural: 'events', namespace };
        await api.createNamespacedCustomObject({ ...place, body }, options);
      }),
  };
}

interface Place {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly name: string;
}

function placeOf({ kind, name }: ClusterPolicyObject): Place {
  return { group: 'cilium.io', version: 'v1alpha1', plural: PLURALS[kind], name };
}

/** One header, and an end to waiting. */
function requestOptions(name: string, value: string, timeoutMs: number): ConfigurationOptions {
  const { pre, post } = setHeaderMiddleware(name, value);
  return {
    middlewareMergeStrategy: 'append',
    middleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(timeoutMs));
          return pre(request);
        },
        post,
      },
    ],
  };
}

async function orFailure<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw toFailure(error);
  }
}

/** No answer, or half of one, is a failure like any other. */
function toFailure(error: unknown): ApiFailure {
  if (!(error instanceof ApiException)) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return new ApiFailure(boundText(reason, REASON_MAX), 0, { cause: error });
  }
  const seconds = Number(error.headers['retry-after'] ?? 0);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
  const reason = `${error.code} ${serverMessage(error.body)}`;
  return new ApiFailure(boundText(reason, REASON_MAX), error.code, { cause: error, retryAfterMs });
}

/** The body is a Status, or whatever a proxy on the way wrote. */
function serverMessage(body: unknown): string {
  if (typeof body !== 'string') return messageOf(body);
  try {
    return messageOf(JSON.parse(body));
  } catch {
    return body;
  }
}

function messageOf(status: unknown): string {
  const { message } = { message: '', ...Object(status) };
  return typeof message === 'string' ? message : '';
}
