/** The APIs of the agent: HTTP, and gRPC for clients of Tetragon. */
export { SERVER_ERRORS, type ServerErrorCode } from './errors.ts';
export type { FilterTools } from './grpc/filters/filter-tools.ts';
export type { GrpcAddress, GrpcServerOptions, GrpcTls } from './grpc-options.ts';
export {
  createMetricsServer,
  type MetricsServer,
  type MetricsServerOptions,
} from './metrics-server.ts';
export { createGrpcServer, type RunningGrpc } from './open-grpc.ts';
export { type ApiServer, createServer, type ServerOptions } from './server.ts';
