/** Types that a policy leaves to the kernel: `auto`, or of a tracepoint's arguments none at all. */

import type { ArgumentType } from '../../../model/argument-types.ts';
import type { KernelParameter, KernelTypes } from '../../../model/kernel-types.ts';
import type { Hook } from '../../../model/plan.ts';
import { isNull, type MappingNode, type YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import type { CheckContext } from './context.ts';
import { rightType } from './prototype.ts';
import { typeOfField } from './record-field.ts';
import { parseInteger } from './scalars.ts';

/** Hooks of whose arguments the kernel has the types. */
type TypedHook = Extract<Hook, { kind: 'tracepoint' | 'raw_tracepoint' | 'function' | 'lsm' }>;

/** Whether the kernel knows the arguments of the hook: not of what processes call. */
export function isTyped(hook: Hook | undefined): hook is TypedHook {
  const kinds: readonly (Hook['kind'] | undefined)[] = ['function', 'lsm'];
  return isTracepoint(hook) || kinds.includes(hook?.kind);
}

/** The list of arguments with a type for every one that leaves it to the kernel. */
export function withTypes(
  node: YamlNode,
  hook: TypedHook | undefined,
  context: CheckContext,
): YamlNode {
  if (node.kind !== 'sequence') return node;
  const items = node.items.flatMap((item): readonly YamlNode[] => {
    if (item.kind !== 'mapping' || !isAutomatic(item, hook)) return [item];
    // Away from a kernel, and where there is no such hook, nothing can be said of it.
    if (context.kernel === undefined || hook === undefined) return [];
    if (hook.kind !== 'tracepoint' && parametersOf(hook, context.kernel) === undefined) return [];
    const type = deriveType(item, hook, context.kernel);
    return type === undefined ? reportUntyped(item, context.report) : [withType(item, type)];
  });
  return { ...node, items };
}

function isTracepoint(hook: Hook | undefined): boolean {
  return hook?.kind === 'tracepoint' || hook?.kind === 'raw_tracepoint';
}

/** That of a function has to be written, if only as `auto`. */
function isAutomatic(item: MappingNode, hook: TypedHook | undefined): boolean {
  const type = item.entries.find(({ key }) => key === 'type')?.value;
  if (type === undefined || isNull(type)) return hook === undefined || isTracepoint(hook);
  return type.kind === 'scalar' && type.text === 'auto';
}

function withType(item: MappingNode, type: ArgumentType): MappingNode {
  const value = { kind: 'scalar', text: type, isPlain: true, span: item.span } as const;
  const entries = item.entries.filter(({ key }) => key !== 'type');
  return { ...item, entries: [...entries, { key: 'type', keySpan: item.span, value }] };
}

function deriveType(
  item: MappingNode,
  hook: TypedHook,
  kernel: KernelTypes,
): ArgumentType | undefined {
  const number = Number(parseInteger(textOf(item, 'index')) ?? 0n);
  if (hook.kind === 'tracepoint') {
    const field = kernel.tracepointFields(hook.subsystem, hook.name)?.[number];
    return field && typeOfField(field);
  }
  const parameter = parametersOf(hook, kernel)?.[number]?.type;
  const path = textOf(item, 'resolve');
  if (path === '') return parameter === undefined ? undefined : rightType(parameter);
  const name = textOf(item, 'btfType');
  const root = name === '' ? parameter : `struct ${name} *`;
  if (root === undefined) return undefined;
  const found = kernel.resolveMember(root, path, textOf(item, 'btfTypeModule') || undefined);
  return 'steps' in found ? rightType(found.type) : undefined;
}

function parametersOf(
  hook: Exclude<TypedHook, { kind: 'tracepoint' }>,
  kernel: KernelTypes,
): readonly KernelParameter[] | undefined {
  if (hook.kind === 'raw_tracepoint') return kernel.rawTracepointParameters(hook.name);
  return kernel.functionParameters(hook.kind === 'lsm' ? `bpf_lsm_${hook.name}` : hook.name);
}

/** Empty when it is not there. */
function textOf(item: MappingNode, key: string): string {
  const value = item.entries.find((entry) => entry.key === key)?.value;
  return value?.kind === 'scalar' ? value.text : '';
}

function reportUntyped(item: MappingNode, report: Report): readonly YamlNode[] {
  report.error('POLICY_ARGUMENT_TYPE', item.span, {
    message: 'the type of this argument cannot be found out on this kernel',
    hint: 'check the index, and write the type',
  });
  return [];
}
