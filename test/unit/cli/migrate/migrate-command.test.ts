/** `warder migrate` on directories, files and flags. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { migrateCommand } from '../../../../src/cli/commands/migrate.ts';
import { runCli } from '../../../../src/cli/run-cli.ts';
import { FakeIo } from '../fake-io.ts';
import { assertGolden } from '../golden.ts';

const KEYS: Readonly<Record<string, string>> = {
  debug: 'true\n',
  'cluster-name': 'prod',
  'enable-k8s-api': 'true',
  'export-filename': '/var/run/cilium/tetragon/tetragon.log',
  'export-file-max-backups': '5',
  'export-denylist': '{"health_check":true}\n{"namespace":["", "kube-system"]}\n',
  'export-rate-limit': '100',
  'metrics-server': ':2112',
  'process-cache-size': '65536',
  'release-pinned-bpf': 'false',
  'server-address': 'localhost:54321',
};

const VALUES = `exportDirectory: /var/log/tetragon
tetragon:
  exportFileMaxSizeMB: 50
  exportAllowList: |-
    {"event_set":["PROCESS_EXEC"]}
  exportRateLimit: -1
  redactionFilters: |
    {"binary_regex": ["(?:^|/)foo$"], "redact": ["-p(?:\\\\s+|=)(\\\\S*)"]}
  enableKeepSensorsOnExit: true
  prometheus:
    port: 9090
    serviceMonitor:
      enabled: true
  grpc:
    enabled: false
  extraArgs:
    cluster-name: "prod"
    no-such-flag: 1
  resources:
    limits: {memory: 1Gi}
tetragonOperator:
  replicas: 2
tolerations:
  - operator: Exists
`;

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-migrate-'));
  const keys = join(directory, 'keys');
  const target = join(keys, '..2026_01_02');
  mkdirSync(target, { recursive: true });
  // As Kubernetes mounts a ConfigMap.
  for (const [name, value] of Object.entries(KEYS)) {
    writeFileSync(join(target, name), value);
    symlinkSync(join('..2026_01_02', name), join(keys, name));
  }
  const data = Object.entries(KEYS).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tetragon-config\n';
  writeFileSync(join(directory, 'map.yaml'), `${head}data:\n${data.join('')}`);
  writeFileSync(join(directory, 'tetragon.yaml'), 'debug: true\nmetrics-server: :9\nrb-size: 1\n');
  writeFileSync(join(directory, 'values.yaml'), VALUES);
  writeFileSync(join(directory, 'broken.yaml'), 'tetragon: {\n');
  writeFileSync(join(directory, 'list.yaml'), '- a\n');
  const hostile = join(directory, 'hostile');
  mkdirSync(hostile);
  writeFileSync(join(hostile, 'a\nagent: {keep: true}'), 'x');
  writeFileSync(join(hostile, 'cluster-name'), '\u001b[31m\nagent: {}');
});
after(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...words: readonly string[]): Promise<Outcome> {
  const io = new FakeIo();
  const given = words.map((word) => word.replace('@', `${directory}/`));
  const code = await runCli(['migrate', ...given], [migrateCommand], io);
  return { code, out: io.out, err: io.err.replaceAll(`${directory}/`, '@') };
}

describe('migrate', () => {
  it('takes a directory with one file for each key', async () => {
    const { code, out, err } = await run('@keys');

    assertGolden('test/unit/cli/migrate/golden/keys.yaml', out);
    const summary = '11 taken over, 1 not needed, 3 without an equivalent, 0 not understood';
    assert.deepStrictEqual([code, err], [0, `15 keys: ${summary}\n`]);
  });

  it('takes a ConfigMap as the directory that it becomes', async () => {
    assert.equal((await run('@map.yaml')).out, (await run('@keys')).out);
  });

  it('takes values of Helm, with what the chart sets', async () => {
    const { code, out, err } = await run('@values.yaml');

    assertGolden('test/unit/cli/migrate/golden/values.yaml', out);
    assert.equal(code, 1);
    assert.match(err, /^tetragon\.extraArgs\.no-such-flag: it is no key of Tetragon/);
  });

  it('takes a file of keys, then flags, which go before it', async () => {
    const { code, out } = await run('@tetragon.yaml', '--flags=--metrics-server :7 --debug=false');

    assert.equal(code, 0);
    assert.match(out, /^metrics:\n {2}address: ":7"$/m);
    assert.doesNotMatch(out, /logLevel/);
    assert.match(out, /^# - rb-size: /m);
  });

  it('prints JSON for programs', async () => {
    const { out } = await run('@tetragon.yaml', '--json');

    const { config, notes } = JSON.parse(out);
    assert.deepStrictEqual(config.metrics, { address: ':9', tetragonNames: true });
    assert.deepStrictEqual(notes.at(-1).kind, 'none');
  });

  it('keeps names and values of files from being anything but text', async () => {
    const { out } = await run('@hostile');

    const lines = out.split('\n').filter((line) => !/^(#|$)/.test(line));
    assert.deepStrictEqual(lines, [
      'agent:',
      String.raw`  clusterName: "\u001b[31m\nagent: {}"`,
      '  kubernetes: false',
      'policies:',
      '  directory: /etc/tetragon/tetragon.tp.d',
    ]);
    assert.match(out, /^# - a\\nagent: \{keep: true\}: it is no name of a key$/m);
  });

  const refused: readonly (readonly [words: readonly string[], code: number, text: RegExp])[] = [
    [['@gone'], 1, /CONFIG_FILE_UNREADABLE/],
    [['@broken.yaml'], 1, /CONFIG_YAML_INVALID/],
    [['@list.yaml'], 1, /CONFIG_TYPE_MISMATCH/],
    [['/dev/zero'], 1, /CONFIG_FILE_UNREADABLE.*too many/],
    [[], 2, /CONFIG_OPERAND_INVALID/],
    [["--flags=--btf '/a"], 2, /CONFIG_OPTION_INVALID/],
  ];
  for (const [words, code, text] of refused) {
    it(`refuses ${words.join(' ') || 'nothing'}`, async () => {
      const outcome = await run(...words);

      assert.deepStrictEqual([outcome.code, outcome.out], [code, '']);
      assert.match(outcome.err, text);
    });
  }
});
