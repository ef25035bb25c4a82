/** Options of gRPC, for clients that know Tetragon. */
import type { OptionSpec } from './command.ts';

export const GRPC_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'grpc-address',
    value: 'ADDRESS',
    isRepeatable: true,
    summary: 'serve the gRPC API of Tetragon there: unix:///path, or HOST:PORT with certificates',
  },
  { name: 'grpc-tls-cert', value: 'FILE', isPath: true, summary: 'certificate of that port, PEM' },
  { name: 'grpc-tls-key', value: 'FILE', isPath: true, summary: 'its private key, PEM' },
  {
    name: 'grpc-tls-client-ca',
    value: 'FILE',
    isPath: true,
    summary: 'clients of that port need a certificate of one of these',
  },
  {
    name: 'tetragon-compat',
    summary: 'serve gRPC where `tetra` looks for it: /var/run/tetragon',
  },
];
