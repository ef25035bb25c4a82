/** Responses as rules and files of responses write them: `kill_tree`, `signal SIGSTOP`. */
import { constants } from 'node:os';
import { RESPONSE_KINDS, type RuleResponse } from '../../../model/finding.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { Problem } from '../../syntax/report.ts';

const SIGNALS: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));

/** What is asked for, or what is wrong with it. */
export type ReadResponse =
  | { readonly response: RuleResponse; readonly problem?: never }
  | { readonly problem: Problem; readonly response?: never };

/** Reads one. */
export function readResponseText(text: string): ReadResponse {
  const [kindText = '', argument = '', ...rest] = text.trim().split(/\s+/);
  const kind = RESPONSE_KINDS.find((known) => known === kindText);
  if (kind === undefined) {
    const hint = suggest(kindText, RESPONSE_KINDS, `responses: ${RESPONSE_KINDS.join(', ')}`);
    return wrong(`${quote(kindText)} is no response`, hint);
  }
  if (rest.length > 0) return wrong(`${quote(rest.join(' '))} has no meaning here`);
  const common = { kind, isDryRun: false };
  if (kind === 'signal') {
    const signal = SIGNALS.get(argument);
    if (signal !== undefined) return { response: { ...common, signal } };
    const hint = suggest(argument, SIGNALS.keys(), 'write `signal SIGSTOP`');
    return wrong(`${quote(argument)} is no signal`, hint);
  }
  if (kind === 'webhook') {
    const url = readUrl(argument);
    if (url !== undefined) return { response: { ...common, url } };
    return wrong(`${quote(argument)} is no address of a webhook`, 'write `webhook https://…`');
  }
  if (argument !== '') return wrong(`${quote(argument)} has no meaning here`);
  return { response: common };
}

/** Reads what a rule asks for. Rules come from everywhere: where findings go is not up to them. */
export function readRuleResponse(text: string): ReadResponse {
  const read = readResponseText(text);
  if (read.response?.kind !== 'webhook') return read;
  return wrong('a rule names no `webhook`', 'a file of responses does');
}

/** Without a user and a password, which would be in every log. */
function readUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}

function wrong(message: string, hint?: string): ReadResponse {
  return { problem: { message, hint } };
}
