/** Failures as answers: a code and a message, never a stack. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../model/errors.ts';
import type { Logger } from '../model/log.ts';
import { SERVER_ERRORS, ServerError } from './errors.ts';

/** Status of coded errors of other rooms that a request can cause; all others are 500. */
const FOREIGN_STATUS: Readonly<Record<string, number>> = {
  CONFIG_FILE_UNREADABLE: 409,
  CONFIG_FOLDER_EMPTY: 409,
  CONFIG_REFUSED: 409,
  ENGINE_MODE_REFUSED: 409,
  ENGINE_HOOK_NOT_FOUND: 409,
  ENGINE_CONTAINER_INVALID: 400,
  ENGINE_CONTAINER_UNKNOWN: 409,
  ENGINE_RESPONSE_INVALID: 400,
  ENGINE_RESPONSE_PROTECTED: 409,
  ENGINE_RESPONSE_FULL: 409,
};

/** The error handler of the application. */
export function createErrorHandler(
  logger: Logger,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const { code, message } = toCoded(error);
    const status = statusOf(code);
    if (status >= 500) {
      logger.error({ code, error, method: request.method, url: request.url }, 'a request failed');
    }
    reply.code(status).send({ code, message });
  };
}

function toCoded(error: FastifyError | CodedError): CodedError {
  if (error instanceof CodedError) return error;
  const { statusCode } = error;
  switch (statusCode) {
    case 413:
      return new ServerError('SERVER_BODY_TOO_LARGE', SERVER_ERRORS.SERVER_BODY_TOO_LARGE.summary);
    case 415:
      return new ServerError(
        'SERVER_BODY_UNSUPPORTED',
        'policies are taken with `content-type: application/yaml` only',
      );
    default:
      break;
  }
  // What the framework itself finds wrong with a request is worded for clients; what went wrong
  // inside the agent is for its log.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServerError('SERVER_REQUEST_INVALID', error.message);
  }
  return new ServerError('SERVER_FAILED', 'the agent failed to answer; its log says why');
}

function statusOf(code: string): number {
  if (Object.hasOwn(FOREIGN_STATUS, code)) return FOREIGN_STATUS[code] ?? 500;
  const status = Object.entries(SERVER_ERRORS).find(([key]) => key === code)?.[1].status ?? 0;
  return status === 0 ? 500 : status;
}
