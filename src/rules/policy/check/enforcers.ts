/** Reads `enforcers`: the calls at which decisions of NotifyEnforcer are carried out. */

import type { ActionPlan, Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';
import { isSystemCall, readCallName, readListCalls } from './call.ts';
import type { PolicyContext } from './definitions.ts';
import { listOf, listOfObjects, TEXT } from './field-types.ts';
import { readFields, requireField } from './fields.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

const ENFORCERS_MAX = 16;
const CALLS_MAX = 512;

const SIGKILL = 9;

const ENFORCER: Shape = {
  name: 'an enforcer',
  fields: {
    calls: {
      type: listOf(TEXT, CALLS_MAX),
      description: 'System calls (`sys_dup`), security_ functions, or lists of them (`list:NAME`).',
      isRequired: true,
    },
  },
  unsupported: [],
};

/** The field `enforcers` of the spec. */
export const ENFORCERS: FieldSpec = {
  type: listOfObjects(ENFORCER, ENFORCERS_MAX),
  description: 'Where the decisions of the action `NotifyEnforcer` are carried out.',
};

/** The calls of all enforcers, each once. */
export function readEnforcers(
  entry: MappingEntry | undefined,
  context: PolicyContext,
): readonly Located<Hook>[] {
  const { report } = context;
  const found = new Map<string, Located<Hook>>();
  for (const item of readItems(entry, { name: 'enforcers', max: ENFORCERS_MAX }, report)) {
    const fields = readFields(item, ENFORCER, report);
    const calls = fields && requireField(fields, 'calls', report);
    for (const call of readItems(calls, { name: 'calls', max: CALLS_MAX }, report)) {
      for (const hook of readCall(call, context)) {
        found.set(`${hook.value.kind}/${hook.value.name}`, hook);
      }
    }
  }
  return [...found.values()];
}

function readCall(node: YamlNode, context: PolicyContext): readonly Located<Hook>[] {
  const call = readText(node, context.report);
  if (call === undefined) return [];
  const listed = readListCalls(call, context);
  if (listed !== undefined) return listed.filter((hook) => isEnforceable(hook, context.report));
  const isSyscall = !call.value.startsWith('security_');
  const hook = readCallName(call, { isSyscall, optional: false, acceptsCompat: true }, context);
  return hook === undefined ? [] : [hook];
}

function isEnforceable({ value, span }: Located<Hook>, report: Report): boolean {
  if (isSystemCall(value) || value.name.startsWith('security_')) return true;
  report.error('POLICY_OVERRIDE_UNSUPPORTED', span, {
    message: `an enforcer is a system call or a security_ function, not ${quote(value.name)}`,
  });
  return false;
}

/** NotifyEnforcer needs somebody to notify, and enforcers somebody who does. */
export function checkNotifications(
  hooks: readonly HookSpec[],
  enforcers: readonly Located<Hook>[],
  { entry, report }: { readonly entry: MappingEntry | undefined; readonly report: Report },
): void {
  const actions = hooks.flatMap(({ selectors }) => selectors.flatMap((one) => one.actions));
  const notifying = actions.filter(({ value }) => value.kind === 'NotifyEnforcer');
  const isNamed =
    entry !== undefined && entry.value.kind === 'sequence' && entry.value.items.length > 0;
  if (!isNamed) {
    for (const { span } of notifying) {
      report.error('POLICY_ENFORCER_MISSING', span, {
        message: '`NotifyEnforcer` needs `enforcers` in the spec, which carry the decision out',
      });
    }
  } else if (notifying.length === 0 && enforcers.length > 0) {
    const message = 'no selector notifies these enforcers, so they never do anything';
    report.warning('POLICY_DEFINITION_UNUSED', entry.keySpan, { message });
  }
  if (enforcers.some(({ value }) => isSystemCall(value))) checkErrors(notifying, report);
}

/** Nothing makes a system call fail; a kill ends who made it, after what it did. */
function checkErrors(notifying: readonly Located<ActionPlan>[], report: Report): void {
  for (const { value, span } of notifying) {
    if (value.kind !== 'NotifyEnforcer' || value.error === 0 || value.signal !== SIGKILL) continue;
    report.warning('POLICY_ENFORCER_KILLS_ONLY', span, {
      message: 'system calls are not made to fail: the process is killed in the call, which runs',
      hint: 'to prevent what the call does, name the security_ function on its path',
    });
  }
}
