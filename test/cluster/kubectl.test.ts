/** kubectl as users run it: what it applies and deletes reaches the listener. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { ApiServer } from '../support/api-server/api-server.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

const runFile = promisify(execFile);

function policyText(call: string): string {
  return `apiVersion: cilium.io/v1alpha1
kind: TracingPolicyNamespaced
metadata:
  name: watch-exec
  namespace: shop
spec:
  kprobes:
    - call: ${call}
      syscall: true
`;
}

/** What it says, without the ages of objects. */
async function kubectl(server: ApiServer, ...args: readonly string[]): Promise<string> {
  const place = ['--server', server.url, '--certificate-authority', server.certificatePath];
  // No settings, and no cache: old ones keep what resources there are for ten minutes.
  const home = mkdtempSync(join(server.directory, 'home-'));
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: '/dev/null' };
  const { stdout } = await runFile('kubectl', [...place, '--token', 'token-1', ...args], { env });
  return stdout.replaceAll(/\d+s$/gm, 'AGE').replaceAll(/ +/g, ' ');
}

describe('kubectl', () => {
  it('applies, shows and deletes a policy that the watcher sees', async () => {
    await using stage = await ClusterStage.open();
    const { server } = stage;
    const file = join(server.directory, 'policy.yaml');
    const plural = 'tracingpoliciesnamespaced';
    const object = 'tracingpolicynamespaced.cilium.io/watch-exec';
    const textOf = (): string => [...stage.policies.values()][0]?.text ?? '';
    await stage.start();

    writeFileSync(file, policyText('sys_execve'));
    assert.equal(await kubectl(server, 'apply', '-f', file), `${object} created\n`);
    await stage.until('the policy is known', () => /"sys_execve"/.test(textOf()));

    assert.equal(await kubectl(server, 'apply', '-f', file), `${object} unchanged\n`);
    writeFileSync(file, policyText('sys_openat'));
    assert.equal(await kubectl(server, 'apply', '-f', file), `${object} configured\n`);
    await stage.until('the change is known', () => /"sys_openat"/.test(textOf()));
    assert.equal([...stage.policies.values()][0]?.generation, 2);

    assert.equal(
      await kubectl(server, 'get', plural, '--all-namespaces'),
      'NAMESPACE NAME AGE\nshop watch-exec AGE\n',
    );
    assert.equal(
      await kubectl(server, 'get', plural, 'watch-exec', '-n', 'shop', '-o', 'name'),
      `${object}\n`,
    );

    await kubectl(server, 'delete', '-f', file);
    await stage.until('the policy is gone', () => stage.policies.size === 0);
    assert.equal(await kubectl(server, 'get', plural, '-A', '-o', 'name'), '');
  });

  it('shows the columns and knows the short names of a definition', async () => {
    await using stage = await ClusterStage.open();
    const { server } = stage;
    const file = join(server.directory, 'objects.json');
    const column = { name: 'Mode', type: 'string', jsonPath: '.spec.mode' };
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'tracingpolicies.cilium.io' },
      spec: {
        names: { shortNames: ['tp'] },
        versions: [{ name: 'v1alpha1', additionalPrinterColumns: [column] }],
      },
    };
    const type = { apiVersion: 'cilium.io/v1alpha1', kind: 'TracingPolicy' };
    const policy = { ...type, metadata: { name: 'a' }, spec: { mode: 'monitor' } };
    const items = [definition, policy];
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

    await kubectl(server, 'apply', '-f', file);

    assert.equal(await kubectl(server, 'get', 'tp'), 'NAME MODE\na monitor\n');
  });

  it('is refused without a token that the server knows', async () => {
    await using stage = await ClusterStage.open();
    stage.server.tokens.clear();

    await assert.rejects(kubectl(stage.server, 'get', 'pods', '-A'), /You must be logged in/);
  });
});
