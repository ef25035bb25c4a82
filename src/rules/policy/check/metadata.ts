/** Reads metadata: name and namespace are the identity of a policy. */

import { FINDING_LEVELS, type FindingLevel } from '../../../model/finding.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { mapOf, TEXT } from './field-types.ts';
import { describeNode, type Fields, readFields, requireField } from './fields.ts';
import { readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

const NAME_LENGTH_MAX = 253;
const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** What an API server adds to objects that are read back from it. */
const SERVER_FIELD: FieldSpec = {
  type: { kind: 'ignored' },
  description: 'Written by an API server; ignored.',
};

/** Fields of metadata. */
export const METADATA: Shape = {
  name: 'metadata',
  fields: {
    name: {
      type: { kind: 'text', pattern: NAME_PATTERN.source },
      description:
        'Identity of the policy: lower-case letters, digits, `-` and `.`. Events carry it.',
      isRequired: true,
    },
    namespace: {
      type: { kind: 'text', pattern: `^$|${NAME_PATTERN.source}` },
      description: 'Of a `TracingPolicyNamespaced`: the namespace whose pods it applies to.',
    },
    labels: {
      type: mapOf(TEXT),
      description: 'Labels for whoever manages policies. Warder does not read them.',
    },
    annotations: {
      type: mapOf(TEXT),
      description:
        'Remarks for whoever manages policies. Warder reads `warder.io/alert`: the severity of ' +
        'the alerts that events of the policy then are.',
    },
    uid: SERVER_FIELD,
    resourceVersion: SERVER_FIELD,
    generation: SERVER_FIELD,
    creationTimestamp: SERVER_FIELD,
    managedFields: SERVER_FIELD,
  },
  unsupported: ['generateName', 'finalizers', 'ownerReferences'],
};

/** What a policy is known by. */
export interface Identity {
  readonly name: Located<string>;
  /** Of policies of the kind TracingPolicyNamespaced. */
  readonly namespace: Located<string> | undefined;
  /** Severity of its alerts, where its events are alerts. */
  readonly alert: FindingLevel | undefined;
}

/** The annotation that makes alerts of events. */
const ALERT = 'warder.io/alert';

/** The identity of a policy; names are DNS subdomains, as Kubernetes demands. */
export function readIdentity(
  node: YamlNode,
  isNamespaced: boolean,
  report: Report,
): Identity | undefined {
  const fields = readFields(node, METADATA, report);
  if (fields === undefined) return undefined;
  const name = readName(fields, report);
  const namespace = readNamespace(fields, isNamespaced, report);
  const alert = readAlert(fields.entries.get('annotations'), report);
  return name && { name, namespace, alert };
}

function readAlert(
  annotations: MappingEntry | undefined,
  report: Report,
): FindingLevel | undefined {
  if (annotations?.value.kind !== 'mapping') return undefined;
  const entry = annotations.value.entries.find(({ key }) => key === ALERT);
  if (entry?.value.kind !== 'scalar') return undefined;
  const { text, span } = entry.value;
  const level = FINDING_LEVELS.find((known) => known === text);
  if (level === undefined) {
    report.error('POLICY_VALUE_INVALID', span, {
      message: `${quote(text)} is no severity of alerts`,
      hint: suggest(text, FINDING_LEVELS, `it is one of ${FINDING_LEVELS.join(', ')}`),
    });
  }
  return level;
}

function readNamespace(
  fields: Fields,
  isNamespaced: boolean,
  report: Report,
): Located<string> | undefined {
  if (isNamespaced) {
    const entry = requireField(fields, 'namespace', report);
    const namespace = entry && readText(entry.value, report);
    return namespace && checkName(namespace, report);
  }
  const entry = fields.entries.get('namespace');
  if (entry === undefined || isEmptyText(entry.value)) return undefined;
  report.error('POLICY_SCOPE_INVALID', entry.keySpan, {
    message: 'a `TracingPolicy` applies to the whole cluster and is in no namespace',
    hint: 'use the kind `TracingPolicyNamespaced` to apply it to one namespace',
  });
  return undefined;
}

function isEmptyText(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.text === '';
}

function readName(fields: Fields, report: Report): Located<string> | undefined {
  checkTexts(fields.entries.get('labels'), report);
  checkTexts(fields.entries.get('annotations'), report);
  const entry = requireField(fields, 'name', report);
  const name = entry && readText(entry.value, report);
  return name && checkName(name, report);
}

function checkName(name: Located<string>, report: Report): Located<string> | undefined {
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
