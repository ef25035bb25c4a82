/** Turns what is not an answer into errors. */
import type { IncomingMessage } from 'node:http';
import { KubernetesError } from '../errors.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';

const GONE = 410;
const MESSAGE_LENGTH_MAX = 300;

/** An error from an HTTP status other than 200, with what the server says in its body. */
export function refusalOf(response: IncomingMessage, body: string): KubernetesError {
  const status = response.statusCode ?? 0;
  const retryAfterMs = readRetryAfter(response.headers['retry-after']);
  return makeRefusal(status, readMessage(body), retryAfterMs);
}

/** An error from the Status object of an ERROR event. */
export function refusalOfStatus(object: unknown): KubernetesError {
  const status = fieldsOf(object);
  const code = typeof status['code'] === 'number' ? status['code'] : 0;
  const reason = textOf(status['reason']);
  const isGone = reason === 'Expired' || reason === 'Gone';
  return makeRefusal(isGone ? GONE : code, textOf(status['message']), readDetails(status));
}

/** An error without an answer: the network, TLS, the name. */
export function unreachable(error: unknown): KubernetesError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new KubernetesError('K8S_SERVER_UNREACHABLE', bound(message), { cause: error });
}

function makeRefusal(status: number, message: string, retryAfterMs: number): KubernetesError {
  const code = status === GONE ? 'K8S_VERSION_EXPIRED' : 'K8S_REQUEST_REFUSED';
  const text = bound(message === '' ? `status ${status}` : `status ${status}: ${message}`);
  return new KubernetesError(code, text, { status, retryAfterMs });
}

function readDetails(status: Fields): number {
  const seconds = fieldsOf(status['details'])['retryAfterSeconds'];
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
}

/** Seconds or a date. */
function readRetryAfter(header: string | undefined): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Math.max(ms || 0, 0);
}

/** A proxy on the way may have written the body: then it is not JSON. */
function readMessage(body: string): string {
  try {
    return textOf(fieldsOf(JSON.parse(body))['message']);
  } catch {
    return '';
  }
}

function bound(text: string): string {
  return text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX)}…`;
}
