/** The services as a handler of node:http2; the library's own prints its errors to the console. */
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import {
  type ConnectRouter,
  type ConnectRouterOptions,
  createConnectRouter,
} from '@connectrpc/connect';
import type { UniversalHandlerFn } from '@connectrpc/connect/protocol';
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { Logger } from '../../../model/log.ts';
import type { RequestRoom } from './request-room.ts';

/** Takes requests of gRPC alone. */
const ROUTER: ConnectRouterOptions = {
  ...{ grpc: true, grpcWeb: false, connect: false },
  acceptCompression: [compressionGzip],
};

/** A handler in the place of that of the library, by its path. */
export type OwnHandlers = Readonly<Record<string, UniversalHandlerFn>>;

export type NodeHandler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

export interface HandlerOptions {
  /** Adds the services. */
  routes(router: ConnectRouter): void;
  readonly own: OwnHandlers;
  readonly room: RequestRoom;
  readonly logger: Logger;
}

/** All services, by their paths. */
export function createHandler({ routes, own, room, logger }: HandlerOptions): NodeHandler {
  const router = createConnectRouter(ROUTER);
  routes(router);
  const handlers = new Map<string, UniversalHandlerFn>([
    ...router.handlers.map((handler) => [handler.requestPath, handler] as const),
    ...Object.entries(own),
  ]);
  return (request, response) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const handler = handlers.get(path);
    if (handler === undefined) {
      // Clients of gRPC take this for an unknown method.
      response.writeHead(404).end();
      return;
    }
    serve(request, response, { handler, room }).catch((error: unknown) => {
      // Most often a client that went away in the middle, which is its own affair; one that is
      // still there must not wait for an answer that nobody makes.
      logger.debug({ error, path }, 'a request over gRPC broke off');
      response.stream?.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
  };
}

/** Nobody reads it, but it is made an URL of, which not all that clients send can be. */
const AUTHORITY = 'warder';

async function serve(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  { handler, room }: { readonly handler: UniversalHandlerFn; readonly room: RequestRoom },
): Promise<void> {
  request.headers[constants.HTTP2_HEADER_AUTHORITY] = AUTHORITY;
  const asked = universalRequestFromNodeRequest(request, response, undefined, undefined);
  const { body, end } = room.meter(asked.body as AsyncIterable<Uint8Array>);
  try {
    await universalResponseToNodeResponse(await handler({ ...asked, body }), response);
  } finally {
    end();
  }
}
