/** Asks a running agent, over its unix socket. */
import { type IncomingMessage, request } from 'node:http';
import { CodedError } from '../../model/errors.ts';
import { CliError } from '../errors.ts';

/** Answers that are not streams; the largest is the list of policies. */
const ANSWER_SIZE_MAX = 64 * 1024 * 1024;

/** An agent that is busy loading policies answers late, but not later than this. */
const ANSWER_TIMEOUT_MS = 60_000;

export interface Question {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** YAML text, unless it is said to be JSON. */
  readonly body?: string;
  readonly isJson?: boolean;
}

export interface Answer {
  readonly status: number;
  /** Undefined when the answer has no body. */
  readonly body: unknown;
}

/** Asks and reads the answer, whatever its status. Throws CLI_AGENT_AWAY, CLI_ANSWER_INVALID. */
export async function askAgent(question: Question): Promise<Answer> {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const response = await send(question, signal);
  const text = await readAll(response, question.socketPath);
  return { status: response.statusCode ?? 0, body: text === '' ? undefined : parse(text) };
}

/** As askAgent, and throws the error of an answer that has one. */
export async function expectAnswer(question: Question): Promise<unknown> {
  const { status, body } = await askAgent(question);
  if (status >= 400) throw errorIn(body, status);
  return body;
}

/**
 * Opens the stream of events, or of a recording. Throws CLI_AGENT_AWAY, or the error of the
 * answer. Aborting the signal ends the stream.
 */
export async function openEvents(
  socketPath: string,
  signal: AbortSignal,
  path: '/v1/events' | '/v1/recording' = '/v1/events',
): Promise<AsyncIterable<Uint8Array>> {
  const response = await send({ socketPath, method: 'GET', path }, signal);
  const status = response.statusCode ?? 0;
  if (status === 200) return response;
  throw errorIn(parse(await readAll(response, socketPath)), status);
}

/** The error that an answer of the API stands for. */
export function errorIn(body: unknown, status: number): CodedError {
  const { code, message } = Object(body);
  if (typeof code === 'string' && typeof message === 'string') return new CodedError(code, message);
  return new CliError('CLI_ANSWER_INVALID', `the agent answered with status ${status}`);
}

function send(question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const { socketPath, method, path, body, isJson = false } = question;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    host: 'warder',
    ...(body === undefined
      ? {}
      : {
          'content-type': isJson ? 'application/json' : 'application/yaml',
          'content-length': Buffer.byteLength(body),
        }),
  };
  const sent = request({ socketPath, method, path, headers, signal, agent: false }, resolve);
  sent.on('error', (error) => reject(agentAway(socketPath, error)));
  sent.end(body);
  return promise;
}

async function readAll(response: IncomingMessage, socketPath: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      size += Buffer.byteLength(chunk);
      if (size > ANSWER_SIZE_MAX) {
        throw new CliError('CLI_ANSWER_INVALID', 'the answer of the agent is too large');
      }
      chunks.push(Buffer.from(chunk));
    }
  } catch (error) {
    throw error instanceof CliError ? error : agentAway(socketPath, error);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError('CLI_ANSWER_INVALID', 'the answer of the agent is not JSON', { cause });
  }
}

function agentAway(socketPath: string, cause: unknown): CliError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return new CliError('CLI_AGENT_AWAY', `${awayReason(code)}: ${socketPath}`, { cause });
}

function awayReason(code: unknown): string {
  if (code === 'ENOENT') return 'there is no socket of an agent';
  if (code === 'ECONNREFUSED') return 'nobody listens at the socket any more';
  if (code === 'EACCES') return 'the socket of the agent may not be opened by this user';
  return 'the agent did not answer at its socket';
}
