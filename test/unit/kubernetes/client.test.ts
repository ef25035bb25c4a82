/** Where the API server is, and what is refused as a description of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ClientSource, loadClientConfig } from '../../../src/kubernetes/client.ts';
import { connectKubernetes } from '../../../src/kubernetes/connection.ts';
import { silentLogger } from '../../../src/model/log.ts';

const PLACE = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

function withDirectory(run: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'warder-client-'));
  try {
    run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function serverOf(source: ClientSource): string | undefined {
  return loadClientConfig(source).config.getCurrentCluster()?.server;
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    clusters: ['one', 'two'].map((name) => ({ name, cluster: { server: `${server}/${name}` } })),
    users: [],
    contexts: ['one', 'two'].map((name) => ({ name, context: { cluster: name, user: '' } })),
    'current-context': 'one',
  });
}

describe('a kubeconfig', () => {
  it('names the server of its current context, or of the one that is asked for', () => {
    withDirectory((directory) => {
      const path = join(directory, 'config');
      writeFileSync(path, kubeconfig('https://server'));

      assert.deepStrictEqual(
        [
          serverOf({ kind: 'kubeconfig', path }),
          serverOf({ kind: 'kubeconfig', path, context: 'two' }),
        ],
        ['https://server/one', 'https://server/two'],
      );
    });
  });

  const mistakes: readonly (readonly [string, string, RegExp])[] = [
    ['is empty', '', /cannot read the kubeconfig/],
    ['is not YAML', 'a: [', /cannot read the kubeconfig/],
    ['has no clusters', '{}', /names no API server|cannot read/],
    ['names no address', kubeconfig('nowhere'), /names no API server with an address/],
    ['names an address without TLS', kubeconfig('http://server'), /is not https/],
  ];
  for (const [name, text, message] of mistakes) {
    it(`is refused when it ${name}`, () => {
      withDirectory((directory) => {
        const path = join(directory, 'config');
        writeFileSync(path, text);

        assert.throws(() => loadClientConfig({ kind: 'kubeconfig', path }), {
          code: 'K8S_CONFIG_INVALID',
          message,
        });
      });
    });
  }

  it('is refused when it is not there, or does not have the context', () => {
    withDirectory((directory) => {
      const path = join(directory, 'config');
      const source = { kind: 'kubeconfig', path } as const;
      assert.throws(() => loadClientConfig(source), { code: 'K8S_CONFIG_INVALID' });
      writeFileSync(path, kubeconfig('https://server'));

      assert.throws(() => loadClientConfig({ ...source, context: 'three' }), {
        code: 'K8S_CONFIG_INVALID',
        message: /has no context "three"/,
      });
    });
  });
});

describe('a service account', () => {
  it('is at the server that the environment names', () => {
    withDirectory((directory) => {
      writeFileSync(join(directory, 'token'), 'secret');
      const source = { kind: 'in_cluster', directory } as const;
      const sixth = { ...PLACE, KUBERNETES_SERVICE_HOST: 'fd00::1' };

      assert.deepStrictEqual(
        [serverOf({ ...source, environment: PLACE }), serverOf({ ...source, environment: sixth })],
        ['https://10.0.0.1:443', 'https://[fd00::1]:443'],
      );
    });
  });

  it('is refused outside of a pod, and without a token', () => {
    withDirectory((directory) => {
      const source = { kind: 'in_cluster', directory } as const;

      assert.throws(() => loadClientConfig({ ...source, environment: PLACE }), {
        code: 'K8S_CONFIG_INVALID',
        message: /cannot read .*token/,
      });
      assert.throws(() => loadClientConfig({ ...source, environment: {} }), {
        code: 'K8S_CONFIG_INVALID',
        message: /not in a pod/,
      });
    });
  });
});

describe('connectKubernetes', () => {
  it('refuses names that no node has, which would change what is asked for', () => {
    withDirectory((directory) => {
      const path = join(directory, 'config');
      writeFileSync(path, kubeconfig('https://server'));
      const client = loadClientConfig({ kind: 'kubeconfig', path });
      const options = { client, log: silentLogger };

      for (const nodeName of ['', 'a,b', 'a=b', 'A', 'x'.repeat(254)]) {
        assert.throws(() => connectKubernetes({ ...options, nodeName }), {
          code: 'K8S_CONFIG_INVALID',
        });
      }
      assert.deepStrictEqual(connectKubernetes({ ...options, nodeName: 'a.b-1' }).states(), {});
    });
  });
});
