/** Findings, and the answers to them, as one line for people. */

import { neutralText } from '../../../model/neutral-text.ts';
import { coloured, plain } from '../compact/colour.ts';

/** Characters of a message that are shown. */
const MESSAGE_WIDTH = 400;
const NAME_WIDTH = 120;

type Json = Readonly<Record<string, unknown>>;

/** The line; undefined when the object is neither a finding nor a response. Never throws. */
export function formatFinding(value: unknown, colour: boolean): string | undefined {
  const finding = member(value, 'finding');
  if (finding === undefined) return formatResponse(member(value, 'response'), colour);
  const paint = colour ? coloured : plain;
  const level = text(finding['level'], NAME_WIDTH);
  const isBad = level === 'high' || level === 'critical';
  const process = member(finding, 'process');
  const pod = member(finding, 'pod');
  const rule = member(finding, 'rule');
  const where =
    pod === undefined
      ? ''
      : `${text(pod['namespace'], NAME_WIDTH)}/${text(pod['name'], NAME_WIDTH)} `;
  const who = process === undefined ? '' : ` ${where}${text(process['binary'], NAME_WIDTH)}`;
  const message = text(finding['message'], MESSAGE_WIDTH);
  const title = text(rule?.['title'], NAME_WIDTH);
  const shown = message === title ? title : `${title}: ${message}`;
  const suppressed = finding['suppressed'];
  const more = typeof suppressed === 'number' ? ` (${suppressed} more were left out)` : '';
  return `${paint(isBad ? 'red' : 'magenta', `finding ${level}`)}${who} ${shown}${more}`;
}

const NS_PER_MS = 1e6;

function formatResponse(response: Json | undefined, colour: boolean): string | undefined {
  if (response === undefined) return undefined;
  const paint = colour ? coloured : plain;
  const outcome = text(response['outcome'], NAME_WIDTH);
  const isBad = outcome.startsWith('not_');
  const rehearsal = response['dry_run'] === true ? ' dry run' : '';
  const { processes = 0, latency_ns: latencyNs = 0 } = response;
  const done = `${Number(processes)} processes, ${(Number(latencyNs) / NS_PER_MS).toFixed(1)} ms`;
  const reason = text(response['reason'], MESSAGE_WIDTH);
  const said = isBad ? reason : done;
  const kind = text(response['kind'], NAME_WIDTH);
  const head = paint(isBad ? 'red' : 'magenta', `response ${kind} ${outcome}${rehearsal}`);
  return `${head} ${said} (${text(response['rule'], NAME_WIDTH)})`;
}

function member(value: unknown, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'object' && found !== null ? { ...found } : undefined;
}

function text(value: unknown, width: number): string {
  return typeof value === 'string' ? neutralText(value, width) : '';
}
