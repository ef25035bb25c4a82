/** Tokens that expire and are rotated, of a kubeconfig and of a service account. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ClientSource, createPolicyObjects } from '../../src/kubernetes/index.ts';
import type { ApiServer } from '../support/api-server/api-server.ts';
import { aPolicy, keyOf, putObject, putPod } from '../support/cluster-objects.ts';
import { ClusterStage, kubeconfigOf } from '../support/cluster-stage.ts';

interface Login {
  makeSource(server: ApiServer): ClientSource;
  rotate(server: ApiServer, token: string): void;
}

const LOGINS: Readonly<Record<string, Login>> = {
  'the token of a kubeconfig': {
    makeSource: kubeconfigOf,
    rotate: (server, token) => server.writeKubeconfig({ token }),
  },
  'the token file of a kubeconfig': {
    makeSource(server) {
      writeFileSync(join(server.directory, 'token'), 'token-1\n');
      // It goes before a token that stands in the kubeconfig itself.
      const path = server.writeKubeconfig({ tokenFile: 'token', token: 'out-of-date' });
      return { kind: 'kubeconfig', path };
    },
    rotate: (server, token) => writeFileSync(join(server.directory, 'token'), token),
  },
  'the token of a service account': {
    makeSource(server) {
      const directory = join(server.directory, 'serviceaccount');
      mkdirSync(directory);
      copyFileSync(server.certificatePath, join(directory, 'ca.crt'));
      writeFileSync(join(directory, 'token'), 'token-1');
      const environment = {
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String(server.port),
      };
      return { kind: 'in_cluster', directory, environment };
    },
    rotate: (server, token) =>
      writeFileSync(join(server.directory, 'serviceaccount', 'token'), `${token}\n`),
  },
};

describe('logging in', () => {
  for (const [name, { makeSource, rotate }] of Object.entries(LOGINS)) {
    it(`works again when ${name} is rotated after it expired`, async () => {
      await using stage = await ClusterStage.open({}, makeSource);
      const { server } = stage;
      putPod(server, 'web');
      await stage.start();
      stage.told.length = 0;

      server.tokens.clear();
      server.watches.dropAll();
      await stage.until('all are stale', () => stage.areAll('stale'));
      await stage.until('it was refused', () => server.seen.filter(isRefused).length > 8);
      assert.deepStrictEqual([stage.podNames(), stage.told], [['web'], []]);
      server.tokens.add('token-2');
      rotate(server, 'token-2');
      putPod(server, 'late');
      await stage.until('all are fresh', () => stage.areAll('fresh'));
      await stage.until('the late pod is known', () => stage.pods.size === 2);

      // The versions are still good: nothing is listed again.
      assert.deepStrictEqual(stage.told, ['set pod late']);
    });

    it(`goes on without an outage when ${name} is rotated in time`, async () => {
      await using stage = await ClusterStage.open({}, makeSource);
      const { server } = stage;
      await stage.start();

      server.tokens.add('token-2');
      rotate(server, 'token-2');
      server.tokens.delete('token-1');
      server.watches.endAll();
      putPod(server, 'late');
      await stage.until('the late pod is known', () => stage.pods.size === 1);

      assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
    });

    it(`lets statuses be written again when ${name} is rotated`, async () => {
      await using stage = await ClusterStage.open({}, makeSource);
      const { server } = stage;
      const place = { kind: 'TracingPolicy', namespace: '', name: 'guarded' } as const;
      const key = keyOf('tracingpolicies', '', 'guarded');
      putObject(server, key, { ...aPolicy('sys_execve'), metadata: { uid: 'one' } });
      const objects = createPolicyObjects(stage.client);
      const write = (state: string): Promise<unknown> =>
        objects.patchStatus({ ...place, uid: 'one', generation: 1 }, { status: { state } });
      await write('first');

      server.tokens.clear();
      server.tokens.add('token-2');
      await assert.rejects(write('refused'), { status: 401 });
      rotate(server, 'token-2');
      await write('second');

      assert.deepStrictEqual(server.store.get(key)?.['status'], { state: 'second' });
    });
  }

  it('keeps what was known of a kubeconfig that cannot be read for a while', async () => {
    await using stage = await ClusterStage.open();
    const { server } = stage;
    await stage.start();
    server.tokens.clear();
    writeFileSync(join(server.directory, 'kubeconfig'), 'clusters: [');
    server.watches.dropAll();
    await stage.until('all are stale', () => stage.areAll('stale'));
    await stage.until('it was refused', () => server.seen.filter(isRefused).length > 8);

    server.tokens.add('token-1');
    await stage.until('all are fresh', () => stage.areAll('fresh'));

    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh', 'stale', 'fresh']);
  });

  it('fails at an authority that nobody vouches for, and says so', async () => {
    await using stage = await ClusterStage.open({}, (server) => {
      const path = server.writeKubeconfig();
      writeFileSync(path, `${JSON.stringify(configWithoutAuthority(server))}\n`);
      return { kind: 'kubeconfig', path };
    });
    stage.connection.start();
    await stage.until('all are stale', () => stage.areAll('stale'));

    const state = stage.stateOf('pods');

    assert.match(
      state.kind === 'stale' ? state.reason : '',
      /^K8S_SERVER_UNREACHABLE: self-signed/,
    );
    assert.deepStrictEqual(tokensSent(stage), []);
  });
});

function configWithoutAuthority(server: ApiServer) {
  return {
    clusters: [{ name: 'test', cluster: { server: server.url } }],
    users: [{ name: 'agent', user: { token: 'token-1' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'agent' } }],
    'current-context': 'test',
  };
}

function isRefused(seen: { readonly isAllowed: boolean }): boolean {
  return !seen.isAllowed;
}

/** No token is sent to whoever cannot prove who it is. */
function tokensSent(stage: ClusterStage): readonly unknown[] {
  return stage.server.seen;
}
