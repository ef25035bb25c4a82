/** Whom a policy with a scope is about, part by part of the scope. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isInScope } from '../../../../src/engine/sensors/scope-match.ts';
import type { PolicyScope, ScopeSubject } from '../../../../src/model/scope.ts';

const HOST: ScopeSubject = { kind: 'host' };
const WEB: ScopeSubject = {
  kind: 'pod',
  namespace: 'shop',
  labels: { app: 'web', tier: 'front' },
  container: { name: 'nginx', repo: 'docker.io/library/nginx' },
};
const BARE: ScopeSubject = { kind: 'pod', namespace: 'other', labels: {} };

const app = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]) =>
  [{ key: 'app', operator, values }] as const;

const CASES: readonly [string, PolicyScope, { host: boolean; web: boolean; bare: boolean }][] = [
  ['the host alone', { host: true }, { host: true, web: false, bare: false }],
  ['all pods', { pods: [] }, { host: false, web: true, bare: true }],
  ['a namespace', { namespace: 'shop' }, { host: false, web: true, bare: false }],
  ['pods by label', { pods: app('In', 'api', 'web') }, { host: false, web: true, bare: false }],
  ['pods by another value', { pods: app('In', 'api') }, { host: false, web: false, bare: false }],
  ['pods without a value', { pods: app('NotIn', 'web') }, { host: false, web: false, bare: true }],
  ['pods that have a label', { pods: app('Exists') }, { host: false, web: true, bare: false }],
  ['pods that lack it', { pods: app('DoesNotExist') }, { host: false, web: false, bare: true }],
  [
    'the host and pods by label',
    { host: true, pods: app('In', 'web') },
    { host: true, web: true, bare: false },
  ],
  [
    'containers of all pods',
    { containers: [{ key: 'name', operator: 'In', values: ['nginx'] }] },
    { host: false, web: true, bare: false },
  ],
  [
    'containers of some pods',
    { pods: app('In', 'api'), containers: [{ key: 'name', operator: 'In', values: ['nginx'] }] },
    { host: false, web: false, bare: false },
  ],
  [
    'pods of a namespace by label',
    { namespace: 'other', pods: app('In', 'web') },
    { host: false, web: false, bare: false },
  ],
];

describe('isInScope', () => {
  for (const [name, scope, { host, web, bare }] of CASES) {
    it(`knows ${name}`, () => {
      assert.deepStrictEqual(
        [HOST, WEB, BARE].map((workload) => isInScope(scope, workload)),
        [host, web, bare],
      );
    });
  }

  const nginx = [{ key: 'name', operator: 'In', values: ['nginx'] }] as const;

  it('is about what is not known only for a policy that says so', () => {
    const unlabelled: ScopeSubject = { kind: 'pod', namespace: 'shop' };
    const unfinished: ScopeSubject = { ...WEB, container: 'unnamed' };
    for (const [subject, scope] of [
      [{ kind: 'unnamed' }, { pods: [] }],
      [unlabelled, { pods: app('NotIn', 'web') }],
      [unfinished, { containers: nginx }],
    ] as const) {
      assert.equal(isInScope(scope, subject), false);
      assert.equal(isInScope({ ...scope, unknown: 'match' }, subject), true);
    }
    assert.equal(isInScope({ host: true, unknown: 'match' }, { kind: 'unnamed' }), false);
    assert.equal(isInScope({ namespace: 'other', unknown: 'match' }, unlabelled), false);
  });

  it('never reaches a container of another namespace from a policy of one', () => {
    const scope: PolicyScope = { namespace: 'shop', pods: app('In', 'web'), unknown: 'match' };
    const [here, there]: readonly ScopeSubject[] = [
      { kind: 'pod', namespace: 'shop' },
      { kind: 'pod', namespace: 'other' },
    ];
    assert.ok(here && there);

    assert.equal(isInScope(scope, { kind: 'unnamed' }), false);
    assert.equal(isInScope({ namespace: 'shop', unknown: 'match' }, { kind: 'unnamed' }), false);
    assert.deepStrictEqual([isInScope(scope, here), isInScope(scope, there)], [true, false]);
  });

  it('knows the namespace before the labels, whatever those say later', () => {
    const pods = [
      { key: 'k8s:io.kubernetes.pod.namespace', operator: 'In', values: ['shop'] },
    ] as const;
    const other: ScopeSubject = { kind: 'pod', namespace: 'other' };
    const claiming = { ...other, labels: { 'k8s:io.kubernetes.pod.namespace': 'shop' } };

    assert.equal(isInScope({ pods }, { kind: 'pod', namespace: 'shop' }), true);
    assert.equal(isInScope({ pods, unknown: 'match' }, other), false);
    assert.equal(isInScope({ pods }, claiming), false);
  });

  it('needs no more of a subject than it asks for', () => {
    assert.equal(isInScope({ namespace: 'shop' }, { kind: 'pod', namespace: 'shop' }), true);
    assert.equal(isInScope({ pods: app('In', 'web') }, { ...WEB, container: 'unnamed' }), true);
  });

  it('takes the namespace for a label', () => {
    const pods = [
      { key: 'k8s:io.kubernetes.pod.namespace', operator: 'In', values: ['shop'] },
    ] as const;
    assert.equal(isInScope({ pods }, WEB), true);
    assert.equal(isInScope({ pods }, BARE), false);
  });

  it('does not take what all objects have for a label', () => {
    const pods = [{ key: 'constructor', operator: 'Exists', values: [] }] as const;
    assert.equal(isInScope({ pods }, WEB), false);
  });
});
