/** Reads what the agent asks for outside of the machine: `GetUrl` and `DnsLookup`. */
import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';
import { type Fields, requireField } from './fields.ts';
import { readText } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

/** Of RFC 1035, without the dot of the root. */
const NAME_LENGTH_MAX = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Fields of an action that are about requests. */
export const REQUEST_FIELDS: Readonly<Record<'argUrl' | 'argFqdn', FieldSpec>> = {
  argUrl: {
    type: { kind: 'text' },
    description: 'For `GetUrl`: what the agent gets, by http or https.',
  },
  argFqdn: {
    type: { kind: 'text' },
    description: 'For `DnsLookup`: the name that the agent asks for.',
  },
};

/** Undefined when it was reported. */
export function readUrl(fields: Fields, report: Report): string | undefined {
  const entry = requireField(fields, 'argUrl', report);
  const text = entry && readText(entry.value, report);
  if (text === undefined) return undefined;
  const url = URL.parse(text.value);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (isWeb && url.username === '' && url.password === '') return url.href;
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `${quote(text.value)} is no http or https address`,
    hint: isWeb
      ? 'leave out the name and the password: policies are no place for secrets'
      : 'write it whole, as `https://canary.example.org/path`',
  });
  return undefined;
}

/** Undefined when it was reported. */
export function readFqdn(fields: Fields, report: Report): string | undefined {
  const entry = requireField(fields, 'argFqdn', report);
  const text = entry && readText(entry.value, report);
  if (text === undefined) return undefined;
  const name = text.value.replace(/\.$/, '');
  const isName = name.split('.').every((label) => LABEL.test(label));
  if (isName && name.length <= NAME_LENGTH_MAX) return name;
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `${quote(text.value)} is not a domain name`,
    hint: 'write labels of letters, digits and hyphens, as `canary.example.org`',
  });
  return undefined;
}

/** Requests are for hooks of the kernel; what a program hits in a loop would flood others. */
export function checkRequests(spec: HookSpec, report: Report): void {
  const section = SECTIONS_WITHOUT[spec.hook.value.kind];
  if (section === undefined) return;
  for (const { value, span } of spec.selectors.flatMap(({ actions }) => actions)) {
    if (value.kind !== 'GetUrl' && value.kind !== 'DnsLookup') continue;
    report.error('POLICY_REQUEST_UNSUPPORTED', span, {
      message: `the action ${quote(value.kind)} cannot be used in ${quote(section)}`,
      hint: 'use it in `kprobes`, `fentries` or `tracepoints`',
    });
  }
}

const SECTIONS_WITHOUT: Readonly<Partial<Record<Hook['kind'], string>>> = {
  uprobe: 'uprobes',
  usdt: 'usdts',
  lsm: 'lsmhooks',
};
