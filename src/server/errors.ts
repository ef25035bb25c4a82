/** What the API answers or refuses with, and what keeps it from listening. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../model/errors.ts';

/** A code of SERVER_ERRORS. */
export type ServerErrorCode =
  | 'SERVER_ADDRESS_IN_USE'
  | 'SERVER_ADDRESS_INVALID'
  | 'SERVER_LISTEN_FAILED'
  | 'SERVER_METRICS_FAILED'
  | 'SERVER_ROUTE_UNKNOWN'
  | 'SERVER_REQUEST_INVALID'
  | 'SERVER_BODY_UNSUPPORTED'
  | 'SERVER_BODY_TOO_LARGE'
  | 'SERVER_POLICY_REJECTED'
  | 'SERVER_POLICY_UNKNOWN'
  | 'SERVER_POLICY_EXISTS'
  | 'SERVER_POLICY_FAILED'
  | 'SERVER_RULES_REJECTED'
  | 'SERVER_QUARANTINE_UNKNOWN'
  | 'SERVER_ALERT_UNKNOWN'
  | 'SERVER_SINK_UNKNOWN'
  | 'SERVER_DELIVERY_ABSENT'
  | 'SERVER_CLIENTS_TOO_MANY'
  | 'SERVER_RECORDING_EMPTY'
  | 'SERVER_FILTER_INVALID'
  | 'SERVER_METHOD_UNSUPPORTED'
  | 'SERVER_CGROUP_EMPTY'
  | 'SERVER_CERTIFICATE_INVALID'
  | 'SERVER_CLOSING'
  | 'SERVER_FAILED';

/** A row of the table; `status` is the HTTP status, 0 for what is never an answer. */
export interface ServerErrorSpec extends ErrorSpec {
  readonly status: number;
}

/** Every code with what it means, what to do, and the status it is answered with. */
export const SERVER_ERRORS: Readonly<Record<ServerErrorCode, ServerErrorSpec>> = {
  SERVER_ADDRESS_IN_USE: {
    summary: 'another agent listens at that socket',
    remedy: 'Stop the other agent, or give this one another path with --socket.',
    retryable: true,
    status: 0,
  },
  SERVER_ADDRESS_INVALID: {
    summary: 'the path cannot be the socket of the API',
    remedy: 'Choose a path of at most 80 bytes that does not exist yet or is a socket.',
    retryable: false,
    status: 0,
  },
  SERVER_LISTEN_FAILED: {
    summary: 'the socket of the API cannot be made',
    remedy: 'Look at the cause: the directory must be writable by the agent.',
    retryable: false,
    status: 0,
  },
  SERVER_METRICS_FAILED: {
    summary: 'metrics cannot be served at their address; the agent goes on, and tries it again',
    remedy: 'Look at the cause: free the address, or choose another one with --metrics-address.',
    retryable: true,
    status: 0,
  },
  SERVER_ROUTE_UNKNOWN: {
    summary: 'the API has no such path, or not for that method',
    remedy: 'See docs/reference/api.md for the routes.',
    retryable: false,
    status: 404,
  },
  SERVER_REQUEST_INVALID: {
    summary: 'the request is malformed',
    remedy: 'Correct what the message names; nothing was changed.',
    retryable: false,
    status: 400,
  },
  SERVER_BODY_UNSUPPORTED: {
    summary: 'policies are taken as YAML only',
    remedy: 'Send the policy as the body, with the header `content-type: application/yaml`.',
    retryable: false,
    status: 415,
  },
  SERVER_BODY_TOO_LARGE: {
    summary: 'the body is larger than 1 MiB',
    remedy: 'Split the policies over several requests.',
    retryable: false,
    status: 413,
  },
  SERVER_POLICY_REJECTED: {
    summary: 'the policies have errors, and none of them was loaded',
    remedy: 'Read the diagnostics of the answer.',
    retryable: false,
    status: 422,
  },
  SERVER_POLICY_UNKNOWN: {
    summary: 'there is no policy of that name',
    remedy: 'See GET /v1/policies for the names.',
    retryable: false,
    status: 404,
  },
  SERVER_POLICY_EXISTS: {
    summary: 'there is a policy of that name, and this way to add one does not replace it',
    remedy: 'Delete it first, or add it with `warder policies add`, which puts it in its place.',
    retryable: false,
    status: 0,
  },
  SERVER_POLICY_FAILED: {
    summary: 'a policy was taken, but this kernel cannot attach or enforce it',
    remedy: 'Read the reasons in the message; the policy stays in the state load_error.',
    retryable: false,
    status: 0,
  },
  SERVER_RULES_REJECTED: {
    summary: 'rules, or what belongs to them, have errors; those in force stay',
    remedy: 'Read the diagnostics of the answer, correct the files, and ask again.',
    retryable: false,
    status: 422,
  },
  SERVER_QUARANTINE_UNKNOWN: {
    summary: 'there is no quarantine of that id',
    remedy: 'See GET /v1/quarantines for the ids; it may have been released already.',
    retryable: false,
    status: 404,
  },
  SERVER_ALERT_UNKNOWN: {
    summary: 'there is no alert of that id',
    remedy: 'See GET /v1/alerts for the ids; old ones are forgotten.',
    retryable: false,
    status: 404,
  },
  SERVER_SINK_UNKNOWN: {
    summary: 'there is no destination of that name',
    remedy: 'See `warder status` for the names.',
    retryable: false,
    status: 404,
  },
  SERVER_DELIVERY_ABSENT: {
    summary: 'the agent delivers nothing, as its configuration names no destinations',
    remedy: 'Name some in `delivery.sinks`.',
    retryable: false,
    status: 409,
  },
  SERVER_CLIENTS_TOO_MANY: {
    summary: 'too many clients follow the events',
    remedy: 'End one of them, or let several readers share one stream.',
    retryable: true,
    status: 503,
  },
  SERVER_RECORDING_EMPTY: {
    summary: 'the agent has no detection rules, and looks at no events that could be recorded',
    remedy: 'Start it with --rules.',
    retryable: false,
    status: 409,
  },
  SERVER_FILTER_INVALID: {
    summary: 'a filter of a stream of events cannot be used',
    remedy: 'Correct what the message names; see docs/reference/grpc.md for the filters.',
    retryable: false,
    status: 0,
  },
  SERVER_METHOD_UNSUPPORTED: {
    summary: 'the agent has not got what a method of gRPC is about',
    remedy: 'See docs/reference/grpc.md for what each method does here.',
    retryable: false,
    status: 0,
  },
  SERVER_CGROUP_EMPTY: {
    summary: 'a runtime announced a container before there was a process in its cgroup',
    remedy: 'Announce it from a createRuntime or createContainer hook, which comes later.',
    retryable: true,
    status: 0,
  },
  SERVER_CERTIFICATE_INVALID: {
    summary: 'the certificates of gRPC cannot be read or used',
    remedy: 'Look at the cause: --grpc-tls-cert, --grpc-tls-key and --grpc-tls-client-ca are PEM.',
    retryable: false,
    status: 0,
  },
  SERVER_CLOSING: {
    summary: 'the agent is stopping',
    remedy: 'Ask again when it has been started again.',
    retryable: true,
    status: 503,
  },
  SERVER_FAILED: {
    summary: 'the agent failed to answer',
    remedy: 'Look at the log of the agent.',
    retryable: true,
    status: 500,
  },
};

/** An error of the API; the code is a key of SERVER_ERRORS. */
export class ServerError extends CodedError {
  constructor(code: ServerErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'ServerError';
  }
}
