/** Reads one document: what kind of object it is, its metadata and its spec. */

import { quote, suggest } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { HookSpec, PolicySpec, Section } from '../spec.ts';
import type { CheckContext } from './context.ts';
import { checkUnused, type PolicyContext } from './definitions.ts';
import { checkNotifications, ENFORCERS, readEnforcers } from './enforcers.ts';
import { listOfObjects, mapOf, oneOf } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { readHooks } from './hook.ts';
import { HOOK_SHAPES } from './hook-shapes.ts';
import { LISTS, readLists } from './lists.ts';
import { LOADER, readLoader } from './loader.ts';
import { readMacros } from './macros.ts';
import { checkUnknownRule } from './match-workloads.ts';
import { METADATA, readIdentity } from './metadata.ts';
import { OPTIONS, readOptions } from './options.ts';
import { readItems, readText } from './scalars.ts';
import { readScope, SCOPE } from './scope.ts';
import { SELECTOR } from './selectors.ts';
import type { FieldSpec, Shape } from './shape.ts';
import { checkOwnedSignals } from './sockets.ts';

const API_VERSION = 'cilium.io/v1alpha1';

/** The kernel side holds 512 selectors per hook; no policy needs more hooks than that. */
const HOOKS_PER_SECTION_MAX = 512;

const NAMESPACED = 'TracingPolicyNamespaced';
const KINDS: readonly string[] = ['TracingPolicy', NAMESPACED];

/** Fields of the spec that are no hooks. */
const DEFINITIONS: Readonly<Record<string, FieldSpec>> = {
  lists: LISTS,
  selectorsMacros: {
    type: mapOf({ kind: 'object', shape: SELECTOR }),
    description: 'Fields of selectors by a name, for several selectors to share (`macros`).',
  },
  options: OPTIONS,
  ...SCOPE,
};

const SECTIONS: readonly Section[] = [
  'kprobes',
  'fentries',
  'lsmhooks',
  'tracepoints',
  'uprobes',
  'usdts',
];

/** Probes in programs are not for the pods of one namespace: the file is that of every process. */
const CLUSTER_SECTIONS: readonly Section[] = ['uprobes', 'usdts'];

const SPEC: Shape = {
  name: 'the spec',
  fields: {
    kprobes: {
      type: listOfObjects(HOOK_SHAPES.kprobes, HOOKS_PER_SECTION_MAX),
      description: 'System calls and functions of the kernel to watch.',
    },
    fentries: {
      type: listOfObjects(HOOK_SHAPES.fentries, HOOKS_PER_SECTION_MAX),
      description: 'The same as `kprobes`, attached through fentry or not at all.',
    },
    lsmhooks: {
      type: listOfObjects(HOOK_SHAPES.lsmhooks, HOOKS_PER_SECTION_MAX),
      description:
        'Hooks of the Linux security modules: where the kernel asks whether an operation is ' +
        'allowed. Needs a kernel with BPF among its security modules (`warder probe`).',
    },
    tracepoints: {
      type: listOfObjects(HOOK_SHAPES.tracepoints, HOOKS_PER_SECTION_MAX),
      description: 'Places in the kernel that were made for tracing, by subsystem and event.',
    },
    uprobes: {
      type: listOfObjects(HOOK_SHAPES.uprobes, HOOKS_PER_SECTION_MAX),
      description: 'Places in programs and libraries.',
    },
    usdts: {
      type: listOfObjects(HOOK_SHAPES.usdts, HOOKS_PER_SECTION_MAX),
      description: 'Places in programs that their makers marked.',
    },
    enforcers: ENFORCERS,
    loader: LOADER,
    ...DEFINITIONS,
  },
  needsOneOf: [...SECTIONS, 'loader'],
  unsupported: [],
};

/** A whole policy: the root of the table of fields. */
export const DOCUMENT: Shape = {
  name: 'a policy',
  fields: {
    apiVersion: {
      type: oneOf([API_VERSION]),
      description: 'Version of the policy language.',
      isRequired: true,
    },
    kind: {
      type: oneOf(KINDS),
      description:
        '`TracingPolicy` applies to the whole machine, `TracingPolicyNamespaced` to the pods of ' +
        'a namespace.',
      isRequired: true,
    },
    metadata: {
      type: { kind: 'object', shape: METADATA },
      description: 'The name of the policy, and what else an API server keeps about an object.',
      isRequired: true,
    },
    spec: {
      type: { kind: 'object', shape: SPEC },
      description: 'Where the policy looks, what it looks for, and what happens then.',
      isRequired: true,
    },
    status: {
      type: { kind: 'ignored' },
      description: 'Written by agents; ignored.',
    },
  },
  unsupported: [],
};

