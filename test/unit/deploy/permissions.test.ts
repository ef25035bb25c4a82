/** The manifest of permissions grants what the agent uses, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import { repositoryRoot } from '../../support/root.ts';

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: unknown;
  readonly subjects?: readonly unknown[];
}

/** Group, resource and verb of each request that the agent makes. */
const NEEDED: readonly string[] = [
  ' pods get',
  ' pods list',
  ' pods watch',
  ' nodes get',
  ' nodes list',
  ' nodes watch',
  'cilium.io tracingpolicies get',
  'cilium.io tracingpolicies list',
  'cilium.io tracingpolicies watch',
  'cilium.io tracingpoliciesnamespaced get',
  'cilium.io tracingpoliciesnamespaced list',
  'cilium.io tracingpoliciesnamespaced watch',
  'cilium.io tracingpolicies/status patch',
  'cilium.io tracingpoliciesnamespaced/status patch',
  'events.k8s.io events create',
];

const TEXT = readFileSync(join(repositoryRoot(), 'deploy/rbac.yaml'), 'utf8');
const MANIFESTS = loadAll(TEXT) as unknown as readonly Manifest[];

function grantsOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups = [], resources = [], verbs, nonResourceURLs = [] }) => [
      ...apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group} ${resource} ${verb}`)),
      ),
      ...nonResourceURLs,
    ]);
}

/** What is granted and not needed. */
function excessOf(manifests: readonly Manifest[]): readonly string[] {
  return grantsOf(manifests).filter((grant) => !NEEDED.includes(grant));
}

function withRule(rule: Rule): readonly Manifest[] {
  return MANIFESTS.map((one) =>
    one.rules === undefined ? one : { ...one, rules: [...one.rules, rule] },
  );
}

describe('permissions', () => {
  it('are what the agent needs', () => {
    assert.deepStrictEqual(grantsOf(MANIFESTS), NEEDED);
  });

  it('are given to one account by one role', () => {
    const [namespace, account, role, binding, ...others] = MANIFESTS;

    assert.deepStrictEqual(
      [namespace?.kind, account?.kind, role?.kind, binding?.kind, others.length],
      ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 0],
    );
    assert.deepStrictEqual(binding?.roleRef, {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: role?.metadata.name,
    });
    assert.deepStrictEqual(binding.subjects, [{ kind: 'ServiceAccount', ...account?.metadata }]);
    assert.equal(account?.metadata.namespace, namespace?.metadata.name);
  });

  const more: readonly Rule[] = [
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
    { apiGroups: ['*'], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['*'], verbs: ['get'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['*'] },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
    { apiGroups: ['cilium.io'], resources: ['tracingpolicies'], verbs: ['patch'] },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ];
  for (const rule of more) {
    it(`would not go unseen if they included ${JSON.stringify(rule)}`, () => {
      assert.equal(excessOf(withRule(rule)).length, 1);
    });
  }
});
