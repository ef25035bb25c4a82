/** Reads which user static probe an entry of `usdts` means. */

import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Located, Report } from '../report.ts';
import type { CheckContext } from './context.ts';
import { type Fields, requireField } from './fields.ts';
import { readText } from './scalars.ts';
import { readPath } from './uprobe.ts';

type Usdt = Extract<Hook, { kind: 'usdt' }>;

const NAME = /^[A-Za-z_][\w.-]{0,254}$/;

/** The hook of an entry; undefined after a report. */
export function readUsdt(fields: Fields, { report }: CheckContext): Located<Usdt> | undefined {
  const pathEntry = requireField(fields, 'path', report);
  const path = pathEntry && readPath(pathEntry.value, report);
  const provider = readName(fields, 'provider', report);
  const name = readName(fields, 'name', report);
  if (path === undefined || provider === undefined || name === undefined) return undefined;
  const value = { kind: 'usdt', path, provider: provider.value, name: name.value } as const;
  return { value, span: name.span };
}

function readName(fields: Fields, field: string, report: Report): Located<string> | undefined {
  const entry = requireField(fields, field, report);
  const text = entry && readText(entry.value, report);
  if (text === undefined || NAME.test(text.value)) return text;
  const message = `${quote(text.value)} is not the ${field} of a probe`;
  report.error('POLICY_VALUE_INVALID', text.span, { message });
  return undefined;
}
