/** All services of the server, joined with the agent. */
import type { ConnectRouter, Interceptor } from '@connectrpc/connect';
import type { GrpcServerOptions } from '../grpc-options.ts';
import { toConnectError } from './connect-errors.ts';
import type { EventFeed } from './events/event-feed.ts';
import { Health } from './generated/grpc/health/v1/health_pb.ts';
import { EventLogService } from './generated/tetragon/eventlogservice_pb.ts';
import { FineGuidanceSensors } from './generated/tetragon/sensors_pb.ts';
import { createEventStream } from './listen/event-stream.ts';
import type { OwnHandlers } from './listen/node-handler.ts';
import { agentMethods } from './services/agent-methods.ts';
import { eventLogMethods, healthMethods } from './services/other-services.ts';
import { policyMethods } from './services/policy-methods.ts';
import {
  Reflection,
  type ReflectionAnswer,
  type ReflectionRequest,
} from './services/reflection.ts';
import { CurrentReflection, OldReflection, SERVICES } from './services/service-list.ts';

/** A policy of the size that Kubernetes would store, and the request around it. */
const MESSAGE_SIZE_MAX = 2 * 1024 * 1024;

/** Larger than any message. */
const NEVER = 0xffff_ffff;

const CGROUP_ROOT = '/sys/fs/cgroup';

export interface RoutesOptions extends GrpcServerOptions {
  readonly feed: EventFeed;
  readonly closing: AbortSignal;
}

/** The method whose answers are not made by the library. */
export function ownHandlers({ feed, logger }: RoutesOptions): OwnHandlers {
  const { typeName } = FineGuidanceSensors;
  const { name } = FineGuidanceSensors.method.getEvents;
  const stream = createEventStream({ feed, logger, requestSizeMax: MESSAGE_SIZE_MAX });
  return { [`/${typeName}/${name}`]: stream };
}

/** Adds all services; what methods throw goes out as a status. */
export function addRoutes(router: ConnectRouter, options: RoutesOptions): void {
  const { api, closing } = options;
  const shared = {
    interceptors: [reportErrors(options)],
    readMaxBytes: MESSAGE_SIZE_MAX,
    // Compressing for each client costs more than the bytes do on the same machine.
    compressMinBytes: NEVER,
  };
  router.service(
    FineGuidanceSensors,
    {
      ...policyMethods(api),
      ...agentMethods({ cgroupRoot: CGROUP_ROOT, ...options }),
    },
    shared,
  );
  router.service(EventLogService, eventLogMethods(), shared);
  const services = SERVICES.map(({ typeName }) => typeName);
  router.service(Health, healthMethods({ services, closing }), shared);
  const reflection = new Reflection(SERVICES);
  router.service(CurrentReflection, { serverReflectionInfo: answerWith(reflection) }, shared);
  router.service(OldReflection, { serverReflectionInfo: answerWith(reflection) }, shared);
}

interface ReflectionResponse<Request> {
  readonly validHost: string;
  readonly originalRequest: Request;
  readonly messageResponse: ReflectionAnswer;
}

type AnswerAll = <Request extends ReflectionRequest>(
  requests: AsyncIterable<Request>,
) => AsyncGenerator<ReflectionResponse<Request>>;

function answerWith(reflection: Reflection): AnswerAll {
  return async function* answers(requests) {
    for await (const request of requests) {
      yield {
        validHost: request.host,
        originalRequest: request,
        messageResponse: reflection.answer(request),
      };
    }
  };
}

function reportErrors({ logger }: RoutesOptions): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      throw toConnectError(error, logger);
    }
  };
}
