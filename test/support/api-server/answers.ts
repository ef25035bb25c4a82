/** What the test's API server answers with when it is not an object. */
import type { ServerResponse } from 'node:http';
import { apiVersionOf, type ResourceKind } from './resources.ts';
import type { Json } from './stored-object.ts';

/** A request that is answered with a Status object. */
export class StatusAnswer extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Json;

  constructor(code: number, reason: string, message: string, details: Json = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  get body(): Json {
    const { code, reason, message, details } = this;
    const status = code < 300 ? 'Success' : 'Failure';
    const type = { kind: 'Status', apiVersion: 'v1', metadata: {} };
    return { ...type, status, message, reason, details, code };
  }
}

export function notFound({ group, plural }: ResourceKind, name: string): StatusAnswer {
  const place = group === '' ? plural : `${plural}.${group}`;
  return new StatusAnswer(404, 'NotFound', `${place} "${name}" not found`, {
    name,
    group,
    kind: plural,
  });
}

/** `status` of HTTP, JSON, and nothing after it. */
export function sendJson(response: ServerResponse, code: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

export function sendStatus(response: ServerResponse, answer: StatusAnswer): void {
  const seconds = answer.details['retryAfterSeconds'];
  if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
  sendJson(response, answer.code, answer.body);
}

/** Items of core kinds have no type of their own in a list. */
export function toList(resource: ResourceKind, items: readonly Json[], metadata: Json): Json {
  const bare = resource.isCustom
    ? items
    : items.map(({ apiVersion: _a, kind: _k, ...item }) => item);
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: bare,
  };
}
