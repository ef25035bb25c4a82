/** The services beside the main one: the file of events, and health. */
import type { ServiceImpl } from '@connectrpc/connect';
import { Code, ConnectError } from '@connectrpc/connect';
import { ServerError } from '../../errors.ts';
import {
  type Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../generated/grpc/health/v1/health_pb.ts';
import type { EventLogService } from '../generated/tetragon/eventlogservice_pb.ts';

/** There is no such file: events go to standard output, and to destinations. */
export function eventLogMethods(): ServiceImpl<typeof EventLogService> {
  return {
    getEventLogParams: () => ({ maxSize: 0, rotationInterval: '0s', maxBackups: 0 }),
    setEventLogParams() {
      const message = 'the agent writes no file of events whose size could be set';
      throw new ServerError('SERVER_METHOD_UNSUPPORTED', message);
    },
  };
}

export interface HealthOptions {
  /** Names of all services. */
  readonly services: readonly string[];
  /** Ends what is watched. */
  readonly closing: AbortSignal;
}

/** The empty name stands for the server; while it answers, all of it does. */
export function healthMethods({ services, closing }: HealthOptions): ServiceImpl<typeof Health> {
  const isKnown = (name: string): boolean => name === '' || services.includes(name);
  const serving = { status: ServingStatus.SERVING };
  return {
    check({ service }) {
      if (isKnown(service)) return serving;
      throw new ConnectError(`there is no service ${JSON.stringify(service)}`, Code.NotFound);
    },
    list: () => ({ statuses: Object.fromEntries(['', ...services].map((one) => [one, serving])) }),
    async *watch({ service }, { signal }) {
      yield isKnown(service) ? serving : { status: ServingStatus.SERVICE_UNKNOWN };
      await aborted(AbortSignal.any([signal, closing]));
      if (!signal.aborted) yield { status: ServingStatus.NOT_SERVING };
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}
