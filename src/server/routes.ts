/** The routes of the API: what is asked, and which part of the agent answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AgentApi } from '../model/agent-api.ts';
import type { SettableMode } from '../model/policy.ts';
import { addDeliveryRoutes } from './delivery-routes.ts';
import { ServerError } from './errors.ts';
import type { EventClients } from './event-clients.ts';
import { takeJson } from './json-bodies.ts';
import { policyExists } from './policy-exists.ts';
import { addQuarantineRoutes } from './quarantine-routes.ts';

/** Name of the text in diagnostics when the client does not give one. */
const DEFAULT_FILE = 'policy.yaml';

/** Longest file name a client may give; that of a path in Linux. */
const FILE_LENGTH_MAX = 4096;

/** Adds every route to the application. */
export function addRoutes(app: FastifyInstance, api: AgentApi, clients: EventClients): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/v1/version', () => ({ version: api.version() }));
  app.get('/v1/kernel', () => api.kernel());
  app.get('/v1/status', () => api.stats());
  app.get('/v1/policies', ({ query }) => ({ policies: api.policies(hasMember(query, 'all')) }));
  app.post('/v1/policies', (request, reply) => addPolicies(api, request, reply));
  addPolicyRoutes(app, api);
  app.post('/v1/rules/reload', (_request, reply) => reloadRules(api, reply));
  app.register(async (scope) => {
    takeJson(scope);
    scope.post('/v1/containers', (request) => api.announceContainer(request.body));
    addQuarantineRoutes(scope, api);
    addDeliveryRoutes(scope, api);
  });
  app.get('/v1/events', (_request, reply) => {
    clients.checkRoom();
    reply.hijack();
    clients.serve(reply.raw);
  });
  app.get('/v1/recording', (_request, reply) => {
    if (!api.hasRules()) {
      throw new ServerError('SERVER_RECORDING_EMPTY', 'the agent has no rules, and sees no events');
    }
    clients.checkRoom();
    reply.hijack();
    clients.serve(reply.raw, (listener) => api.record(listener));
  });
}

/** Routes of one policy. */
function addPolicyRoutes(app: FastifyInstance, api: AgentApi): void {
  const path = '/v1/policies/:name';
  app.get(path, (request) => {
    const name = readName(request);
    return api.policies().find((policy) => policy.name === name) ?? unknownPolicy(name);
  });
  app.delete(path, async (request, reply) => {
    const name = readName(request);
    if (await api.removePolicy(name)) return reply.code(204).send();
    return unknownPolicy(name);
  });
  app.post(`${path}/enable`, (request) => setEnabled(api, request, true));
  app.post(`${path}/disable`, (request) => setEnabled(api, request, false));
  app.post(`${path}/mode`, async (request) => {
    const name = readName(request);
    const mode = readMode(request.query);
    if (mode === undefined) {
      throw new ServerError('SERVER_REQUEST_INVALID', '`mode` must be `enforce` or `monitor`');
    }
    return (await api.setPolicyMode(name, mode)) ?? unknownPolicy(name);
  });
}

async function setEnabled(
  api: AgentApi,
  request: FastifyRequest,
  isEnabled: boolean,
): Promise<unknown> {
  const name = readName(request);
  return (await api.setPolicyEnabled(name, isEnabled)) ?? unknownPolicy(name);
}

async function addPolicies(
  api: AgentApi,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const file = readFileName(request.query);
  const mode = readMode(request.query);
  const text = readText(request.body);
  const result = await api.loadPolicies({ text, file, mode });
  if (result.kind === 'loaded') {
    const { statuses, diagnostics } = result;
    return reply.code(201).send({ policies: statuses, diagnostics });
  }
  if (result.kind === 'exists') throw policyExists(result.name);
  const { diagnostics } = result;
  const message = 'the policies have errors, and none of them was loaded';
  return reply.code(422).send({ code: 'SERVER_POLICY_REJECTED', message, diagnostics });
}

async function reloadRules(api: AgentApi, reply: FastifyReply): Promise<unknown> {
  const { kind, ...result } = await api.reloadRules();
  if (kind === 'loaded') return result;
  const message = 'there are errors; what was in force before stays';
  return reply.code(422).send({ code: 'SERVER_RULES_REJECTED', message, ...result });
}

function readName(request: FastifyRequest): string {
  return stringMember(request.params, 'name') ?? '';
}

function unknownPolicy(name: string): never {
  throw new ServerError('SERVER_POLICY_UNKNOWN', `there is no policy ${JSON.stringify(name)}`);
}

function readMode(query: unknown): SettableMode | undefined {
  if (!hasMember(query, 'mode')) return undefined;
  const mode = stringMember(query, 'mode');
  if (mode === 'enforce' || mode === 'monitor') return mode;
  throw new ServerError('SERVER_REQUEST_INVALID', '`mode` must be `enforce` or `monitor`');
}

function readFileName(query: unknown): string {
  if (!hasMember(query, 'file')) return DEFAULT_FILE;
  const file = stringMember(query, 'file');
  if (file === undefined || file === '' || file.length > FILE_LENGTH_MAX) {
    throw new ServerError(
      'SERVER_REQUEST_INVALID',
      `\`file\` must be given once, with 1 to ${FILE_LENGTH_MAX} characters`,
    );
  }
  return file;
}

function readText(body: unknown): string {
  if (body === undefined || body === null || (Buffer.isBuffer(body) && body.length === 0)) {
    throw new ServerError('SERVER_REQUEST_INVALID', 'the body is empty; it must be the policy');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.isBuffer(body) ? body : null);
  } catch (cause) {
    throw new ServerError('SERVER_REQUEST_INVALID', 'the body is not UTF-8', { cause });
  }
}

function hasMember(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function stringMember(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof member === 'string' ? member : undefined;
}
