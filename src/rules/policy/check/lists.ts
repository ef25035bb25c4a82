/** Reads `spec.lists`: names for many calls, written out or made from what the kernel has. */

import type { Hook } from '../../../model/plan.ts';
import { SYSCALL_ENTRY_NAMES, SYSCALL_NUMBERS } from '../../../model/syscalls.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { PatternError } from '../pattern/parse-pattern.ts';
import { Pattern } from '../pattern/pattern.ts';
import type { Located, Span } from '../report.ts';
import { readCallName } from './call.ts';
import type { CheckContext } from './context.ts';
import type { CallList, Named } from './definitions.ts';
import { listOf, listOfObjects, oneOf, TEXT } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

const LISTS_MAX = 64;
/** As many as one section takes hooks. */
const LIST_VALUES_MAX = 512;
/** All functions of a kernel: about 60,000. */
const FUNCTIONS_MAX = 1_000_000;

const TYPES = ['syscalls', 'generated_syscalls', 'generated_ftrace'] as const;
type ListType = (typeof TYPES)[number] | 'functions';

const LIST: Shape = {
  name: 'a list',
  fields: {
    name: {
      type: TEXT,
      description: 'What hooks call the list: `call: "list:NAME"`.',
      isRequired: true,
    },
    type: {
      type: oneOf([...TYPES, '']),
      description:
        '`syscalls` for system calls, nothing for functions of the kernel; the generated types ' +
        'are made from what the kernel has.',
    },
    values: { type: listOf(TEXT, LIST_VALUES_MAX), description: 'Names of the calls.' },
    pattern: {
      type: TEXT,
      description: 'Of `generated_ftrace`: a regular expression for the names of functions.',
    },
    validated: { type: { kind: 'ignored' }, description: 'Written by an API server; ignored.' },
  },
  unsupported: [],
};

/** The field `lists` of the spec. */
export const LISTS: FieldSpec = {
  type: listOfObjects(LIST, LISTS_MAX),
  description: 'Calls under one name, so that one entry stands for many hooks.',
};

/** Reads the lists of a spec. */
export function readLists(entry: MappingEntry | undefined, context: CheckContext): Named<CallList> {
  const lists = new Map<string, CallList | undefined>();
  for (const item of readItems(entry, { name: 'lists', max: LISTS_MAX }, context.report)) {
    const fields = readFields(item, LIST, context.report);
    if (fields === undefined) continue;
    const nameEntry = requireField(fields, 'name', context.report);
    const name = nameEntry && readText(nameEntry.value, context.report);
    const list = readList(fields, name?.span ?? fields.span, context);
    if (name === undefined) continue;
    if (lists.has(name.value)) {
      const message = `another list has the name ${quote(name.value)}`;
      context.report.error('POLICY_NAME_DUPLICATE', name.span, { message });
    }
    lists.set(name.value, list);
  }
  return { kind: 'list', items: lists, used: new Set() };
}

function readList(fields: Fields, span: Span, context: CheckContext): CallList | undefined {
  const type = readType(fields.entries.get('type'), context);
  if (type === undefined) return undefined;
  const isGenerated = type.startsWith('generated');
  checkFields(fields, type, context);
  const holds = type === 'syscalls' || type === 'generated_syscalls' ? 'syscalls' : 'functions';
  const hooks = isGenerated
    ? generate(fields, { type, span }, context)
    : readValues(fields.entries.get('values'), holds, context);
  if (hooks.length > LIST_VALUES_MAX) {
    context.report.error('POLICY_LIST_TOO_LONG', span, {
      message: `the list stands for ${hooks.length} hooks, and at most ${LIST_VALUES_MAX} fit`,
      hint: 'narrow the pattern',
    });
    return undefined;
  }
  return { span, holds, isGenerated, hooks };
}

function readType(entry: MappingEntry | undefined, context: CheckContext): ListType | undefined {
  if (entry === undefined) return 'functions';
  const text = readText(entry.value, context.report);
  if (text === undefined) return undefined;
  if (text.value === '') return 'functions';
  const type = TYPES.find((name) => name === text.value);
  if (type !== undefined) return type;
  const types = `types: ${TYPES.join(', ')}; none for a list of kernel functions`;
  context.report.error('POLICY_VALUE_INVALID', text.span, {
    message: `there is no type of list ${quote(text.value)}`,
    hint: suggest(text.value, TYPES, types),
  });
  return undefined;
}

