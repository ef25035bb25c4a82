/** Whom a policy with a scope is about, part by part of the scope. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isInScope } from '../../../../src/engine/sensors/scope-match.ts';
import type { PolicyScope } from '../../../../src/model/scope.ts';
import type { Workload } from '../../../../src/model/workload.ts';

const HOST: Workload = {};
const WEB: Workload = {
  pod: { namespace: 'shop', labels: { app: 'web', tier: 'front' } },
  container: { name: 'nginx', repo: 'docker.io/library/nginx' },
};
const BARE: Workload = { pod: { namespace: 'other', labels: {} } };

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

  it('does not take what all objects have for a label', () => {
    const pods = [{ key: 'constructor', operator: 'Exists', values: [] }] as const;
    assert.equal(isInScope({ pods }, WEB), false);
  });
});
