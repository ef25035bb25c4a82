/** Reads one document: what kind of object it is, its metadata and its spec. */

import type { Located } from '../report.ts';
import type { HookSpec, PolicySpec, Section } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { type CheckContext, quote } from './context.ts';
import { checkUnused, type PolicyContext } from './definitions.ts';
import { suggest } from './did-you-mean.ts';
import { type Fields, readFields, requireField, type Shape } from './fields.ts';
import { readHooks } from './hook.ts';
import { readLists } from './lists.ts';
import { readMacros } from './macros.ts';
import { readIdentity } from './metadata.ts';
import { readOptions } from './options.ts';
import { readItems, readText } from './scalars.ts';
import { readScope, SCOPE_FIELDS } from './scope.ts';
import { SELECTOR } from './selectors.ts';

const API_VERSION = 'cilium.io/v1alpha1';

/** The kernel side holds 512 selectors per hook; no policy needs more hooks than that. */
const HOOKS_PER_SECTION_MAX = 512;

const DOCUMENT: Shape = {
  name: 'a policy',
  known: ['apiVersion', 'kind', 'metadata', 'spec'],
  unsupported: [],
};

const SPEC: Shape = {
  name: 'the spec',
  known: ['kprobes', 'lsmhooks', 'lists', 'selectorsMacros', 'options', ...SCOPE_FIELDS],
  unsupported: ['tracepoints', 'uprobes', 'usdts', 'fentries', 'loader', 'enforcers'],
};

/** Fields of the spec that are no hooks. */
const NO_SECTIONS: readonly string[] = ['lists', 'selectorsMacros', 'options', ...SCOPE_FIELDS];

const NAMESPACED = 'TracingPolicyNamespaced';
const KINDS: readonly string[] = ['TracingPolicy', NAMESPACED];

const SECTIONS: readonly Section[] = ['kprobes', 'lsmhooks'];

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
  return identity && body && { name: identity.name, ...body };
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
): Omit<PolicySpec, 'name'> | undefined {
  const { report } = outer;
  const fields = readFields(node, SPEC, report);
  if (fields === undefined) return undefined;
  const { entries } = fields;
  const definitions = {
    lists: readLists(entries.get('lists'), outer),
    macros: readMacros(entries.get('selectorsMacros'), SELECTOR, report),
  };
  const context = { ...outer, definitions };
  const hooks = SECTIONS.flatMap((section) => readSection(entries.get(section), section, context));
  checkUnused(context);
  if (
    node.kind === 'mapping' &&
    !node.entries.some((entry) => !NO_SECTIONS.includes(entry.key) && isSection(entry))
  ) {
    report.error('POLICY_HOOKS_MISSING', node.span, {
      message: 'the policy names no hook, so it could never do anything',
      hint: 'add an entry to `kprobes` or `lsmhooks`',
    });
  }
  const { mode } = readOptions(entries.get('options'), report);
  return { hooks, mode, scope: readScope(fields, namespace, report) };
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
  return value.kind === 'sequence' ? value.items.length > 0 : value.kind === 'mapping';
}
