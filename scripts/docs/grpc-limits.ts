/** Limits of the gRPC server, and what happens beyond them. */
import type { SourceLimit } from './limits.ts';

export const GRPC_LIMITS: readonly SourceLimit[] = [
  {
    file: 'src/server/grpc/events/event-feed.ts',
    constant: 'CLIENTS_MAX',
    what: 'clients that follow the events over gRPC',
    consequence: '`SERVER_CLIENTS_TOO_MANY`.',
  },
  {
    file: 'src/server/grpc/events/event-feed.ts',
    constant: 'QUEUE_EVENTS_MAX',
    what: 'events that wait for a slow client of gRPC',
    consequence: 'Events are left out, and a `rate_limit_info` tells the client how many.',
  },
  {
    file: 'src/server/grpc/events/event-feed.ts',
    constant: 'QUEUE_BYTES_MAX',
    what: 'bytes of them',
    consequence: 'The same.',
  },
  {
    file: 'src/server/grpc/events/event-feed.ts',
    constant: 'GROUPS_MAX',
    what: 'different events that an aggregation holds',
    consequence: 'Others go out at once, uncounted.',
  },
  {
    file: 'src/server/grpc/filters/pid-tree.ts',
    constant: 'FOLLOWED_MAX',
    what: 'processes that a `pid_set` follows',
    consequence: 'The one that was added first is forgotten.',
  },
  {
    file: 'src/server/grpc/routes.ts',
    constant: 'MESSAGE_SIZE_MAX',
    what: 'bytes of a request over gRPC',
    consequence: 'It is refused with `RESOURCE_EXHAUSTED`.',
  },
];
