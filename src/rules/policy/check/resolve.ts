/** Reads `resolve`, `btfType` and `source`: members that are read instead of a parameter. */

import type { KernelTypes } from '../../../model/kernel-types.ts';
import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { ResolveSpec } from '../spec.ts';
import type { CheckContext } from './context.ts';
import { oneOf, TEXT } from './field-types.ts';
import type { Fields } from './fields.ts';
import { checkAccess, type ResolvedArgument } from './member-access.ts';
import { checkProgramMember } from './program-member.ts';
import { readText } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

/** Pointers that the kernel side follows; each component may need one. */
const DEPTH_MAX = 10;

const PATH = /^[\w.[\]]{1,512}$/;
const MODULE_NAME = /^[\w-]{1,55}$/;
const TYPE_NAME = /^[A-Za-z_]\w{0,127}$/;

/** Fields of an argument that lead elsewhere. */
export const RESOLVE_FIELDS: Readonly<Record<'resolve' | 'btfType' | 'btfTypeModule', FieldSpec>> =
  {
    resolve: {
      type: TEXT,
      description:
        'Path from the parameter to the member that is read instead: `mm.owner.pid`, ' +
        '`path.dentry.d_name.name`, `arr[2].b`.',
    },
    btfType: {
      type: TEXT,
      description:
        'Struct that `resolve` begins at: of the kernel, if not that of the parameter; in ' +
        '`uprobes` and `usdts`, of the program, whose types are in `btfPath`.',
    },
    btfTypeModule: {
      type: TEXT,
      description: 'Loaded kernel module that has the struct `btfType`, if not the kernel itself.',
    },
  };

/** The field of an entry of `data`. */
export const SOURCE: FieldSpec = {
  type: oneOf(['current_task', 'pt_regs']),
  description:
    'Where `resolve` begins: `current_task` is the struct task_struct of the thread; with ' +
    '`pt_regs`, `resolve` names a register.',
  isRequired: true,
};

/** Reads the fields; undefined when the parameter itself is read. */
export function readResolve(
  fields: Fields,
  isCurrentTask: boolean,
  report: Report,
): ResolveSpec | 'invalid' | undefined {
  const pathEntry = fields.entries.get('resolve');
  const typeEntry = fields.entries.get('btfType');
  const path = pathEntry && readText(pathEntry.value, report);
  const btfType = typeEntry && readText(typeEntry.value, report);
  const module = readModule(fields, report);
  const isNamed = btfType !== undefined && btfType.value !== '';
  if (isNamed && !TYPE_NAME.test(btfType.value)) {
    const message = `${quote(btfType.value)} is not the name of a struct`;
    report.error('POLICY_VALUE_INVALID', btfType.span, { message });
    return 'invalid';
  }
  if (module === 'invalid') return 'invalid';
  if (path === undefined || path.value === '') {
    if (!isNamed) return undefined;
    const message = '`btfType` says where `resolve` begins, which is missing';
    report.error('POLICY_FIELD_MISSING', btfType.span, { message });
    return 'invalid';
  }
  if (!PATH.test(path.value) || path.value.split('.').length > DEPTH_MAX) {
    report.error('POLICY_VALUE_INVALID', path.span, {
      message: `${quote(path.value)} is not a path of at most ${DEPTH_MAX} members`,
      hint: 'write it as `mm.owner.pid` or `arr[2].b`',
    });
    return 'invalid';
  }
  return { path, btfType: isNamed ? btfType : undefined, ...module, isCurrentTask };
}

function readModule(
  fields: Fields,
  report: Report,
): Pick<ResolveSpec, 'btfTypeModule'> | 'invalid' {
  const entry = fields.entries.get('btfTypeModule');
  const module = entry && readText(entry.value, report);
  if (module === undefined || module.value === '') return {};
  if (!MODULE_NAME.test(module.value)) {
    const message = `${quote(module.value)} is not the name of a module`;
    report.error('POLICY_VALUE_INVALID', module.span, { message });
    return 'invalid';
  }
  if (!fields.entries.has('btfType')) {
    const message = '`btfTypeModule` says where `btfType` is, which is missing';
    report.error('POLICY_FIELD_MISSING', module.span, { message });
    return 'invalid';
  }
  // /sys/kernel/btf has the names that the kernel uses, which have no dashes.
  return { btfTypeModule: module.value.replaceAll('-', '_') };
}

/** Reports a path that leads nowhere, or to something else than the type of the argument. */
export function checkResolve(argument: ResolvedArgument, hook: Hook, context: CheckContext): void {
  const { index, type, resolve } = argument;
  const { kernel, report } = context;
  if (resolve.register !== undefined) {
    checkRegister(resolve, hook, report);
    return;
  }
  if (!resolve.isCurrentTask && (hook.kind === 'uprobe' || hook.kind === 'usdt')) {
    checkProgramMember(argument, context);
    return;
  }
  if (!resolve.isCurrentTask && !hasKernelParameters(hook)) {
    report.error('POLICY_ARGUMENT_TYPE', resolve.path.span, {
      message: 'the parameters of this hook are no structs of the kernel',
      hint: 'hook the security_ function on the same path',
    });
    return;
  }
  if (kernel === undefined) return;
  const root = rootOf({ index: index.value, resolve, hook }, kernel);
  if (root === undefined) return;
  const access = kernel.resolveMember(root, resolve.path.value, resolve.btfTypeModule);
  checkAccess(access, { type, resolve }, report);
}

/** fentry and what comes before the call have no registers of it. */
function checkRegister({ path }: ResolveSpec, hook: Hook, report: Report): void {
  const isProbe = hook.kind === 'function' || hook.kind === 'syscall';
  if (hook.kind === 'uprobe' || (isProbe && hook.method === undefined)) return;
  report.error('POLICY_ARGUMENT_TYPE', path.span, {
    message: 'registers are read by `kprobes` and `uprobes` only',
  });
}

function hasKernelParameters({ kind }: Hook): boolean {
  return kind === 'function' || kind === 'lsm' || kind === 'raw_tracepoint';
}

interface Beginning {
  readonly index: number;
  readonly resolve: ResolveSpec;
  readonly hook: Hook;
}

function rootOf({ index, resolve, hook }: Beginning, kernel: KernelTypes): string | undefined {
  if (resolve.btfType !== undefined) return `struct ${resolve.btfType.value} *`;
  if (resolve.isCurrentTask) return 'struct task_struct *';
  if (hook.kind === 'raw_tracepoint')
    return kernel.rawTracepointParameters(hook.name)?.[index]?.type;
  const name = hook.kind === 'lsm' ? `bpf_lsm_${hook.name}` : hook.name;
  return kernel.functionParameters(name)?.[index]?.type;
}
