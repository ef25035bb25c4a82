/** Reads `matchActions`: what happens when a selector holds. */

import type { ActionPlan } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report, Span } from '../report.ts';
import { listOfObjects, oneOf } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { HASH_FIELDS, readHash } from './file-hash.ts';
import { KILL_SCOPE_FIELDS, readKill } from './kill-scope.ts';
import { RATE_LIMIT_FIELDS, readRateLimit } from './rate-limit.ts';
import { REQUEST_FIELDS, readFqdn, readUrl } from './requests.ts';
import { readInteger, readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';
import { readSocket, SOCKET_FIELDS } from './sockets.ts';
import { readStacks, STACK_FIELDS } from './stack-traces.ts';
import { readSet, VARIABLE_FIELDS } from './variables.ts';

const ACTIONS_MAX = 3;
/** MAX_ERRNO of the kernel: smaller return values would be taken for pointers. */
const ERROR_MIN = -4095n;
/** _NSIG of x86-64 and arm64. */
const SIGNAL_MAX = 64n;

const ACTION_KINDS: readonly ActionPlan['kind'][] = [
  'Post',
  'NoPost',
  'Sigkill',
  'Signal',
  'Override',
  'GetUrl',
  'DnsLookup',
  'NotifyEnforcer',
  'CleanupEnforcerNotification',
  'TrackSock',
  'UntrackSock',
  'Set',
];

const ACTION: Shape = {
  name: 'an action',
  fields: {
    action: {
      type: oneOf(ACTION_KINDS),
      description:
        '`Post` reports (the default), `NoPost` does not. `Sigkill` kills the process, `Signal` ' +
        'sends it the signal `argSig`, `Override` makes the operation fail with `argError`. ' +
        '`GetUrl` and `DnsLookup` make the agent ask for `argUrl` and `argFqdn`, to set off a ' +
        'canary token. `NotifyEnforcer` leaves both for the `enforcers` of the spec. ' +
        '`TrackSock` makes later events of the socket `argSock` name this process, until ' +
        '`UntrackSock`. `Set` overwrites the variable `argIndex` of a program with `argValue`.',
      isRequired: true,
    },
    argError: {
      type: { kind: 'integer', min: Number(ERROR_MIN), max: 0 },
      description: 'For `Override`: the error number, negative. -1 is EPERM.',
    },
    argSig: {
      type: { kind: 'integer', min: 0, max: Number(SIGNAL_MAX) },
      description: 'For `Signal`: the number of the signal. 15 is SIGTERM.',
    },
    ...KILL_SCOPE_FIELDS,
    ...REQUEST_FIELDS,
    ...SOCKET_FIELDS,
    ...VARIABLE_FIELDS,
    ...RATE_LIMIT_FIELDS,
    ...STACK_FIELDS,
    ...HASH_FIELDS,
  },
  unsupported: ['argRegs', 'argNewSymbol', 'argNewAddr', 'argNewOffset', 'argName', 'argFd'],
};

/** The field `matchActions` of a selector. */
export const ACTIONS: FieldSpec = {
  type: listOfObjects(ACTION, ACTIONS_MAX),
  description: 'What happens when the selector holds; a report when there is nothing here.',
};

const UNSUPPORTED_ACTIONS = ['FollowFD', 'UnfollowFD', 'CopyFD'];

/** Reads the actions of a selector; none when it names none. */
export function readActions(
  entry: MappingEntry | undefined,
  report: Report,
): readonly Located<ActionPlan>[] {
  const items = readItems(entry, { name: 'actions per selector', max: ACTIONS_MAX }, report);
  const actions = items
    .map((item) => readAction(item, report))
    .filter((action) => action !== undefined);
  checkConflicts(actions, report);
  return actions;
}

function readAction(node: YamlNode, report: Report): Located<ActionPlan> | undefined {
  const fields = readFields(node, ACTION, report);
  if (fields === undefined) return undefined;
  const entry = requireField(fields, 'action', report);
  const kind = entry && readKind(entry.value, report);
  if (kind === undefined) return undefined;
  const { span, value } = kind;
  if (value === 'NotifyEnforcer') return readNotification(fields, span, report);
  if (value === 'CleanupEnforcerNotification')
    return { value: { kind: value, decisions: [] }, span };
  for (const [field, { owner, hint }] of Object.entries(PARAMETERS)) {
    if (!ownersOf(owner).includes(value)) checkAbsent(fields, { field, hint, kind: value }, report);
  }
  const action = readParameters(value, fields, report);
  return action && { value: action, span };
}

/** One that takes something back is told of the same. */
function ownersOf(owner: ActionPlan['kind']): readonly ActionPlan['kind'][] {
  return owner === 'TrackSock' ? [owner, 'UntrackSock'] : [owner];
}

type PlainKind = Exclude<ActionPlan['kind'], 'NotifyEnforcer' | 'CleanupEnforcerNotification'>;

function readParameters(kind: PlainKind, fields: Fields, report: Report): ActionPlan | undefined {
  switch (kind) {
    case 'Override': {
      const error = readError(fields, report);
      return error === undefined ? undefined : { kind, error };
    }
    case 'Signal': {
      const signal = readSignal(fields, report);
      return signal === undefined ? undefined : { kind, signal };
    }
    case 'GetUrl': {
      const url = readUrl(fields, report);
      return url === undefined ? undefined : { kind, url };
    }
    case 'DnsLookup': {
      const name = readFqdn(fields, report);
      return name === undefined ? undefined : { kind, name };
    }
    case 'TrackSock':
    case 'UntrackSock': {
      const socket = readSocket(fields, report);
      return socket === undefined ? undefined : { kind, socket };
    }
    case 'Sigkill':
      return readKill(fields, report);
    case 'Set':
      return readSet(fields, report);
    case 'Post': {
      const rateLimit = readRateLimit(fields, report);
      const stacks = readStacks(fields, report);
      const hash = readHash(fields, report);
      return {
        kind,
        ...(rateLimit && { rateLimit }),
        ...(stacks && { stacks }),
        ...(hash && { hash }),
      };
    }
    default:
      return { kind };
  }
}

/** At least one of an error and a signal. */
function readNotification(
  fields: Fields,
  span: Span,
  report: Report,
): Located<ActionPlan> | undefined {
  const error = isGiven(fields, 'argError') ? readError(fields, report) : 0;
  const signal = isGiven(fields, 'argSig') ? readSignal(fields, report) : 0;
  if (error === undefined || signal === undefined) return undefined;
  if (error !== 0 || signal !== 0)
    return { value: { kind: 'NotifyEnforcer', error, signal }, span };
  report.error('POLICY_FIELD_MISSING', span, {
    message: '`NotifyEnforcer` needs `argError`, `argSig` or both',
  });
  return undefined;
}

function isGiven(fields: Fields, name: string): boolean {
  const value = fields.entries.get(name)?.value;
  return value !== undefined && !(value.kind === 'scalar' && value.text === '0');
}

function readKind(node: YamlNode, report: Report): Located<ActionPlan['kind']> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const kind = ACTION_KINDS.find((name) => name === text.value);
  if (kind !== undefined) return { value: kind, span: text.span };
  const supported = `supported actions: ${ACTION_KINDS.join(', ')}`;
  if (UNSUPPORTED_ACTIONS.includes(text.value)) {
    report.error('POLICY_FEATURE_UNSUPPORTED', text.span, {
      message: `the action ${quote(text.value)} is not supported yet`,
      hint: supported,
    });
  } else {
    report.error('POLICY_ACTION_UNKNOWN', text.span, {
      message: `there is no action ${quote(text.value)}`,
      hint: suggest(text.value, [...ACTION_KINDS, ...UNSUPPORTED_ACTIONS], supported),
    });
  }
  return undefined;
}