/** Which fields a type needs, and which would contradict it. */
function checkFields(fields: Fields, type: ListType, { report }: CheckContext): void {
  const { entries } = fields;
  const values = entries.get('values');
  const pattern = entries.get('pattern');
  const isEmpty = values?.value.kind !== 'sequence' || values.value.items.length === 0;
  if (type.startsWith('generated') && values !== undefined && !isEmpty) {
    report.error('POLICY_VALUE_INVALID', values.keySpan, {
      message: `a list of the type ${quote(type)} is made from the kernel and takes no values`,
    });
  }
  if (type === 'generated_ftrace') requireField(fields, 'pattern', report);
  else if (pattern !== undefined && !isEmptyText(pattern.value)) {
    report.error('POLICY_VALUE_INVALID', pattern.keySpan, {
      message: 'only a list of the type `generated_ftrace` takes a pattern',
    });
  }
  if (!type.startsWith('generated') && isEmpty) requireValues(fields, report);
}

function isEmptyText(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.text === '';
}

function requireValues(fields: Fields, report: CheckContext['report']): void {
  const message = 'the list has no values, so it stands for nothing';
  const at = fields.entries.get('values')?.keySpan ?? fields.span;
  report.error('POLICY_VALUE_MISSING', at, { message });
}

function readValues(
  entry: MappingEntry | undefined,
  holds: CallList['holds'],
  context: CheckContext,
): readonly Located<Hook>[] {
  const bound = { name: 'values of a list', max: LIST_VALUES_MAX };
  const isSyscall = holds === 'syscalls';
  const rules = { isSyscall, optional: false, acceptsCompat: isSyscall };
  const hooks = new Map<string, Located<Hook>>();
  for (const item of readItems(entry, bound, context.report)) {
    const text = readText(item, context.report);
    const hook = text && readCallName(text, rules, context);
    if (hook !== undefined && !hooks.has(hook.value.name)) hooks.set(hook.value.name, hook);
  }
  return [...hooks.values()];
}

function generate(
  fields: Fields,
  { type, span }: { readonly type: ListType; readonly span: Span },
  context: CheckContext,
): readonly Located<Hook>[] {
  const locate = (value: Hook): Located<Hook> => ({ value, span });
  if (type === 'generated_syscalls') {
    return listSyscalls(context).map((name) => locate({ kind: 'syscall', name }));
  }
  const pattern = readPattern(fields.entries.get('pattern'), context);
  if (pattern === undefined || context.kernel === undefined) return [];
  const names = context.kernel.functionsWithPrefix('', FUNCTIONS_MAX);
  const found = [...new Set(names)].filter((name) => pattern.matches(name)).sort();
  if (found.length === 0) {
    const message = 'no function of the kernel matches the pattern';
    context.report.error('POLICY_FUNCTION_UNKNOWN', span, { message });
  }
  return found.map((name) => locate({ kind: 'function', name }));
}

/** System calls of this architecture; where types can be asked, those the kernel was built with. */
function listSyscalls({ kernel }: CheckContext): readonly string[] {
  const isArm = process.arch === 'arm64';
  const table = Object.keys(isArm ? SYSCALL_NUMBERS.arm64 : SYSCALL_NUMBERS.x64);
  if (kernel === undefined) return table;
  const entries = new Map([...SYSCALL_ENTRY_NAMES].map(([entry, name]) => [name, entry]));
  const prefix = isArm ? '__arm64_sys_' : '__x64_sys_';
  const isBuilt = (name: string): boolean => kernel.functionParameters(prefix + name) !== undefined;
  return table.filter((name) => isBuilt(name) || isBuilt(entries.get(name) ?? name));
}

function readPattern(
  entry: MappingEntry | undefined,
  { report }: CheckContext,
): Pattern | undefined {
  const text = entry && readText(entry.value, report);
  if (text === undefined) return undefined;
  try {
    return new Pattern(text.value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    report.error('POLICY_PATTERN_INVALID', text.span, {
      message: `the pattern cannot be used: ${error.message}`,
    });
    return undefined;
  }
}
