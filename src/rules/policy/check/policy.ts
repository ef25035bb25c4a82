/** Reads one document: what kind of object it is, its metadata and its spec. */

import type { Located } from '../report.ts';
import type { HookSpec, PolicySpec, Section } from '../spec.ts';
import type { YamlNode } from '../syntax/tree.ts';
import { type CheckContext, quote } from './context.ts';
import { suggest } from './did-you-mean.ts';
import { type Fields, readFields, requireField, type Shape } from './fields.ts';
import { readHook } from './hook.ts';
import { readName } from './metadata.ts';
import { readItems, readText } from './scalars.ts';

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
  known: ['kprobes', 'lsmhooks'],
  unsupported: [
    'tracepoints',
    'uprobes',
    'usdts',
    'fentries',
    'loader',
    'podSelector',
    'containerSelector',
    'hostSelector',
    'nodeSelector',
    'lists',
    'enforcers',
    'options',
    'selectorsMacros',
  ],
};

const SECTIONS: readonly Section[] = ['kprobes', 'lsmhooks'];

/** Reads a policy. The result is whole only if nothing was reported. */
export function readPolicy(node: YamlNode, context: CheckContext): PolicySpec | undefined {
  const { report } = context;
  const fields = readFields(node, DOCUMENT, report);
  if (fields === undefined) return undefined;
  checkIdentity(fields, context);
  const metadata = requireField(fields, 'metadata', report);
  const name = metadata && readName(metadata.value, report);
  const spec = requireField(fields, 'spec', report);
  const hooks = spec === undefined ? [] : readSpec(spec.value, context);
  return name === undefined ? undefined : { name, hooks };
}

function checkIdentity(fields: Fields, context: CheckContext): void {
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
}

function checkKind(kind: Located<string>, { report }: CheckContext): void {
  if (kind.value === 'TracingPolicy') return;
  if (kind.value === 'TracingPolicyNamespaced') {
    report.error('POLICY_FEATURE_UNSUPPORTED', kind.span, {
      message: 'the kind `TracingPolicyNamespaced` is not supported yet',
      hint: 'use `TracingPolicy`, which applies to the whole node',
    });
    return;
  }
  report.error('POLICY_KIND_UNKNOWN', kind.span, {
    message: `the kind ${quote(kind.value)} is not known`,
    hint: suggest(kind.value, ['TracingPolicy'], 'write `TracingPolicy`'),
  });
}

function readSpec(node: YamlNode, context: CheckContext): readonly HookSpec[] {
  const { report } = context;
  const fields = readFields(node, SPEC, report);
  if (fields === undefined) return [];
  const hooks: HookSpec[] = [];
  for (const section of SECTIONS) {
    const bound = { name: 'entries', max: HOOKS_PER_SECTION_MAX };
    const items = readItems(fields.entries.get(section), bound, report);
    for (const [position, item] of items.entries()) {
      const hook = readHook(item, { section, position }, context);
      if (hook !== undefined) hooks.push(hook);
    }
  }
  if (node.kind === 'mapping' && !node.entries.some(isSection)) {
    report.error('POLICY_HOOKS_MISSING', node.span, {
      message: 'the policy names no hook, so it could never do anything',
      hint: 'add an entry to `kprobes` or `lsmhooks`',
    });
  }
  return hooks;
}

/** Sections that are reported otherwise (unsupported, misspelt) are not missing as well. */
function isSection({ value }: { readonly value: YamlNode }): boolean {
  return value.kind === 'sequence' ? value.items.length > 0 : value.kind === 'mapping';
}
