/** Serves a store of policies over TLS in the words of an API server, and breaks when told to. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClientConfig } from '../../../src/kubernetes/client.ts';
import { type Answer, failure, type ObjectPlace, PolicyStore } from './policy-store.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './test-identity.ts';

const TOKEN = 'token-of-the-agent';
const KINDS: Readonly<Record<string, string>> = {
  tracingpolicies: 'TracingPolicy',
  tracingpoliciesnamespaced: 'TracingPolicyNamespaced',
};
const POLICY =
  /^\/apis\/cilium\.io\/v1alpha1\/(?:namespaces\/([^/]+)\/)?([a-z]+)\/([^/]+)(\/status)?$/;
const EVENTS = /^\/apis\/events\.k8s\.io\/v1\/namespaces\/([^/]+)\/events$/;

/** What happens to a request instead of an answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'drop' | 'garbage' | 'half' | 'silence' };

export interface PolicyServer {
  readonly store: PolicyStore;
  /** Reads the right token when it is refreshed. */
  readonly client: ClientConfig;
  /** Of the next requests, one each. */
  readonly faults: Fault[];
  /** Method, path and type of every request. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Listens at a port of its own. */
export async function startPolicyServer(token: string = TOKEN): Promise<PolicyServer> {
  const store = new PolicyStore();
  const faults: Fault[] = [];
  const requests: string[] = [];
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://server');
    const manager = searchParams.get('fieldManager') ?? '';
    const type = request.headers['content-type'] ?? '';
    requests.push([request.method, pathname, type, manager].filter(Boolean).join(' '));
    void readBody(request).then((body) => {
      const fault = faults.shift();
      if (fault !== undefined) breakDown(fault, response);
      else send(response, answer(store, { request, pathname, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    store,
    faults,
    requests,
    client: clientOf(server, token),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function clientOf(server: Server, token: string): ClientConfig {
  const config = configFor(server, token);
  return { config, refresh: () => config.loadFromOptions(configFor(server, TOKEN)) };
}

function configFor(server: Server, token: string): KubeConfig {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'test',
        server: `https://127.0.0.1:${port}`,
        caData: Buffer.from(TEST_CERTIFICATE).toString('base64'),
      },
    ],
    users: [{ name: 'agent', token }],
    contexts: [{ name: 'test', cluster: 'test', user: 'agent' }],
    currentContext: 'test',
  });
  return config;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly pathname: string;
  readonly body: string;
}

function answer(store: PolicyStore, { request, pathname, body }: Asked): Answer {
  const { method, headers } = request;
  if (headers.authorization !== `Bearer ${TOKEN}`) return failure(401, 'Unauthorized');
  const [, eventNamespace] = EVENTS.exec(pathname) ?? [];
  if (eventNamespace !== undefined && method === 'POST') {
    return store.createEvent(eventNamespace, JSON.parse(body));
  }
  const [, namespace = '', plural = '', name = '', status] = POLICY.exec(pathname) ?? [];
  const place: ObjectPlace = { kind: KINDS[plural] ?? '', namespace, name };
  if (method === 'GET' && status === undefined) return store.read(place);
  if (method !== 'PATCH' || status === undefined) return failure(405, 'not allowed');
  if (headers['content-type'] !== 'application/merge-patch+json') return failure(415, 'the type');
  return store.patchStatus(place, JSON.parse(body));
}

function breakDown(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'status') {
    const { status, retryAfter } = fault;
    send(response, failure(status, 'as the test asked'), retryAfter);
  } else if (fault.kind === 'drop') response.destroy();
  else if (fault.kind === 'garbage') response.end('<html>\u001b[31mBad gateway');
  else if (fault.kind === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"kind":', () => response.destroy());
  }
}

function send(response: ServerResponse, { status, body }: Answer, retryAfter?: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
