/** The services as a handler of node:http2; the library's own prints its errors to the console. */

import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
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

/** Takes requests of gRPC alone. */
const ROUTER: ConnectRouterOptions = {
  ...{ grpc: true, grpcWeb: false, connect: false },
  acceptCompression: [compressionGzip],
};

/** A handler in the place of that of the library, by its path. */
export type OwnHandlers = Readonly<Record<string, UniversalHandlerFn>>;

export type NodeHandler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** `routes` adds the services. */
export function createHandler(
  routes: (router: ConnectRouter) => void,
  own: OwnHandlers,
  logger: Logger,
): NodeHandler {
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
    const serve = async (): Promise<void> => {
      const asked = universalRequestFromNodeRequest(request, response, undefined, undefined);
      await universalResponseToNodeResponse(await handler(asked), response);
    };
    // A client that went away in the middle, which is its own affair.
    serve().catch((error: unknown) => {
      logger.debug({ error, path }, 'a request over gRPC broke off');
    });
  };
}
