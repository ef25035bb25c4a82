/** Reads whom a policy applies to: pods, containers, the host, nodes, a namespace. */

import type { LabelRequirement, LabelSelector, PolicyScope } from '../../../model/scope.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { listOf, listOfObjects, mapOf, oneOf, TEXT } from './field-types.ts';
import { describeNode, type Fields, readFields, requireField } from './fields.ts';
import { readItems, readText } from './scalars.ts';
import type { FieldSpec, FieldType, Shape } from './shape.ts';

const REQUIREMENTS_MAX = 64;
const VALUES_MAX = 1024;

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

const EXPRESSION: Shape = {
  name: 'an expression',
  fields: {
    key: { type: TEXT, description: 'Name of the label.', isRequired: true },
    operator: {
      type: oneOf(OPERATORS),
      description: 'Whether the label has one of the values, none of them, exists, or does not.',
      isRequired: true,
    },
    values: {
      type: listOf(TEXT, VALUES_MAX),
      description: 'Values for `In` and `NotIn`.',
    },
  },
  unsupported: [],
};

const SELECTOR: Shape = {
  name: 'a label selector',
  fields: {
    matchLabels: {
      type: mapOf(TEXT),
      description: 'Labels and the values they must have.',
    },
    matchExpressions: {
      type: listOfObjects(EXPRESSION, REQUIREMENTS_MAX),
      description: 'Conditions on labels, all of which have to hold.',
    },
  },
  unsupported: [],
};

const LABELS: FieldType = { kind: 'object', shape: SELECTOR };

/** The fields of the spec that are read here. */
export const SCOPE: Readonly<
  Record<'podSelector' | 'containerSelector' | 'hostSelector' | 'nodeSelector', FieldSpec>
> = {
  podSelector: { type: LABELS, description: 'Labels of the pods that the policy applies to.' },
  containerSelector: {
    type: LABELS,
    description: 'Containers of those pods that it applies to, by `name` and `repo`.',
  },
  hostSelector: {
    type: {
      kind: 'object',
      shape: { name: 'hostSelector', fields: {}, unsupported: [] },
    },
    description: '`{}`: the policy applies to processes outside of pods as well.',
  },
  nodeSelector: { type: LABELS, description: 'Labels of the nodes that load the policy.' },
};