/** Reads a policy. The result is whole only if nothing was reported. */
export function readPolicy(node: YamlNode, context: CheckContext): PolicySpec | undefined {
  const { report } = context;
  const fields = readFields(node, DOCUMENT, report);
  if (fields === undefined) return undefined;
  const isNamespaced = readKind(fields, context) === NAMESPACED;
  const metadata = requireField(fields, 'metadata', report);
  const identity = metadata && readIdentity(metadata.value, isNamespaced, report);
  const spec = requireField(fields, 'spec', report);
  const body = spec && readSpec(spec.value, identity?.namespace, context);
  return identity && body && { name: identity.name, alert: identity.alert, ...body };
}

function readKind(fields: Fields, context: CheckContext): string | undefined {
  const { report } = context;
  const apiVersion = requireField(fields, 'apiVersion', report);
  const version = apiVersion && readText(apiVersion.value, report);
  if (version !== undefined && version.value !== API_VERSION) {
    report.error('POLICY_API_VERSION_UNKNOWN', version.span, {
      message: `the apiVersion ${quote(version.value)} is not known`,
      hint: `write ${quote(API_VERSION)}`,
    });
  }
  const kindEntry = requireField(fields, 'kind', report);
  const kind = kindEntry && readText(kindEntry.value, report);
  if (kind !== undefined) checkKind(kind, context);
  return kind?.value;
}

function checkKind(kind: Located<string>, { report }: CheckContext): void {
  if (KINDS.includes(kind.value)) return;
  report.error('POLICY_KIND_UNKNOWN', kind.span, {
    message: `the kind ${quote(kind.value)} is not known`,
    hint: suggest(kind.value, KINDS, `kinds: ${KINDS.join(', ')}`),
  });
}

function readSpec(
  node: YamlNode,
  namespace: Located<string> | undefined,
  outer: CheckContext,
): Omit<PolicySpec, 'name' | 'alert'> | undefined {
  const { report } = outer;
  const fields = readFields(node, SPEC, report);
  if (fields === undefined) return undefined;
  const { entries } = fields;
  const definitions = {
    lists: readLists(entries.get('lists'), outer),
    macros: readMacros(entries.get('selectorsMacros'), SELECTOR, report),
  };
  const context = { ...outer, definitions, namespace };
  if (namespace !== undefined) checkClusterSections(fields, report);
  const hooks = SECTIONS.flatMap((section) => readSection(entries.get(section), section, context));
  const enforcers = readEnforcers(entries.get('enforcers'), context);
  checkNotifications(hooks, enforcers, { entry: entries.get('enforcers'), report });
  checkOwnedSignals(hooks, report);
  checkUnused(context);
  if (
    node.kind === 'mapping' &&
    !node.entries.some((entry) => !Object.hasOwn(DEFINITIONS, entry.key) && isSection(entry))
  ) {
    report.error('POLICY_HOOKS_MISSING', node.span, {
      message: 'the policy names no hook, so it could never do anything',
      hint: 'add an entry to `kprobes`, `lsmhooks` or `tracepoints`, or `loader: true`',
    });
  }
  const { mode, unknownWorkload } = readOptions(entries.get('options'), report);
  const scope = readScope(fields, namespace, report);
  checkUnknownRule(unknownWorkload, { scope, hooks }, report);
  const loader = readLoader(entries.get('loader'), scope, report);
  const matchesUnknown = unknownWorkload?.value === 'match';
  return { hooks, enforcers, loader, mode, scope, matchesUnknown };
}

function checkClusterSections({ entries }: Fields, report: Report): void {
  for (const section of CLUSTER_SECTIONS) {
    const entry = entries.get(section);
    if (entry === undefined || !isSection(entry)) continue;
    report.error('POLICY_SCOPE_INVALID', entry.keySpan, {
      message: `a policy of a namespace cannot have ${quote(section)}`,
      hint: 'use the kind `TracingPolicy`',
    });
  }
}

function readSection(
  entry: MappingEntry | undefined,
  section: Section,
  context: PolicyContext,
): readonly HookSpec[] {
  const bound = { name: `hooks in \`${section}\``, max: HOOKS_PER_SECTION_MAX };
  const hooks = readItems(entry, bound, context.report).flatMap((item, position) =>
    readHooks(item, { section, position }, context),
  );
  if (entry !== undefined && hooks.length > bound.max) {
    const message = `at most ${bound.max} ${bound.name} are allowed, found ${hooks.length}`;
    context.report.error('POLICY_LIST_TOO_LONG', entry.keySpan, { message });
  }
  return hooks;
}

/** Sections that are reported otherwise (unsupported, misspelt) are not missing as well. */
function isSection({ value }: { readonly value: YamlNode }): boolean {
  if (value.kind === 'scalar') return !isNull(value) && !/^false$/i.test(value.text);
  return value.kind === 'mapping' || value.items.length > 0;
}
