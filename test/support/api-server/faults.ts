/** What can be wrong with an answer, when a test says so. */
import type { ServerResponse } from 'node:http';
import { StatusAnswer, sendStatus } from './answers.ts';

export type Verb = 'list' | 'watch' | 'get' | 'create' | 'update' | 'patch' | 'delete';

export type Fault =
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly retryAfterSeconds?: number;
      /** Of the Status object: the reason of its cause. */
      readonly cause?: string;
      /** Instead of a Status object, as a proxy would answer. */
      readonly body?: string;
    }
  /** A watch that opens, and then says that it failed. */
  | { readonly kind: 'error_event'; readonly code: number; readonly reason: string }
  /** Text that is sent as it is, before anything else or instead of it. */
  | { readonly kind: 'text'; readonly text: string; readonly isWhole?: boolean }
  /** Half of an answer, or of the next event, and the connection is gone. */
  | { readonly kind: 'half' }
  /** No answer, and the connection is gone. */
  | { readonly kind: 'drop' }
  /** A few bytes at a time. */
  | { readonly kind: 'slow'; readonly bytes: number }
  /** The connection stays, and nothing comes; a watch does open. */
  | { readonly kind: 'silence' };

export interface FaultRule {
  /** Any verb, unless said otherwise. */
  readonly verb?: Verb;
  /** Any resource, unless said otherwise. */
  readonly plural?: string;
  readonly fault: Fault;
  /** How many requests it hits; all of them unless said otherwise. */
  readonly times?: number;
}

/** The first rule that fits a request counts. */
export class FaultPlan {
  #rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Uses the rule up by one. */
  take(verb: Verb, plural: string): Fault | undefined {
    const found = this.#rules.find(
      ({ rule, left }) =>
        left > 0 && (rule.verb ?? verb) === verb && (rule.plural ?? plural) === plural,
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.rule.fault;
  }
}

/** True when the fault is the whole answer, which was then given. */
export function answerWithFault(response: ServerResponse, fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case 'status':
      sendFailure(response, fault);
      return true;
    case 'drop':
      response.socket?.destroy();
      return true;
    default:
      return false;
  }
}

function sendFailure(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { code, retryAfterSeconds, cause, body } = fault;
  const details = {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(cause === undefined ? {} : { causes: [{ reason: cause }] }),
  };
  const reason = code === 410 ? 'Expired' : 'Fault';
  if (body === undefined) {
    sendStatus(response, new StatusAnswer(code, reason, `a fault of ${code}`, details));
    return;
  }
  response.writeHead(code, { 'content-type': 'text/html' });
  response.end(body);
}