function readError(fields: Fields, report: Report): number | undefined {
  const entry = requireField(fields, 'argError', report);
  const error = entry && readInteger(entry.value, report);
  if (error === undefined) return undefined;
  if (error.value <= -1n && error.value >= ERROR_MIN) return Number(error.value);
  const isPositive = error.value > 0n && error.value <= -ERROR_MIN;
  report.error('POLICY_VALUE_RANGE', error.span, {
    message: `argError is a negative error number, ${ERROR_MIN} to -1, not ${error.value}`,
    hint: isPositive ? `write -${error.value}` : 'write -1 for EPERM',
  });
  return undefined;
}

function readSignal(fields: Fields, report: Report): number | undefined {
  const entry = requireField(fields, 'argSig', report);
  const signal = entry && readInteger(entry.value, report);
  if (signal === undefined) return undefined;
  if (signal.value >= 1n && signal.value <= SIGNAL_MAX) return Number(signal.value);
  report.error('POLICY_VALUE_RANGE', signal.span, {
    message: `argSig is the number of a signal, 1 to ${SIGNAL_MAX}, not ${signal.value}`,
    hint: 'write 15 for SIGTERM; `kill -l` lists the numbers',
  });
  return undefined;
}

/** Fields of one action, and what to do who wrote them at another. */
const PARAMETERS: Readonly<
  Record<string, { readonly owner: ActionPlan['kind']; readonly hint: string }>
