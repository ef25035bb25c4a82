/** The HTTP API of the agent. */
export { SERVER_ERRORS, type ServerErrorCode } from './errors.ts';
export {
  createMetricsServer,
  type MetricsServer,
  type MetricsServerOptions,
} from './metrics-server.ts';
export { type ApiServer, createServer, type ServerOptions } from './server.ts';
