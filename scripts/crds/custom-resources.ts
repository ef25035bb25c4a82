/** The two kinds of policies as custom resources, for `kubectl apply`. */
import { dump } from 'js-yaml';
import { InvariantError } from '../../src/model/errors.ts';
import { DOCUMENT } from '../../src/rules/policy/check/policy.ts';
import type { FieldSpec } from '../../src/rules/policy/check/shape.ts';
import { STATUS_SCHEMA } from './status-schema.ts';
import { type Additions, describeShape, type Structural } from './structural-schema.ts';
import { CLUSTER_ADDITIONS, NAMESPACED_ADDITIONS } from './validation-rules.ts';

const GROUP = 'cilium.io';

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly additions: Additions;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'TracingPolicy',
    plural: 'tracingpolicies',
    singular: 'tracingpolicy',
    shortName: 'tgtp',
    scope: 'Cluster',
    additions: CLUSTER_ADDITIONS,
  },
  {
    kind: 'TracingPolicyNamespaced',
    plural: 'tracingpoliciesnamespaced',
    singular: 'tracingpolicynamespaced',
    shortName: 'tgtpn',
    scope: 'Namespaced',
    additions: NAMESPACED_ADDITIONS,
  },
];

/** What `kubectl get` prints. */
const COLUMNS = [
  {
    name: 'Loaded',
    type: 'string',
    description: 'Whether every node that answered has the policy in force.',
    jsonPath: '.status.conditions[?(@.type=="Loaded")].status',
  },
  {
    name: 'Nodes',
    type: 'string',
    description: 'On how many nodes the policy is in force, of those that answered.',
    jsonPath: '.status.summary.nodes',
  },
  {
    name: 'Mode',
    type: 'string',
    description: 'Whether the policy enforces or only reports.',
    jsonPath: '.status.summary.mode',
  },
  {
    name: 'Reason',
    type: 'string',
    description: 'Why it is not in force where it is not.',
    jsonPath: '.status.conditions[?(@.type=="Loaded")].message',
    priority: 1,
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** The definitions as plain data. */
export function customResources(): readonly Structural[] {
  return KINDS.map(customResource);
}

/** Their files, by path in the checkout. */
export function customResourceFiles(): ReadonlyMap<string, string> {
  return new Map(
    KINDS.map((kind) => [
      `deploy/crds/${GROUP}_${kind.plural}.yaml`,
      `# ${kind.kind}, generated from the table of fields: run \`npm run generate\`.\n${dump(
        customResource(kind),
        { lineWidth: 100, noRefs: true },
      )}`,
    ]),
  );
}

function customResource(kind: Kind): Structural {
  const { plural, singular, shortName, scope } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, labels: { 'app.kubernetes.io/name': 'warder' } },
    spec: {
      group: GROUP,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: ['warder'],
      },
      scope,
      conversion: { strategy: 'None' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: describeObject(kind.additions) },
          subresources: { status: {} },
          additionalPrinterColumns: COLUMNS,
        },
      ],
    },
  };
}

/** The server itself knows what metadata is, and wants no schema of it. */
function describeObject(additions: Additions): Structural {
  const { spec } = DOCUMENT.fields;
  if (spec?.type.kind !== 'object') throw new InvariantError('a policy has no spec');
  return {
    type: 'object',
    description: 'A policy: what to watch in the kernel, and what to do about it.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: describe('apiVersion') },
      kind: { type: 'string', description: describe('kind') },
      metadata: { type: 'object' },
      spec: { description: spec.description, ...describeShape(spec.type.shape, additions) },
      status: STATUS_SCHEMA,
    },
  };
}

function describe(name: string): string {
  const field: FieldSpec | undefined = DOCUMENT.fields[name];
  return field?.description ?? '';
}
