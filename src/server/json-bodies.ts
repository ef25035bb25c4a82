/** Bodies in JSON, in a scope of their own: policies are taken as YAML only. */
import type { FastifyInstance } from 'fastify';
import { ServerError } from './errors.ts';

/** Takes JSON in the routes of this scope. */
export function takeJson(scope: FastifyInstance): void {
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch (cause) {
      done(new ServerError('SERVER_REQUEST_INVALID', 'the body is no JSON', { cause }));
    }
  });
}
