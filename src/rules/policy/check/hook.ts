/** Reads one entry of `kprobes` or `lsmhooks` and runs the checks that look at the whole of it. */

import type { Hook } from '../../../model/plan.ts';
import type { Located } from '../report.ts';
import type { HookSpec, Section } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { readArguments } from './arguments.ts';
import { readCalls } from './call.ts';
import type { CheckContext } from './context.ts';
import type { PolicyContext } from './definitions.ts';
import { type Fields, readFields, requireField, type Shape } from './fields.ts';
import { checkHotHook } from './hot-hook.ts';
import { checkKernelFunction } from './kernel-function.ts';
import { readLsmHook } from './lsm-hook.ts';
import { checkOverride } from './override.ts';
import { readBoolean } from './scalars.ts';
import { readSelectors } from './selectors.ts';
import { checkShadowedSelectors } from './shadowed-selectors.ts';
import { readMessage, readTags } from './texts.ts';

const SHAPES: Readonly<Record<Section, Shape>> = {
  kprobes: {
    name: 'a kprobes entry',
    known: ['call', 'syscall', 'message', 'args', 'selectors', 'tags', 'ignore'],
    unsupported: ['return', 'returnArg', 'returnArgAction', 'data'],
  },
  lsmhooks: {
    name: 'an lsmhooks entry',
    known: ['hook', 'message', 'args', 'selectors', 'tags'],
    unsupported: [],
  },
};

const IGNORE: Shape = { name: 'ignore', known: ['callNotFound'], unsupported: [] };

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
  const fields = readFields(node, SHAPES[section], report);
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
