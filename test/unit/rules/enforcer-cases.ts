/** Cases about decisions and the enforcers that carry them out. */
import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const KILL_MOUNT = '[{calls: [sys_mount]}]';
const FILTER = 'matchBinaries: [{operator: In, values: [/bin/sh]}]';
const notifying = (action: string, enforcers: string): string =>
  aPolicy(`  enforcers: ${enforcers}
  kprobes: [{call: sys_mount, selectors: [{${FILTER}, matchActions: [${action}]}]}]`);
/** With a selector that notifies besides. */
const withMistake = (action: string): string =>
  notifying(`${action}]}, {matchActions: [${NOTIFY}`, KILL_MOUNT);
const NOTIFY = '{action: NotifyEnforcer, argSig: 9}';
const calls = (list: string): string => notifying(NOTIFY, `[{calls: [${list}]}]`);

/** Mistakes and their twins. */
export const ENFORCER_CASES: readonly CodeCase[] = [
  {
    name: 'a notification that nobody hears',
    code: 'POLICY_ENFORCER_MISSING',
    bad: notifying(NOTIFY, '[]'),
    good: notifying(NOTIFY, KILL_MOUNT),
  },
  {
    name: 'enforcers that nobody notifies',
    severity: 'warning',
    code: 'POLICY_DEFINITION_UNUSED',
    bad: notifying('{action: Post}', KILL_MOUNT),
    good: notifying('{action: NotifyEnforcer, argError: -1, argSig: 15}', KILL_MOUNT),
  },
  {
    name: 'a notification of nothing',
    code: 'POLICY_FIELD_MISSING',
    bad: withMistake('{action: NotifyEnforcer, argError: 0}'),
    good: notifying('{action: NotifyEnforcer, argError: -1}', KILL_MOUNT),
  },
  {
    name: 'a notification of an error that is none',
    code: 'POLICY_VALUE_RANGE',
    bad: withMistake('{action: NotifyEnforcer, argError: 1}'),
    good: notifying(`${NOTIFY}, {action: CleanupEnforcerNotification}`, KILL_MOUNT),
  },
  {
    name: 'an enforcer without calls',
    code: 'POLICY_FIELD_MISSING',
    bad: notifying(NOTIFY, '[{}]'),
    good: notifying(NOTIFY, KILL_MOUNT),
  },
  {
    name: 'an enforcer on a misspelt system call',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: calls('sys_mountt'),
    good: calls('sys_mount, security_file_open'),
  },
  {
    name: 'an enforcer on a call of 32-bit programs that does not exist',
    code: 'POLICY_FEATURE_UNSUPPORTED',
    bad: calls('__ia32_sys_mountt'),
    good: calls('__ia32_sys_mount, i386/sys_umount'),
  },
  {
    name: 'an error with a kill in a system call',
    severity: 'warning',
    code: 'POLICY_ENFORCER_KILLS_ONLY',
    bad: notifying('{action: NotifyEnforcer, argError: -1, argSig: 9}', KILL_MOUNT),
    good: notifying(
      '{action: NotifyEnforcer, argError: -1, argSig: 9}',
      '[{calls: [security_sb_mount]}]',
    ),
  },
  {
    name: 'an enforcer on functions that cannot be denied',
    code: 'POLICY_OVERRIDE_UNSUPPORTED',
    bad: `${calls('"list:some"')}  lists: [{name: some, values: [tcp_connect]}]\n`,
    good: `${calls('"list:some"')}  lists: [{name: some, type: syscalls, values: [sys_dup]}]\n`,
  },
];
