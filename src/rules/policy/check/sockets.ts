/** Reads what is about tracked sockets: `argSock` of an action, `returnArgAction` of a hook. */

import type { ActionPlan, ReturnTracking } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentSpec, HookSpec, SelectorSpec } from '../spec.ts';
import { oneOf } from './field-types.ts';
import type { Fields } from './fields.ts';
import { readInteger, readText } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

const PARAMETER_MAX = 5;

/** What can be done with a socket that a function returns. */
const RETURN_TRACKINGS: readonly ReturnTracking[] = ['TrackSock', 'UntrackSock'];

/** What is done to a task. */
const SIGNALLING: readonly ActionPlan['kind'][] = ['Sigkill', 'Signal', 'NotifyEnforcer'];

const RETURN_HINT = `omit returnArgAction or use 'TrackSock'/'UntrackSock'`;

/** Fields of an action that are about sockets. */
export const SOCKET_FIELDS: Readonly<Record<'argSock', FieldSpec>> = {
  argSock: {
    type: { kind: 'integer', min: 0, max: PARAMETER_MAX },
    description:
      'For `TrackSock` and `UntrackSock`: the index of an argument of the type `sock`, 0 when ' +
      'there is nothing here.',
  },
};

/** Fields of a hook that are. */
export const RETURN_SOCKET_FIELDS: Readonly<Record<'returnArgAction', FieldSpec>> = {
  returnArgAction: {
    type: oneOf(RETURN_TRACKINGS),
    description:
      'What happens to the socket that the function returns, when a selector holds. Needs a ' +
      '`returnArg` of the type `sock`.',
  },
};

/** Objects read back from an API server lack a zero. */
export function readSocket(fields: Fields, report: Report): number | undefined {
  const entry = fields.entries.get('argSock');
  if (entry === undefined) return 0;
  const index = readInteger(entry.value, report);
  if (index === undefined) return undefined;
  if (index.value >= 0n && index.value <= BigInt(PARAMETER_MAX)) return Number(index.value);
  report.error('POLICY_VALUE_RANGE', index.span, {
    message: `argSock is the index of an argument, 0 to ${PARAMETER_MAX}, not ${index.value}`,
  });
  return undefined;
}

/** Undefined when the hook does nothing with what its function returns. */
export function readReturnTracking(
  fields: Fields,
  report: Report,
): Located<ReturnTracking> | undefined {
  const entry = fields.entries.get('returnArgAction');
  const text = entry && readText(entry.value, report);
  if (text === undefined || text.value === '') return undefined;
  const value = RETURN_TRACKINGS.find((name) => name === text.value);
  if (value !== undefined) return { value, span: text.span };
  report.error('POLICY_ACTION_UNKNOWN', text.span, {
    message: `there is no returnArgAction ${quote(text.value)}`,
    hint: RETURN_HINT,
  });
  return undefined;
}

/** Refuses to track where there is no socket. */
export function checkSockets(spec: HookSpec, report: Report): void {
  for (const action of spec.selectors.flatMap(({ actions }) => actions)) {
    checkSocketAction(action, spec, report);
  }
  const { returnTracking, result } = spec;
  if (returnTracking === undefined) return;
  if (spec.hook.value.kind === 'function' && result !== undefined && isSocket(result)) return;
  report.error('POLICY_RETURN_INVALID', returnTracking.span, {
    message: `${quote(returnTracking.value)} needs a function of the kernel that returns a socket`,
    hint: 'write `return: true` and `returnArg: {index: 0, type: sock}`, with `syscall: false`',
  });
}

function checkSocketAction(
  { value, span }: Located<ActionPlan>,
  { hook, arguments: args }: HookSpec,
  report: Report,
): void {
  if (value.kind !== 'TrackSock' && value.kind !== 'UntrackSock') return;
  const { kind, socket } = value;
  if (hook.value.kind !== 'function') {
    report.error('POLICY_ACTION_PARAMETER', span, {
      message: `${quote(kind)} is for functions of the kernel, which have sockets as arguments`,
      hint: 'use an entry of `kprobes` or `fentries` with `syscall: false`, such as tcp_connect',
    });
    return;
  }
  // An argument that could not be read may be the one that is meant.
  if (args.includes(undefined)) return;
  if (args.some((one) => one !== undefined && one.index.value === socket && isSocket(one))) return;
  report.error('POLICY_ACTION_PARAMETER', span, {
    message: `${quote(kind)} needs a socket, and no argument with the index ${socket} is one`,
    hint: `add \`{index: ${socket}, type: sock}\` to \`args\`, or give \`argSock\``,
  });
}

/**
 * A policy tracks because its hooks run in others' tasks, and a signal would go to whoever runs. A
 * hook that tracks runs in the task that is to be the owner.
 */
export function checkOwnedSignals(hooks: readonly HookSpec[], report: Report): void {
  if (!hooks.some(tracks)) return;
  for (const spec of hooks) {
    const { hook, arguments: args } = spec;
    const isOwned = args.some((one) => one !== undefined && isSocket(one));
    if (hook.value.kind !== 'function' || !isOwned || tracks(spec)) continue;
    for (const { value, span } of spec.selectors.flatMap(allActionsOf)) {
      if (!SIGNALLING.includes(value.kind)) continue;
      report.error('POLICY_SIGNAL_MISDIRECTED', span, {
        message:
          `${quote(value.kind)} is done to the task that runs, and at ${quote(hook.value.name)} ` +
          'that need not be the owner of the socket',
        hint: 'act where the socket is tracked, or in a policy without `TrackSock`',
      });
    }
  }
}

function tracks({ returnTracking, selectors }: HookSpec): boolean {
  const actions = selectors.flatMap(actionsOf);
  return (
    returnTracking?.value === 'TrackSock' || actions.some(({ value }) => value.kind === 'TrackSock')
  );
}

/** Also what happens at the return. */
function allActionsOf({ actions, returnActions }: SelectorSpec): readonly Located<ActionPlan>[] {
  return [...actions, ...returnActions];
}

function actionsOf({ actions }: SelectorSpec): readonly Located<ActionPlan>[] {
  return actions;
}

/** The parameter itself, and as it is when the function is called. */
function isSocket({ type, resolve, returnCopy, isData }: ArgumentSpec): boolean {
  const isPlain = resolve === undefined && returnCopy === undefined && isData === undefined;
  return type.value === 'sock' && isPlain;
}
