/** Reads `call`: which system call or kernel function a kprobes entry means. */

import { findNearest } from '../../../model/nearest.ts';
import type { Hook } from '../../../model/plan.ts';
import {
  I386_SYSCALL_NUMBERS,
  SYSCALL_32_BIT,
  SYSCALL_ENTRY_NAMES,
  SYSCALL_NUMBERS,
} from '../../../model/syscalls.ts';
import { quote } from '../../syntax/quote.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import type { Located, Span } from '../report.ts';
import type { CheckContext } from './context.ts';
import { findNamed, type PolicyContext } from './definitions.ts';
import { readText } from './scalars.ts';

/** What the rest of the entry says about the call. */
export interface CallRules {
  readonly isSyscall: boolean;
  /** ignore.callNotFound. */
  readonly optional: boolean;
  /** Whether calls of 32-bit programs will do, as where nothing of them is read. */
  readonly acceptsCompat?: boolean;
}

const SYSCALL_PREFIX = /^(?:__x64_|__arm64_)?sys_/;
const COMPAT_PREFIX = /^(?:i386\/|__ia32_|__arm32_|compat_sys_|__arm64_compat_)/;
const I386_CALL = /^(?:i386\/|__ia32_)(?:compat_)?sys_(\w+)$/;

const LIST_PREFIX = 'list:';

/** The hooks of a call: one, or all of a list. */
export function readCalls(
  node: YamlNode,
  rules: CallRules,
  context: PolicyContext,
): readonly Located<Hook>[] {
  const call = readText(node, context.report);
  if (call === undefined) return [];
  const listed = readListCalls(call, context, rules);
  if (listed !== undefined) return listed;
  const hook = readCallName(call, rules, context);
  return hook === undefined ? [] : [hook];
}

/** The hooks of `list:NAME`; undefined when the call is no list. */
export function readListCalls(
  call: Located<string>,
  context: PolicyContext,
  rules?: CallRules,
): readonly Located<Hook>[] | undefined {
  if (!call.value.startsWith(LIST_PREFIX)) return undefined;
  const name = { value: call.value.slice(LIST_PREFIX.length), span: call.span };
  return listCalls(name, rules, context);
}

function listCalls(
  name: Located<string>,
  rules: CallRules | undefined,
  context: PolicyContext,
): readonly Located<Hook>[] {
  const list = findNamed(context.definitions.lists, name, context);
  if (list === undefined) return [];
  const compat = list.hooks.find(({ value }) => isCompatCall(value));
  if (compat !== undefined && rules !== undefined && !rules.acceptsCompat) {
    reportCompat(compat.value.name, name.span, context);
    return [];
  }
  const isSyscall = rules?.isSyscall ?? list.holds === 'syscalls';
  if ((list.holds === 'syscalls') === isSyscall) return list.hooks;
  const what = isSyscall ? 'kernel functions' : 'system calls';
  context.report.error('POLICY_VALUE_INVALID', name.span, {
    message: `the list ${quote(name.value)} holds ${what}`,
    hint: isSyscall ? 'set `syscall: false`' : 'leave out `syscall: false`',
  });
  return [];
}

/** One call by its name, accepting every spelling of a system call that people use. */
export function readCallName(
  call: Located<string>,
  rules: CallRules,
  context: CheckContext,
): Located<Hook> | undefined {
  const compat = rules.acceptsCompat ? i386Name(call.value) : undefined;
  if (compat !== undefined) {
    const name = call.value.replace('i386/', '__ia32_');
    return { value: { kind: 'function', name }, span: call.span };
  }
  if (!isCallName(call, context)) return undefined;
  if (!rules.isSyscall) {
    return { value: { kind: 'function', name: call.value }, span: call.span };
  }
  const written = call.value.replace(SYSCALL_PREFIX, '');
  const name = SYSCALL_ENTRY_NAMES.get(written) ?? written;
  if (!isSyscallName(name) && !toleratesUnknown(call, rules, context)) return undefined;
  return { value: { kind: 'syscall', name }, span: call.span };
}

/** The call of 32-bit programs that a function of the kernel runs, if it is one. */
function i386Name(name: string): string | undefined {
  const [, written = ''] = I386_CALL.exec(name) ?? [];
  const call = SYSCALL_ENTRY_NAMES.get(written) ?? written;
  return I386_SYSCALL_NUMBERS[call] === undefined ? undefined : call;
}

/** Whether a hook is a system call, of 32-bit programs or of others. */
export function isSystemCall(hook: Hook): boolean {
  return hook.kind === 'syscall' || isCompatCall(hook);
}

function isCompatCall({ kind, name }: Hook): boolean {
  return kind === 'function' && i386Name(name) !== undefined;
}

/** The number of a system call on this architecture, as a `syscall64` has it. */
export function syscallNumber({ kind, name }: Hook): number | undefined {
  if (kind === 'syscall') {
    return (process.arch === 'arm64' ? SYSCALL_NUMBERS.arm64 : SYSCALL_NUMBERS.x64)[name];
  }
  const number = I386_SYSCALL_NUMBERS[i386Name(name) ?? ''];
  if (number === undefined || process.arch === 'arm64') return undefined;
  return number + SYSCALL_32_BIT;
}

function isCallName(call: Located<string>, { report }: CheckContext): boolean {
  const { value, span } = call;
  if (COMPAT_PREFIX.test(value)) {
    reportCompat(value, span, { report });
    return false;
  }
  if (/^[A-Za-z_][\w.]{0,127}$/.test(value)) return true;
  const message = `${quote(value)} is not the name of a function`;
  report.error('POLICY_VALUE_INVALID', span, { message });
  return false;
}

function reportCompat(name: string, span: Span, { report }: Pick<CheckContext, 'report'>): void {
  report.error('POLICY_FEATURE_UNSUPPORTED', span, {
    message: `hooks on 32-bit system calls are not supported yet: ${quote(name)}`,
    hint: 'a list for enforcers and for values of a `syscall64` may have calls of x86 (`__ia32_`)',
  });
}

function isSyscallName(name: string): boolean {
  return SYSCALL_NUMBERS.x64[name] !== undefined || SYSCALL_NUMBERS.arm64[name] !== undefined;
}

/** Reports an unknown system call. True when the policy expects that it may be missing. */
function toleratesUnknown(
  call: Located<string>,
  { optional }: CallRules,
  { report, kernel }: CheckContext,
): boolean {
  const isFunction = kernel?.functionParameters(call.value) !== undefined;
  const problem = {
    message: `${quote(call.value)} is not a system call`,
    hint: hintForUnknown(call.value, isFunction),
  };
  if (optional && !isFunction) {
    report.warning('POLICY_SYSCALL_UNKNOWN', call.span, problem);
    return true;
  }
  report.error('POLICY_SYSCALL_UNKNOWN', call.span, problem);
  return false;
}

function hintForUnknown(call: string, isFunction: boolean): string {
  if (isFunction) return 'the kernel has a function of that name: set `syscall: false`';
  const names = [...Object.keys(SYSCALL_NUMBERS.x64), ...SYSCALL_ENTRY_NAMES.keys()];
  const nearest = findNearest(call.replace(SYSCALL_PREFIX, ''), names);
  if (nearest !== undefined) return `did you mean ${quote(`sys_${nearest}`)}?`;
  return 'if it is a function of the kernel, set `syscall: false`';
}
