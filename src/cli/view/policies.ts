/** The policies of an agent, and what became of each of their hooks, for people. */
import type {
  CanaryResult,
  HookActivity,
  HookStatus,
  PolicyMode,
  PolicyState,
  PolicyStatus,
} from '../../model/policy.ts';
import { type Ink, type Paint, printable, wrapText } from '../style.ts';

const REASON_INDENT = ' '.repeat(8);
const REASON_WIDTH_MIN = 40;

const STATES: Readonly<Record<PolicyState, readonly [ink: Ink, text: string]>> = {
  enabled: ['green', 'enabled'],
  partially_enabled: ['yellow', 'partially enabled'],
  disabled: ['dim', 'disabled'],
  skipped: ['dim', 'for other nodes'],
  load_error: ['red', 'not in force'],
};

/** Only what is out of the ordinary is said. */
const MODES: Readonly<Record<PolicyMode, string>> = {
  enforce: '',
  monitor: 'monitor mode',
  monitor_only: '',
};

/** A policy, and what it did if that is to be shown. */
export interface ShownPolicy extends PolicyStatus {
  readonly activity?: readonly HookActivity[];
}

/** Some lines per policy: its name, state and file, then its hooks. */
export function renderPolicies(
  policies: readonly ShownPolicy[],
  paint: Paint,
  columns: number,
): readonly string[] {
  const hookWidth = Math.max(0, ...policies.flatMap(({ hooks }) => hooks.map(nameLength)));
  return policies.flatMap((policy) => [
    renderHead(policy, paint),
    ...policy.hooks.flatMap((hook) => {
      const activity = policy.activity?.find((one) => one.hook === hook.hook);
      return renderHook(hook, { paint, columns, hookWidth, activity });
    }),
  ]);
}

function renderHead(policy: PolicyStatus, paint: Paint): string {
  const { name, file, state, mode, keepsPrevious } = policy;
  const [ink, text] = STATES[state];
  const parts = [
    paint('bold', printable(name)),
    paint(ink, keepsPrevious === true ? `${text}; the version before it stays` : text),
    paint('yellow', state === 'load_error' ? '' : MODES[mode]),
    paint('dim', printable(file)),
  ];
  return `  ${parts.filter((part) => part !== '').join('  ')}`;
}

interface HookView {
  readonly activity: HookActivity | undefined;
  readonly paint: Paint;
  readonly columns: number;
  readonly hookWidth: number;
}

function renderHook(hook: HookStatus, view: HookView): readonly string[] {
  const { paint, columns, hookWidth, activity } = view;
  const name = `    ${printable(hook.hook).padEnd(hookWidth)}`;
  switch (hook.kind) {
    case 'attached':
      return [`${name}  ${paint('green', hook.method)}${firedText(activity)}`];
    case 'detached':
      return [`${name}  ${paint('dim', 'not attached')}`];
    case 'not_found':
      return [`${name}  ${paint('yellow', 'this kernel has no such hook')}`];
    case 'digest_rejected':
      return [`${name}  ${paint('yellow', 'the program has none of the digests')}`];
    case 'failed': {
      const width = Math.max(columns - REASON_INDENT.length, REASON_WIDTH_MIN);
      return [
        `${name}  ${paint('red', `not attached [${printable(hook.code)}]`)}`,
        // A reason lists one method after the other; each is easier to read on a line of its own.
        ...hook.reason
          .split('; ')
          .flatMap((part) => wrapText(printable(part), width))
          .map((line) => `${REASON_INDENT}${line}`),
      ];
    }
  }
}

/** Of a hook that nothing came by since it was attached. */
const IDLE_TEXTS: Readonly<Record<CanaryResult, string>> = {
  ran: 'ran when it was tried; never fired',
  silent: 'did not run when it was tried, and never since',
  untried: 'never ran, so it never fired',
};

/** Whether the hook has shown that it works. */
function firedText(activity: HookActivity | undefined): string {
  if (activity === undefined) return '';
  const { runs, canary, fired, lastFired } = activity;
  if (runs === 0 && fired === 0) return `  ${IDLE_TEXTS[canary]}`;
  if (fired === 0) return `  never fired in ${runs === 1 ? '1 run' : `${runs} runs`}`;
  const times = fired === 1 ? 'once' : `${fired} times`;
  return `  fired ${times}, last at ${printable(lastFired)}`;
}

/** Lines that say how often each action was taken, and what monitor mode withheld. */
export function renderActions(activity: readonly HookActivity[]): readonly string[] {
  return activity.flatMap(({ hook, actions, selectors }) => {
    const parts = selectors.length > 1 ? selectors : [];
    return [
      ...actionLine(`    ${printable(hook)}`, actions),
      ...parts.flatMap((one) => actionLine(`      ${printable(one.selector)}`, one.actions)),
    ];
  });
}

function actionLine(head: string, actions: Readonly<Record<string, number>>): readonly string[] {
  const counts = Object.entries(actions).filter(([, count]) => count > 0);
  const text = counts.map(([name, count]) => `${printable(name)} ${count}`).join(', ');
  return text === '' ? [] : [`${head}: ${text}`];
}

function nameLength({ hook }: HookStatus): number {
  return printable(hook).length;
}

/** `2 enabled, 1 not in force`; `none` without policies. */
export function summarisePolicies(policies: readonly PolicyStatus[]): string {
  const parts = Object.entries(STATES).flatMap(([state, [, text]]) => {
    const count = policies.filter((policy) => policy.state === state).length;
    return count === 0 ? [] : [`${count} ${text}`];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}
