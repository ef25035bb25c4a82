/** What the gRPC server is started with. */
import type { AgentApi } from '../model/agent-api.ts';
import type { Logger, LogLevelControl } from '../model/log.ts';
import type { FilterTools } from './grpc/filters/filter-tools.ts';

/** Where it listens; a TCP port only with certificates on both sides. */
export type GrpcAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: GrpcTls };

/** Files in PEM; what replaces them is taken for connections after it. */
export interface GrpcTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Clients need a certificate of one of these. */
  readonly clientCaFile: string;
}

export interface GrpcServerOptions {
  readonly api: AgentApi;
  readonly logger: Logger;
  readonly addresses: readonly GrpcAddress[];
  readonly tools: FilterTools;
  readonly logLevel: LogLevelControl;
  readonly nodeName: string;
  /** Streams of events at a time; 128 unless said otherwise. */
  readonly clientsMax?: number | undefined;
  /** What one slow client may keep waiting; 10,000 events and 8 MiB unless said otherwise. */
  readonly bounds?: { readonly events: number; readonly bytes: number } | undefined;
  /** What clients may send slowly; 32 MiB over all, and 30 seconds, unless said otherwise. */
  readonly requestBounds?: { readonly bytes?: number; readonly sendMs?: number } | undefined;
  /** Silence of a connection until it is asked for a sign of life, and the time for that. */
  readonly patience?: { readonly quietMs: number; readonly answerMs: number } | undefined;
  /** `/sys/fs/cgroup` unless said otherwise. */
  readonly cgroupRoot?: string;
}