> = {
  argError: { owner: 'Override', hint: 'add an Override action to make the call fail' },
  argSig: { owner: 'Signal', hint: 'use the action Signal to send it' },
  killTree: { owner: 'Sigkill', hint: 'use the action Sigkill to kill a tree of processes' },
  argUrl: { owner: 'GetUrl', hint: 'use the action GetUrl to ask for it' },
  argFqdn: { owner: 'DnsLookup', hint: 'use the action DnsLookup to ask for it' },
  argSock: { owner: 'TrackSock', hint: 'use the action TrackSock or UntrackSock' },
  argIndex: { owner: 'Set', hint: 'use the action Set to overwrite a variable' },
  argValue: { owner: 'Set', hint: 'use the action Set to overwrite a variable' },
  rateLimit: { owner: 'Post', hint: 'add a Post action with the limit' },
  rateLimitScope: { owner: 'Post', hint: 'add a Post action with the limit' },
  kernelStackTrace: { owner: 'Post', hint: 'add a Post action with it' },
  userStackTrace: { owner: 'Post', hint: 'add a Post action with it' },
  imaHash: { owner: 'Post', hint: 'add a Post action with it' },
};

interface Misplaced {
  readonly field: string;
  readonly hint: string;
  readonly kind: string;
}

function checkAbsent(fields: Fields, { field, hint, kind }: Misplaced, report: Report): void {
  const entry = fields.entries.get(field);
  if (entry === undefined) return;
  // Objects read back from an API server carry the zero value.
  if (entry.value.kind === 'scalar' && ['', '0', 'false'].includes(entry.value.text)) return;
  report.error('POLICY_ACTION_PARAMETER', entry.keySpan, {
    message: `the action ${quote(kind)} takes no ${quote(field)}`,
    hint,
  });
}

function checkConflicts(actions: readonly Located<ActionPlan>[], report: Report): void {
  const seen = new Set<ActionPlan['kind']>();
  for (const { value, span } of actions) {
    const { kind } = value;
    if (seen.has(kind)) {
      const message = `the action ${quote(kind)} is already in this selector`;
      report.error('POLICY_ACTION_CONFLICT', span, { message });
    }
    seen.add(kind);
    if ((kind === 'Post' && seen.has('NoPost')) || (kind === 'NoPost' && seen.has('Post'))) {
      const message = '`Post` and `NoPost` exclude each other';
      report.error('POLICY_ACTION_CONFLICT', span, { message });
    }
  }
}
