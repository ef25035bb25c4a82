/** The gRPC server; its libraries are loaded when it is asked for, as most agents have none. */
import type { GrpcServerOptions } from './grpc-options.ts';

/** A server that listens when it is told to. */
export interface RunningGrpc {
  /** Resolves with the addresses. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

export async function createGrpcServer(options: GrpcServerOptions): Promise<RunningGrpc> {
  const { GrpcServer } = await import('./grpc/grpc-server.ts');
  return new GrpcServer(options);
}
