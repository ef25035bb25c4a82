/** Reads metadata: the name is the identity of a policy. */

import type { Located, Report } from '../report.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { quote } from './context.ts';
import { describeNode, readFields, requireField, type Shape } from './fields.ts';
import { readText } from './scalars.ts';

const NAME_LENGTH_MAX = 253;
const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

const METADATA: Shape = {
  name: 'metadata',
  // The last line is what an API server adds to objects that are read back from it.
  known: [
    ...['name', 'labels', 'annotations'],
    ...['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'],
  ],
  unsupported: ['namespace', 'generateName', 'finalizers', 'ownerReferences'],
};

/** The policy name: a DNS subdomain, as Kubernetes demands of object names. */
export function readName(node: YamlNode, report: Report): Located<string> | undefined {
  const fields = readFields(node, METADATA, report);
  if (fields === undefined) return undefined;
  checkTexts(fields.entries.get('labels'), report);
  checkTexts(fields.entries.get('annotations'), report);
  const entry = requireField(fields, 'name', report);
  const name = entry && readText(entry.value, report);
  if (name === undefined) return undefined;
  if (name.value.length > NAME_LENGTH_MAX || !NAME_PATTERN.test(name.value)) {
    report.error('POLICY_NAME_INVALID', name.span, {
      message: `${quote(name.value)} is not a DNS subdomain`,
      hint: 'use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends',
    });
    return undefined;
  }
  return name;
}

function checkTexts(entry: MappingEntry | undefined, report: Report): void {
  if (entry === undefined) return;
  const { value } = entry;
  if (value.kind !== 'mapping') {
    const message = `${quote(entry.key)} is a mapping, not ${describeNode(value)}`;
    report.error('POLICY_VALUE_TYPE', value.span, { message });
    return;
  }
  for (const item of value.entries) readText(item.value, report);
}
