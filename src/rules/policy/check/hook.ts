/** Reads one entry of a section of hooks and runs the checks that look at the whole of it. */

import type { Hook } from '../../../model/plan.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located } from '../report.ts';
import type { ArgumentSpec, HookSpec, Section } from '../spec.ts';
import { readArguments } from './arguments.ts';
import { isTyped, withTypes } from './automatic-types.ts';
import { readCalls } from './call.ts';
import type { CheckContext } from './context.ts';
import { readData } from './data.ts';
import type { PolicyContext } from './definitions.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { checkHashes } from './file-hash.ts';
import { HOOK_SHAPES, IGNORE, PROGRAM_IGNORE } from './hook-shapes.ts';
import { checkHotHook } from './hot-hook.ts';
import { checkKernelFunction } from './kernel-function.ts';
import { readLsmHook } from './lsm-hook.ts';
import { checkOverride } from './override.ts';
import { readTypesFile, withTypesFile } from './program-member.ts';
import { checkRequests } from './requests.ts';
import { checkReturns, readReturn } from './returns.ts';
import { readBoolean } from './scalars.ts';
import { readSelectors } from './selectors.ts';
import { checkShadowedSelectors } from './shadowed-selectors.ts';
import { checkSockets, readReturnTracking } from './sockets.ts';
import { checkKernelStacks } from './stack-traces.ts';
import { readMessage, readTags } from './texts.ts';
import { asTracepoint, readTracepoint, readTracepointArguments } from './tracepoint.ts';
import { readUprobes } from './uprobe.ts';
import { readUsdt } from './usdt.ts';
import { checkVariables } from './variables.ts';

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
  const ignored = readIgnored(fields.entries.get('ignore'), section, context);
  const { optional } = ignored;
  const hooks = readHookNames(fields, { section, optional }, context);
  const typesFile = readTypesFile(fields, report);
  const args = readHookArguments(fields.entries.get('args'), hooks[0], context).map((argument) =>
    withTypesFile(argument, typesFile),
  );
  const data = readData(fields.entries.get('data'), report);
  const result = withTypesFile(readReturn(fields, report), typesFile);
  const returnTracking = readReturnTracking(fields, report);
  const values = { args, data, result };
  const selectors = readSelectors(fields.entries.get('selectors'), values, context);
  const message = readMessage(fields.entries.get('message'), report);
  const tags = readTags(fields.entries.get('tags'), report);
  const shared = {
    section,
    position,
    result,
    returnTracking,
    selectors,
    message,
    tags,
    ...ignored,
    arguments: [...args, ...data],
  };
  const specs = hooks.map((hook): HookSpec => ({ ...shared, hook }));
  for (const spec of specs) {
    checkKernelFunction(spec, context);
    checkOverride(spec, report);
    checkRequests(spec, report);
    checkReturns(spec, report);
    checkKernelStacks(spec, report);
    checkHashes(spec, context);
    checkSockets(spec, report);
    checkVariables(spec, report);
    checkShadowedSelectors(spec, report);
    checkHotHook(spec, report);
  }
  return specs;
}

function readHookArguments(
  entry: MappingEntry | undefined,
  hook: Located<Hook> | undefined,
  context: CheckContext,
): readonly (ArgumentSpec | undefined)[] {
  const tracepoint = hook && asTracepoint(hook);
  if (tracepoint !== undefined) return readTracepointArguments(entry, tracepoint, context);
  if (entry === undefined || !isTyped(hook?.value)) return readArguments(entry, context.report);
  const value = withTypes(entry.value, hook.value, context);
  return readArguments({ ...entry, value }, context.report);
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
  if (section === 'tracepoints') {
    const hook = readTracepoint(fields, context);
    return hook === undefined ? [] : [hook];
  }
  if (section === 'uprobes') return readUprobes(fields, context);
  if (section === 'usdts') {
    const hook = readUsdt(fields, context);
    return hook === undefined ? [] : [hook];
  }
  const entry = requireField(fields, 'call', report);
  const syscallEntry = fields.entries.get('syscall');
  const isSyscall = syscallEntry === undefined ? true : readBoolean(syscallEntry.value, report);
  if (entry === undefined || isSyscall === undefined) return [];
  const hooks = readCalls(entry.value, { isSyscall, optional }, context);
  if (section !== 'fentries') return hooks;
  return hooks.map(({ value, span }) => ({ value: { ...value, method: 'fentry' } as Hook, span }));
}

function readIgnored(
  entry: MappingEntry | undefined,
  section: Section,
  { report }: CheckContext,
): Pick<HookSpec, 'optional' | 'acceptsRejection'> {
  const shape = section === 'uprobes' ? PROGRAM_IGNORE : IGNORE;
  const fields = entry && readFields(entry.value, shape, report);
  const isTrue = (name: string): boolean => {
    const field = fields?.entries.get(name);
    return field !== undefined && readBoolean(field.value, report) === true;
  };
  return {
    optional: isTrue('callNotFound'),
    acceptsRejection: isTrue('digestVerificationFailure'),
  };
}
