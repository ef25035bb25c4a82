/** Reads one entry of `kprobes` or `lsmhooks` and runs the checks that look at the whole of it. */

import type { Hook } from '../../../model/plan.ts';
import type { Located } from '../report.ts';
import type { HookSpec, Section } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { ARGUMENTS, readArguments } from './arguments.ts';
import { readCalls } from './call.ts';
import type { CheckContext } from './context.ts';
import type { PolicyContext } from './definitions.ts';
import { BOOLEAN, TEXT } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { checkHotHook } from './hot-hook.ts';
import { checkKernelFunction } from './kernel-function.ts';
import { readLsmHook } from './lsm-hook.ts';
import { checkOverride } from './override.ts';
import { readBoolean } from './scalars.ts';
import { readSelectors, SELECTORS } from './selectors.ts';
import { checkShadowedSelectors } from './shadowed-selectors.ts';
import type { FieldSpec, Shape } from './shape.ts';
import { MESSAGE, readMessage, readTags, TAGS } from './texts.ts';

const IGNORE: Shape = {
  name: 'ignore',
  fields: {
    callNotFound: {
      type: BOOLEAN,
      description: 'Put the rest of the policy in force when the kernel lacks this function.',
    },
  },
  unsupported: [],
};

/** What entries of every section have. */
const COMMON: Readonly<Record<'message' | 'args' | 'selectors' | 'tags', FieldSpec>> = {
  message: MESSAGE,
  args: ARGUMENTS,
  selectors: SELECTORS,
  tags: TAGS,
};

/** Fields of an entry, by section. */
export const HOOK_SHAPES: Readonly<Record<Section, Shape>> = {
  kprobes: {
    name: 'a kprobes entry',
    fields: {
      call: {
        type: TEXT,
        description:
          'System call (`sys_openat`) or, with `syscall: false`, function of the kernel ' +
          '(`security_file_open`).',
        isRequired: true,
      },
      syscall: {
        type: BOOLEAN,
        description: 'Whether `call` is a system call, which is the default.',
      },
      ...COMMON,
      ignore: {
        type: { kind: 'object', shape: IGNORE },
        description: 'What may be missing.',
      },
    },
    unsupported: ['return', 'returnArg', 'returnArgAction', 'data'],
  },
  lsmhooks: {
    name: 'an lsmhooks entry',
    fields: {
      hook: {
        type: TEXT,
        description: 'Name of the hook, such as `file_open` or `bprm_check_security`.',
        isRequired: true,
      },
      ...COMMON,
    },
    unsupported: [],
  },
};

/** Where an entry stands in the spec. */
export interface HookPosition {
  readonly section: Section;
  readonly position: number;
}

/** Reads an entry: one hook, several when it names a list, none when it says no hook at all. */
export function readHooks(
  node: YamlNode,
  { section, position }: HookPosition,
  context: PolicyContext,
): readonly HookSpec[] {
  const { report } = context;
  const fields = readFields(node, HOOK_SHAPES[section], report);
  if (fields === undefined) return [];
  const optional = readCallNotFound(fields.entries.get('ignore'), context);
  const hooks = readHookNames(fields, { section, optional }, context);
  const args = readArguments(fields.entries.get('args'), context.report);
  const selectors = readSelectors(fields.entries.get('selectors'), args, context);
  const message = readMessage(fields.entries.get('message'), report);
  const tags = readTags(fields.entries.get('tags'), report);
  const shared = { section, position, selectors, message, tags, optional, arguments: args };
  const specs = hooks.map((hook): HookSpec => ({ ...shared, hook }));
  for (const spec of specs) {
    checkKernelFunction(spec, context);
    checkOverride(spec, report);
    checkShadowedSelectors(spec, report);
    checkHotHook(spec, report);
  }
  return specs;
}

interface NameRules {
  readonly section: Section;
  readonly optional: boolean;
}

function readHookNames(
  fields: Fields,
  { section, optional }: NameRules,
  context: PolicyContext,
): readonly Located<Hook>[] {
  const { report } = context;
  if (section === 'lsmhooks') {
    const entry = requireField(fields, 'hook', report);
    const hook = entry && readLsmHook(entry.value, report);
    return hook === undefined ? [] : [hook];
  }
  const entry = requireField(fields, 'call', report);
  const syscallEntry = fields.entries.get('syscall');
  const isSyscall = syscallEntry === undefined ? true : readBoolean(syscallEntry.value, report);
  if (entry === undefined || isSyscall === undefined) return [];
  return readCalls(entry.value, { isSyscall, optional }, context);
}

function readCallNotFound(entry: MappingEntry | undefined, { report }: CheckContext): boolean {
  if (entry === undefined) return false;
  const fields = readFields(entry.value, IGNORE, report);
  const callNotFound = fields?.entries.get('callNotFound');
  return callNotFound !== undefined && readBoolean(callNotFound.value, report) === true;
}
