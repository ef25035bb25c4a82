/** The policies of an agent, and what became of each of their hooks, for people. */
import type { HookStatus, PolicyState, PolicyStatus } from '../../model/policy.ts';
import { type Ink, type Paint, printable, wrapText } from '../style.ts';

const REASON_INDENT = ' '.repeat(8);
const REASON_WIDTH_MIN = 40;

const STATES: Readonly<Record<PolicyState, readonly [ink: Ink, text: string]>> = {
  enabled: ['green', 'enabled'],
  partially_enabled: ['yellow', 'partially enabled'],
  load_error: ['red', 'not in force'],
};

/** Some lines per policy: its name, state and file, then its hooks. */
export function renderPolicies(
  policies: readonly PolicyStatus[],
  paint: Paint,
  columns: number,
): readonly string[] {
  const hookWidth = Math.max(0, ...policies.flatMap(({ hooks }) => hooks.map(nameLength)));
  return policies.flatMap(({ name, file, state, hooks }) => {
    const [ink, text] = STATES[state];
    return [
      `  ${paint('bold', printable(name))}  ${paint(ink, text)}  ${paint('dim', printable(file))}`,
      ...hooks.flatMap((hook) => renderHook(hook, { paint, columns, hookWidth })),
    ];
  });
}

interface HookView {
  readonly paint: Paint;
  readonly columns: number;
  readonly hookWidth: number;
}

function renderHook(hook: HookStatus, { paint, columns, hookWidth }: HookView): readonly string[] {
  const name = `    ${printable(hook.hook).padEnd(hookWidth)}`;
  switch (hook.kind) {
    case 'attached':
      return [`${name}  ${paint('green', hook.method)}`];
    case 'not_found':
      return [`${name}  ${paint('yellow', 'this kernel has no such hook')}`];
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
