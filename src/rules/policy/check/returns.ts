/** Reads `return` and `returnArg`, and refuses what cannot be at the return of a hook. */

import type { ActionPlan, Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentMatchSpec, ArgumentSpec, HookSpec } from '../spec.ts';
import { RESULT, readResult } from './arguments.ts';
import { BOOLEAN } from './field-types.ts';
import type { Fields } from './fields.ts';
import { readBoolean } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

/** System calls that do not come back to where they were made. */
const ENDLESS_CALLS: readonly string[] = ['exit', 'exit_group', 'rt_sigreturn'];

/** Functions that do not; the kernel's own list for fexit, which only new kernels have. */
const ENDLESS_FUNCTIONS: readonly string[] = [
  ...['do_exit', 'do_group_exit', 'make_task_dead', 'rewind_stack_and_make_dead'],
  ...['kthread_exit', 'kthread_complete_and_exit'],
];

const ENDLESS: Readonly<Partial<Record<Hook['kind'], readonly string[]>>> = {
  syscall: ENDLESS_CALLS,
  function: ENDLESS_FUNCTIONS,
};

const ACTIONS_AT_RETURN: readonly ActionPlan['kind'][] = ['Post', 'NoPost', 'Sigkill', 'Signal'];

/** Fields of a hook about its return. */
export const RETURN_FIELDS: Readonly<Record<'return' | 'returnArg', FieldSpec>> = {
  return: {
    type: BOOLEAN,
    description: 'Whether events wait until the function returns, and carry what it returned.',
  },
  returnArg: {
    type: { kind: 'object', shape: RESULT },
    description: 'How to read what the function returns; needed with `return: true`.',
  },
};

/** What the hook reports of its return; undefined when events do not wait for it. */
export function readReturn(fields: Fields, report: Report): ArgumentSpec | undefined {
  const wanted = fields.entries.get('return');
  const isWanted = wanted !== undefined && readBoolean(wanted.value, report) === true;
  const entry = fields.entries.get('returnArg');
  // Objects read back from an API server carry `returnArg` with `return: false`.
  const result = entry && readResult(entry.value, report);
  if (wanted === undefined || !isWanted) return undefined;
  if (entry === undefined) {
    report.error('POLICY_FIELD_MISSING', wanted.keySpan, {
      message: '`return: true` needs the field `returnArg`',
      hint: 'write `returnArg: {index: 0, type: int}`',
    });
  }
  return result;
}

/** Refuses a field of a selector that has to do with the return of a hook that has none. */
export function checkReturnWanted(
  entry: MappingEntry | undefined,
  result: ArgumentSpec | undefined,
  report: Report,
): void {
  if (entry === undefined || result !== undefined || isEmpty(entry.value)) return;
  report.error('POLICY_RETURN_INVALID', entry.keySpan, {
    message: `${quote(entry.key)} needs a hook with \`return: true\``,
    hint: 'entries of `kprobes`, `fentries` and `uprobes` can have it, with `returnArg`',
  });
}

/** Whether the action has what is told at the entry only. */
function isOfEntry({ rateLimit, stacks, hash }: Extract<ActionPlan, { kind: 'Post' }>): boolean {
  return (rateLimit ?? stacks ?? hash) !== undefined;
}

/** Refuses what can only be done before a function runs. */
export function checkReturnActions(
  actions: readonly Located<ActionPlan>[],
  result: ArgumentSpec | undefined,
  report: Report,
): void {
  for (const { value, span } of actions) {
    if (result !== undefined && value.kind === 'Post' && isOfEntry(value)) {
      report.error('POLICY_RETURN_INVALID', span, {
        message: 'a `Post` at the return has no rate limit, stacks or hash: all are of the entry',
        hint: 'write them in a `Post` of `matchActions`',
      });
    }
    if (ACTIONS_AT_RETURN.includes(value.kind)) continue;
    report.error('POLICY_RETURN_INVALID', span, {
      message: `when a function returns it is too late for ${quote(value.kind)}`,
      hint: `actions at the return: ${ACTIONS_AT_RETURN.join(', ')}`,
    });
  }
}

/** The checks that need the whole hook. */
export function checkReturns(spec: HookSpec, report: Report): void {
  checkCopies(spec, report);
  const hook = spec.hook.value;
  const isEndless = ENDLESS[hook.kind]?.includes(hook.name) === true;
  if (spec.result === undefined || !isEndless) return;
  report.error('POLICY_RETURN_INVALID', spec.hook.span, {
    message: `${quote(hook.name)} never returns to its caller`,
    hint: 'leave out `return: true`',
  });
}

/** What the function fills is not there yet when `matchArgs` is looked at. */
function checkCopies(spec: HookSpec, report: Report): void {
  for (const [place, argument] of spec.arguments.entries()) {
    const copy = argument?.returnCopy;
    if (copy === undefined) continue;
    if (spec.result === undefined) {
      report.error('POLICY_RETURN_INVALID', copy, {
        message: '`returnCopy` needs a hook with `return: true`',
        hint: 'entries of `kprobes`, `fentries` and `uprobes` can have it, with `returnArg`',
      });
    }
    const used = spec.selectors.find(({ matchArgs }) =>
      matchArgs.some((match) => looksAt(match, place)),
    );
    if (used === undefined) continue;
    report.error('POLICY_RETURN_INVALID', used.span, {
      message: 'the selector compares an argument with `returnCopy` before the function fills it',
      hint: 'compare what is there at the entry, or the return value with `matchReturnArgs`',
    });
  }
}

function looksAt(match: ArgumentMatchSpec, place: number): boolean {
  if (match.kind !== 'expression') return match.argument === place;
  return match.alternatives.some((all) => all.some(({ argument }) => argument === place));
}

/** At the return the selector is chosen already, so there is no other one for an `or`. */
export function checkReturnMatches(matches: readonly ArgumentMatchSpec[], report: Report): void {
  for (const match of matches) {
    if (match.kind !== 'expression' || match.alternatives.length <= 1) continue;
    report.error('POLICY_RETURN_INVALID', match.span, {
      message: 'an expression on a return value cannot have alternatives',
      hint: 'use an operator with several values',
    });
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'sequence' && node.items.length === 0;
}
