/** Compares a hook with the functions and parameters that the kernel has. */

import type { KernelParameter, KernelTypes } from '../../../model/kernel-types.ts';
import type { Hook } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import { isKernelObject } from '../argument-types.ts';
import type { ArgumentSpec, HookSpec } from '../spec.ts';
import type { CheckContext } from './context.ts';
import { findTypeProblem } from './prototype.ts';
import { checkResolve } from './resolve.ts';
import { asTracepoint, checkTracepoint } from './tracepoint.ts';

/** Functions looked at for a suggestion. */
const CANDIDATES_MAX = 5000;

/** Reports a function that is missing and arguments that would read garbage. */
export function checkKernelFunction(whole: HookSpec, context: CheckContext): void {
  const hook = whole.hook.value;
  const values = [...whole.arguments, resultOfProgram(whole)];
  for (const argument of values) {
    checkMember(argument, hook, context);
    checkRecordText(argument, hook, context);
  }
  const direct = values.filter((argument) => argument?.resolve === undefined);
  const spec = { ...whole, arguments: direct };
  if (hook.kind === 'syscall' || hook.kind === 'uprobe' || hook.kind === 'usdt') {
    checkUserArguments(spec, context);
    return;
  }
  const tracepoint = asTracepoint(spec.hook);
  if (tracepoint !== undefined) checkTracepoint(tracepoint, spec.arguments, context);
  if (context.kernel === undefined || hook.kind === 'tracepoint') return;
  const parameters = parametersOf(hook, context.kernel);
  if (parameters === undefined) {
    if (!spec.optional && context.reportsMissing) reportMissing(spec, context.kernel, context);
    return;
  }
  for (const argument of spec.arguments) {
    if (argument !== undefined) checkArgument(argument, parameters, context);
  }
}

/** What functions of the kernel return is not in its type information. */
function resultOfProgram({ hook, result }: HookSpec): ArgumentSpec | undefined {
  return hook.value.kind === 'uprobe' ? result : undefined;
}

function checkMember(argument: ArgumentSpec | undefined, hook: Hook, context: CheckContext): void {
  const resolve = argument?.resolve;
  if (argument !== undefined && resolve !== undefined) {
    checkResolve({ ...argument, resolve }, hook, context);
  }
}

/** Only records have text of which they say where it is. */
function checkRecordText(
  argument: ArgumentSpec | undefined,
  { kind }: Hook,
  { report }: CheckContext,
): void {
  if (argument?.type.value !== 'data_loc') return;
  if (kind === 'tracepoint' && argument.resolve === undefined) return;
  report.error('POLICY_ARGUMENT_TYPE', argument.type.span, {
    message: 'only fields of the record of a tracepoint are of the type `data_loc`',
    hint: 'use `string`',
  });
}

function parametersOf(hook: Hook, kernel: KernelTypes): readonly KernelParameter[] | undefined {
  if (hook.kind === 'raw_tracepoint') return kernel.rawTracepointParameters(hook.name);
  return kernel.functionParameters(hook.kind === 'lsm' ? `bpf_lsm_${hook.name}` : hook.name);
}

/** What processes call takes numbers and pointers of theirs, never objects of the kernel. */
function checkUserArguments(spec: HookSpec, { report }: CheckContext): void {
  const what = spec.hook.value.kind === 'syscall' ? 'system call' : 'function of a program';
  for (const argument of spec.arguments) {
    const type = argument?.type.value;
    if (argument === undefined || type === undefined || !isKernelObject(type)) continue;
    report.error('POLICY_ARGUMENT_TYPE', argument.type.span, {
      message: `no ${what} has an argument of type ${quote(type)}`,
      hint: 'use `string` for a path, or hook the security_ function on the same path',
    });
  }
}

function checkArgument(
  argument: ArgumentSpec,
  parameters: readonly KernelParameter[],
  { report }: CheckContext,
): void {
  const { index, type } = argument;
  const parameter = parameters[index.value];
  if (parameter === undefined) {
    report.error('POLICY_ARGUMENT_INDEX', index.span, {
      message: `the function has ${parameters.length} parameters, and the index counts from 0`,
      hint: `its parameters: ${parameters.map(describeParameter).join(', ') || 'none'}`,
    });
    return;
  }
  const hint = findTypeProblem(type.value, parameter.type);
  if (hint === undefined) return;
  const declared = quote(describeParameter(parameter));
  report.error('POLICY_ARGUMENT_TYPE', type.span, {
    message: `parameter ${index.value} is ${declared}, which is not ${quote(type.value)}`,
    ...(hint === '' ? {} : { hint }),
  });
}

function describeParameter({ type, name }: KernelParameter): string {
  return type.endsWith('*') ? `${type}${name}` : `${type} ${name}`;
}

function reportMissing(spec: HookSpec, kernel: KernelTypes, { report }: CheckContext): void {
  const hook = spec.hook.value;
  const { span } = spec.hook;
  if (hook.kind === 'lsm') {
    const names = kernel
      .functionsWithPrefix('bpf_lsm_', CANDIDATES_MAX)
      .map((name) => name.slice('bpf_lsm_'.length));
    report.error('POLICY_HOOK_UNKNOWN', span, {
      message: `the kernel has no LSM hook ${quote(hook.name)}`,
      hint: suggest(hook.name, names),
    });
    return;
  }
  if (hook.kind === 'raw_tracepoint') {
    const names = kernel.tracepointNames(hook.subsystem) ?? [];
    report.error('POLICY_TRACEPOINT_UNKNOWN', span, {
      message: `the kernel has no raw tracepoint ${quote(hook.name)}`,
      hint: suggest(hook.name, names),
    });
    return;
  }
  report.error('POLICY_FUNCTION_UNKNOWN', span, {
    message: `the kernel has no function ${quote(hook.name)}`,
    hint: hintForFunction(hook, kernel),
  });
}

function hintForFunction({ name }: Hook, kernel: KernelTypes): string {
  if (name.startsWith('sys_')) return 'it looks like a system call: leave out `syscall: false`';
  // People mistype the end of a name more often than its first word.
  const prefix = /^_*[A-Za-z0-9]{1,3}/.exec(name)?.[0] ?? name;
  const names = kernel.functionsWithPrefix(prefix, CANDIDATES_MAX);
  const fallback = 'set `ignore: {callNotFound: true}` if other kernels have it';
  return suggest(name, names, fallback) ?? fallback;
}
