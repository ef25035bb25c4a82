/** The HTTP application, without the socket it listens on. */
import { type FastifyInstance, fastify } from 'fastify';
import type { AgentApi } from '../model/agent-api.ts';
import { InvariantError } from '../model/errors.ts';
import type { Logger } from '../model/log.ts';
import type { MetricsPage } from '../model/metrics-page.ts';
import { createErrorHandler } from './answer-error.ts';
import { ServerError } from './errors.ts';
import type { EventClients } from './event-clients.ts';
import { addMetricsRoute } from './metrics-route.ts';
import { addRoutes } from './routes.ts';

/** A policy is some kilobytes; this is the size of the largest thing Kubernetes would store. */
const BODY_SIZE_MAX = 1024 * 1024;

/** How long a client may take to send a whole request. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Kubernetes allows names of 253 characters; each may take three in a URL. */
const NAME_LENGTH_MAX = 1024;

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

export interface AppOptions {
  readonly api: AgentApi;
  readonly logger: Logger;
  readonly clients: EventClients;
  /** Without it there is no such route. */
  readonly metrics?: MetricsPage | undefined;
}

/** Builds the application; it is not listening yet. */
export function buildApp({ api, logger, clients, metrics }: AppOptions): FastifyInstance {
  const app = createApp(logger);
  app.addContentTypeParser(YAML_TYPES, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  addRoutes(app, api, clients);
  if (metrics !== undefined) addMetricsRoute(app, metrics);
  return app;
}

/** An application without routes, which takes no bodies, and answers failures in our form. */
export function createApp(logger: Logger): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_SIZE_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: NAME_LENGTH_MAX },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Without these the framework loads two compilers of schemas, which takes a tenth of a start.
    schemaController: {
      compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas },
    },
    // The framework has answers of its own for some failures; they must have our form too.
    frameworkErrors: createErrorHandler(logger),
    clientErrorHandler: (_error, socket) => socket.destroy(),
  });
  app.removeAllContentTypeParsers();
  app.setErrorHandler(createErrorHandler(logger));
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? '';
    throw new ServerError('SERVER_ROUTE_UNKNOWN', `there is no ${request.method} ${path}`);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    logger.debug({ method, url, status: reply.statusCode }, 'answered a request');
    done();
  });
  return app;
}

/** Requests are read by parsers of ours. */
function refuseSchemas(): never {
  throw new InvariantError('a route has a schema, and nothing compiles it');
}