/** A label key may have the domain of whoever defines it in front; `:` is in a pseudo-label. */
const KEY =
  /^(?:[a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.:-]{0,251}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** Containers are told by two fields, not by labels; a repository is no label value either. */
const CONTAINER_KEYS: readonly string[] = ['name', 'repo'];

/** The scope of a policy; undefined when it applies to every process of the node. */
export function readScope(
  spec: Fields,
  namespace: Located<string> | undefined,
  report: Report,
): PolicyScope | undefined {
  const nodeEntry = spec.entries.get('nodeSelector');
  const nodes = nodeEntry && readSelector(nodeEntry.value, 'labels', report);
  const scope: PolicyScope = {
    ...(namespace === undefined ? {} : { namespace: namespace.value }),
    ...readWorkloads(spec, namespace, report),
    ...(nodes === undefined || nodes.length === 0 ? {} : { nodes }),
  };
  return Object.keys(scope).length === 0 ? undefined : scope;
}

/** Pods, containers and the host; nothing when those are all there is. */
export function readWorkloads(
  { entries }: Fields,
  namespace: Located<string> | undefined,
  report: Report,
): Pick<PolicyScope, 'pods' | 'containers' | 'host'> {
  const podEntry = entries.get('podSelector');
  const containerEntry = entries.get('containerSelector');
  const pods = podEntry && readSelector(podEntry.value, 'labels', report);
  const containers = containerEntry && readSelector(containerEntry.value, 'container', report);
  const host = readHost(entries.get('hostSelector'), namespace, report);
  const isEverywhere = host && pods?.length === 0 && containers?.length === 0;
  if (isEverywhere) return {};
  return {
    ...(pods === undefined ? {} : { pods }),
    ...(containers === undefined ? {} : { containers }),
    ...(host ? { host } : {}),
  };
}

function readHost(
  entry: MappingEntry | undefined,
  namespace: Located<string> | undefined,
  report: Report,
): boolean {
  if (entry === undefined) return false;
  if (namespace !== undefined) {
    report.error('POLICY_SCOPE_INVALID', entry.keySpan, {
      message: 'a policy of a namespace applies to its pods only and takes no hostSelector',
      hint: 'use the kind `TracingPolicy`',
    });
    return false;
  }
  if (entry.value.kind === 'mapping' && entry.value.entries.length === 0) return true;
  report.error('POLICY_SCOPE_INVALID', entry.value.span, {
    message: `hostSelector is \`{}\` or absent, not ${describeNode(entry.value)}`,
    hint: 'to choose nodes by their labels, use nodeSelector',
  });
  return false;
}

type SelectorKind = 'labels' | 'container';

function readSelector(node: YamlNode, kind: SelectorKind, report: Report): LabelSelector {
  const fields = readFields(node, SELECTOR, report);
  if (fields === undefined) return [];
  const labels = readLabels(fields.entries.get('matchLabels'), kind, report);
  const bound = { name: 'expressions', max: REQUIREMENTS_MAX };
  const items = readItems(fields.entries.get('matchExpressions'), bound, report);
  const expressions = items.map((item) => readExpression(item, kind, report));
  return [...labels, ...expressions].filter((one) => one !== undefined);
}

function readLabels(
  entry: MappingEntry | undefined,
  kind: SelectorKind,
  report: Report,
): readonly LabelRequirement[] {
  if (entry === undefined) return [];
  if (entry.value.kind !== 'mapping') {
    const message = `${quote(entry.key)} is a mapping, not ${describeNode(entry.value)}`;
    report.error('POLICY_VALUE_TYPE', entry.value.span, { message });
    return [];
  }
  return entry.value.entries.flatMap(({ key, keySpan, value }) => {
    const text = readText(value, report);
    const isKey = checkKey({ value: key, span: keySpan }, kind, report);
    if (text === undefined || !isKey || !checkValue(text, kind, report)) return [];
    return [{ key, operator: 'In', values: [text.value] } as const];
  });
}

function readExpression(
  node: YamlNode,
  kind: SelectorKind,
  report: Report,
): LabelRequirement | undefined {
  const fields = readFields(node, EXPRESSION, report);
  if (fields === undefined) return undefined;
  const keyEntry = requireField(fields, 'key', report);
  const key = keyEntry && readText(keyEntry.value, report);
  const operatorEntry = requireField(fields, 'operator', report);
  const operator = operatorEntry && readOperator(operatorEntry.value, report);
  const values = readItems(
    fields.entries.get('values'),
    { name: 'values', max: VALUES_MAX },
    report,
  )
    .map((item) => readText(item, report))
    .filter((text) => text !== undefined && checkValue(text, kind, report))
    .map((text) => text?.value ?? '');
  if (key === undefined || operator === undefined || !checkKey(key, kind, report)) return undefined;
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues === values.length > 0) return { key: key.value, operator, values };
  const what = needsValues ? 'needs at least one value' : 'takes no values';
  report.error('POLICY_SCOPE_INVALID', fields.span, { message: `\`${operator}\` ${what}` });
  return undefined;
}

function readOperator(node: YamlNode, report: Report): LabelRequirement['operator'] | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const operator = OPERATORS.find((name) => name === text.value);
  if (operator !== undefined) return operator;
  report.error('POLICY_OPERATOR_UNKNOWN', text.span, {
    message: `there is no operator ${quote(text.value)} on labels`,
    hint: suggest(text.value, OPERATORS, `operators: ${OPERATORS.join(', ')}`),
  });
  return undefined;
}

function checkKey({ value, span }: Located<string>, kind: SelectorKind, report: Report): boolean {
  if (kind === 'labels' ? KEY.test(value) : CONTAINER_KEYS.includes(value)) return true;
  const what = kind === 'labels' ? 'the key of a label' : 'known of a container';
  report.error('POLICY_SCOPE_INVALID', span, {
    message: `${quote(value)} is not ${what}`,
    hint: kind === 'labels' ? undefined : `a container has ${CONTAINER_KEYS.join(' and ')}`,
  });
  return false;
}

function checkValue({ value, span }: Located<string>, kind: SelectorKind, report: Report): boolean {
  if (kind === 'container' || LABEL_VALUE.test(value)) return true;
  report.error('POLICY_SCOPE_INVALID', span, {
    message: `${quote(value)} is not a value that a label can have`,
    hint: 'at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends',
  });
  return false;
}
