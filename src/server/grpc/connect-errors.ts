/** Failures as gRPC has them: a status, and a message that begins with our code. */
import { Code, ConnectError } from '@connectrpc/connect';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';

/** What a request can cause; all others are the agent's own. */
const STATUS: Readonly<Record<string, Code>> = {
  SERVER_REQUEST_INVALID: Code.InvalidArgument,
  SERVER_FILTER_INVALID: Code.InvalidArgument,
  SERVER_POLICY_REJECTED: Code.InvalidArgument,
  SERVER_POLICY_UNKNOWN: Code.NotFound,
  SERVER_POLICY_EXISTS: Code.AlreadyExists,
  SERVER_POLICY_FAILED: Code.FailedPrecondition,
  SERVER_CLIENTS_TOO_MANY: Code.ResourceExhausted,
  SERVER_CLOSING: Code.Unavailable,
  SERVER_CGROUP_EMPTY: Code.FailedPrecondition,
  SERVER_METHOD_UNSUPPORTED: Code.Unimplemented,
  ENGINE_MODE_REFUSED: Code.FailedPrecondition,
  ENGINE_HOOK_NOT_FOUND: Code.FailedPrecondition,
  ENGINE_CONTAINER_INVALID: Code.InvalidArgument,
  ENGINE_CONTAINER_UNKNOWN: Code.FailedPrecondition,
};

/**
 * Messages go out in a header, which some clients take 8 KiB of with all others. One that is too
 * long ends the connection, and what a message names may be as long as a request.
 */
const ENCODED_LENGTH_MAX = 6000;

function clip(message: string): string {
  let length = 0;
  let end = 0;
  for (const character of message.toWellFormed()) {
    length += encodeURIComponent(character).length;
    if (length > ENCODED_LENGTH_MAX) return `${message.toWellFormed().slice(0, end)}…`;
    end += character.length;
  }
  return message.toWellFormed();
}

/** What a client is told; causes stay here. */
export function toConnectError(error: unknown, logger: Logger): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof CodedError) {
    const status = Object.hasOwn(STATUS, error.code) ? STATUS[error.code] : undefined;
    if (status !== undefined) {
      return new ConnectError(clip(`${error.code}: ${error.message}`), status);
    }
  }
  logger.error({ error }, 'a request over gRPC failed');
  return new ConnectError('the agent failed to answer; its log says why', Code.Internal);
}
