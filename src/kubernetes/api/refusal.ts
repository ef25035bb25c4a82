/** Turns what is not an answer into errors. */
import type { IncomingMessage } from 'node:http';
import { KubernetesError, type Refusal } from '../errors.ts';
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';

const GONE = 410;
const MESSAGE_LENGTH_MAX = 300;

/** An error from an HTTP status other than 200, with what the server says in its body. */
export function refusalOf(response: IncomingMessage, body: string): KubernetesError {
  const status = response.statusCode ?? 0;
  const retryAfterMs = readRetryAfter(response.headers['retry-after']);
  return makeRefusal(parseStatus(body), { status, retryAfterMs });
}

/** An error from the Status object of an ERROR event. */
export function refusalOfStatus(object: unknown): KubernetesError {
  const fields = fieldsOf(object);
  const status = typeof fields['code'] === 'number' ? fields['code'] : 0;
  return makeRefusal(fields, { status, retryAfterMs: readDetails(fields), isInStream: true });
}

/** An error without an answer: the network, TLS, the name. */
export function unreachable(error: unknown): KubernetesError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new KubernetesError('K8S_SERVER_UNREACHABLE', bound(message), { cause: error });
}

function makeRefusal(fields: Fields, refusal: Refusal & { status: number }): KubernetesError {
  const { status } = refusal;
  const message = textOf(fields['message']);
  const code = isAboutVersion(fields, status) ? 'K8S_VERSION_EXPIRED' : 'K8S_REQUEST_REFUSED';
  const text = message === '' ? `status ${status}` : `status ${status}: ${message}`;
  return new KubernetesError(code, bound(text), refusal);
}

/** The version is forgotten, or none yet: a cluster that was restored counts from before. */
function isAboutVersion(fields: Fields, status: number): boolean {
  const reason = textOf(fields['reason']);
  if (status === GONE || reason === 'Expired' || reason === 'Gone') return true;
  const causes = listOf(fieldsOf(fields['details'])['causes']).map(fieldsOf);
  return causes.some((cause) => cause['reason'] === 'ResourceVersionTooLarge');
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
function parseStatus(body: string): Fields {
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return {};
  }
}

function bound(text: string): string {
  return text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX)}…`;
}
