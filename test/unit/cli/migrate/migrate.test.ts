/** Configurations of Tetragon become ours, or it is said why not; key by key. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONFIG_KEYS, pathOf } from '../../../../src/cli/config/keys.ts';
import { findInFlags } from '../../../../src/cli/migrate/find-flags.ts';
import { type Migration, migrate } from '../../../../src/cli/migrate/migrate.ts';
import { TETRAGON_KEYS } from '../../../../src/cli/migrate/tetragon-keys.ts';

/** Flags of its daemon, as its own reference has them. */
const FLAGS = `config-dir debug log-level log-format log-file bpf-lib bpf-dir btf kernel procfs
netns-dir cluster-name verbose generate-docs cpuprofile memprofile pprof-address gops-address
server-address server-tls-cert-file server-tls-key-file server-tls-client-ca-files
server-tls-require-client-cert metrics-server metrics-label-filter enable-event-metrics
health-server-address health-server-interval enable-deprecated-tracingpolicy-grpc enable-k8s-api
k8s-kubeconfig-path k8s-controlplane-retry enable-tracing-policy-crd enable-pod-info
enable-pod-annotations deleted-pod-cache-size enable-cri cri-endpoint enable-cgidmap
enable-cgidmap-debug enable-cgtrackerid tracing-policy tracing-policy-dir enable-policy-filter
enable-policy-filter-cgroup-map enable-policy-filter-debug persist-grpc-policies
persist-grpc-policies-dir disable-kprobe-multi parents-map-enabled parents-map-entries
parents-map-size sleepable-preload-size force-small-progs force-large-progs keep-sensors-on-exit
release-pinned-bpf enable-process-cred enable-process-ns enable-ancestors
enable-process-environment-variables filter-environment-variables username-metadata
expose-stack-addresses redaction-filters field-filters rb-size rb-size-total use-perf-ring-buffer
rb-queue-size event-queue-size process-cache-size process-cache-gc-interval disable-process-cache
data-cache-size execve-map-entries execve-map-size retprobes-cache-size event-cache-retries
event-cache-retry-delay cgroup-rate enable-msg-handling-latency export-filename
export-file-max-size-mb export-file-max-backups export-file-rotation-interval export-file-compress
export-file-perm export-rate-limit export-allowlist export-denylist enable-export-aggregation
export-aggregation-window-size export-aggregation-buffer-size enable-pid-set-filter`.split(/\s+/);

function ofFlags(flags: Readonly<Record<string, string>>): Migration {
  const settings = Object.entries(flags).map(([name, value]) => ({ name, value, from: name }));
  return migrate([{ settings, others: [] }]);
}

/** What is set besides the defaults of its daemon. */
function configOf(flags: Readonly<Record<string, string>>): unknown {
  const given = { 'enable-k8s-api': '', 'tracing-policy-dir': '', ...flags };
  const { 'enable-k8s-api': kubernetes, ...others } = given;
  return ofFlags(kubernetes === '' ? { ...others, 'enable-k8s-api': 'none' } : given).config;
}

function kindOf(name: string, value: string): string | undefined {
  return ofFlags({ [name]: value }).notes.find(({ from }) => from === name)?.kind;
}

describe('table of keys', () => {
  it('has every flag of the daemon, once', () => {
    const names = TETRAGON_KEYS.map(({ name }) => name);

    assert.deepStrictEqual([...new Set(names)], names);
    assert.deepStrictEqual(
      FLAGS.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('leads to keys that there are', () => {
    const known = CONFIG_KEYS.map(pathOf);
    const paths = TETRAGON_KEYS.flatMap(({ meaning }) => {
      return meaning.kind === 'key' ? [meaning.path] : [];
    });

    const isThere = (path: string): boolean =>
      path.startsWith('export.') || known.some((each) => `${path}.`.startsWith(`${each}.`));
    assert.deepStrictEqual(
      paths.filter((path) => !isThere(path)),
      [],
    );
  });
});

describe('values', () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, unknown])[] = [
    [{ 'log-level': 'warning' }, { agent: { logLevel: 'warn' } }],
    [{ 'log-level': 'error', debug: 'true' }, { agent: { logLevel: 'debug' } }],
    [{ 'log-level': 'error', debug: 'false' }, { agent: { logLevel: 'error' } }],
    [{ 'enable-k8s-api': '1' }, { agent: { kubernetes: true } }],
    [{ 'tracing-policy': '/a.yaml' }, { policies: { paths: ['/a.yaml'] } }],
    [{ 'keep-sensors-on-exit': 'T' }, { agent: { keep: true } }],
    [{ 'metrics-server': '' }, {}],
    [
      { 'metrics-server': 'localhost:2112' },
      { metrics: { address: 'localhost:2112', tetragonNames: true } },
    ],
    [{ 'server-address': 'unix:///t.sock' }, { grpc: { address: 'unix:///t.sock' } }],
    [{ 'server-address': 'localhost:54321' }, {}],
    [{ 'server-tls-cert-file': '/c' }, {}],
    [
      {
        ...{ 'server-address': ':54321', 'server-tls-cert-file': '/c' },
        ...{ 'server-tls-key-file': '/k', 'server-tls-client-ca-files': '/ca' },
      },
      { grpc: { address: ':54321', tlsCert: '/c', tlsKey: '/k', tlsClientCa: '/ca' } },
    ],
    [
      { 'redaction-filters': '{"redact":["a"]}\n\n{"redact":["b"]}' },
      { delivery: { redaction: { filters: [{ redact: ['a'] }, { redact: ['b'] }] } } },
    ],
    [{ 'export-allowlist': '{"health_check":true}' }, {}],
    [{ 'export-filename': '/e', 'export-rate-limit': '0' }, {}],
  ];
  for (const [flags, expected] of cases) {
    it(`of ${JSON.stringify(flags)} are taken over`, () => {
      assert.deepStrictEqual(configOf(flags), expected);
    });
  }

  it('of the export file make a sink', () => {
    const { config } = ofFlags({
      ...{ 'export-filename': '/e', 'export-file-max-size-mb': '20', 'export-rate-limit': '-1' },
      ...{ 'export-file-rotation-interval': '1h30m', 'export-file-perm': '640' },
      ...{ 'export-file-compress': 'true', 'field-filters': '{"fields":"parent"}' },
    });

    assert.deepStrictEqual(config['delivery'], {
      sinks: [
        {
          ...{ name: 'export', type: 'file', path: '/e', maxSize: '20MiB', keep: 5 },
          ...{
            maxAge: '90m',
            compress: true,
            mode: '0640',
            filter: { fields: [{ fields: 'parent' }] },
          },
          route: { kinds: ['event'] },
        },
      ],
    });
  });

  const wrong: readonly (readonly [name: string, value: string])[] = [
    ['debug', 'maybe'],
    ['log-level', 'loud'],
    ['metrics-server', '2112'],
    ['server-address', 'unix://t.sock'],
    ['export-denylist', '{"health_check":true'],
    ['export-denylist', '["health_check"]'],
    ['export-allowlist', '{"pid":null}'],
    ['export-file-perm', '888'],
    ['export-file-max-size-mb', 'ten'],
    ['export-file-rotation-interval', '1 hour'],
    ['export-rate-limit', 'all'],
  ];
  const bounded: readonly (readonly [
    name: string,
    value: string,
    member: string,
    ours: unknown,
  ])[] = [
    ['export-file-rotation-interval', '0s', 'maxAge', '3650d'],
    ['export-file-rotation-interval', '5s', 'maxAge', '1m'],
    ['export-file-rotation-interval', '36h', 'maxAge', '36h'],
    ['export-file-max-backups', '0', 'keep', undefined],
    ['export-file-max-backups', '99999', 'keep', 10_000],
    ['export-file-perm', '0400', 'mode', undefined],
  ];
  for (const [name, value, member, ours] of bounded) {
    it(`are within the bounds of the sink: ${name} ${value}`, () => {
      const { config } = ofFlags({ 'export-filename': '/e', [name]: value });

      const [sink] = JSON.parse(JSON.stringify(config['delivery'])).sinks;
      assert.equal(sink[member], ours);
    });
  }

  for (const [name, value] of wrong) {
    it(`that Tetragon would not take are told: ${name} ${value}`, () => {
      assert.equal(kindOf(name, value), 'invalid');
    });
  }

  it('of a key that there is not are told, with the one that was meant', () => {
    const { notes } = ofFlags({ 'export-filname': '/e' });

    const reason = 'it is no key of Tetragon that is known; did you mean export-filename?';
    assert.deepStrictEqual(notes.at(-1), {
      ...{ kind: 'unknown', from: 'export-filname', path: '', reason },
    });
  });

  it('without an equivalent are told for each key', () => {
    const { notes } = ofFlags(Object.fromEntries(FLAGS.map((name) => [name, ''])));

    const silent = notes.filter(({ kind, reason }) => kind !== 'taken' && reason === '');
    assert.equal(notes.length, FLAGS.length);
    assert.deepStrictEqual(silent, []);
  });

  it('keep an export without a file from being a sink, and say so for each', () => {
    const { notes } = ofFlags({ 'export-allowlist': '{"pid":[1]}', 'export-file-perm': '600' });

    const reason = 'there is no `export-filename`, so that nothing is exported';
    const about = notes.filter(({ from }) => from.startsWith('export-'));
    assert.deepStrictEqual(
      about.map((note) => [note.from, note.kind, note.reason]),
      [
        ['export-file-perm', 'none', reason],
        ['export-allowlist', 'none', reason],
      ],
    );
  });
});

describe('flags', () => {
  const cases: readonly (readonly [line: string, expected: unknown])[] = [
    ['--debug', [['debug', 'true']]],
    [
      '--debug=false -log-level warn',
      [
        ['debug', 'false'],
        ['log-level', 'warn'],
      ],
    ],
    ['--export-denylist \'{"pid": [1]}\'', [['export-denylist', '{"pid": [1]}']]],
    [
      '--bpf-lib "/a \\"b\\"" --btf /c\\ d',
      [
        ['bpf-lib', '/a "b"'],
        ['btf', '/c d'],
      ],
    ],
    ['--cluster-name=', [['cluster-name', '']]],
    ['-d', [['debug', 'true']]],
    // What begins with a dash is a value too, where a flag needs one.
    ['--export-rate-limit -1', [['export-rate-limit', '-1']]],
    // A switch is on, whatever follows.
    ['--enable-k8s-api false', [['enable-k8s-api', 'true']]],
    ['  ', []],
  ];
  for (const [line, expected] of cases) {
    it(`are split as by a shell: ${line}`, () => {
      const { settings } = findInFlags(line);

      assert.deepStrictEqual(
        settings.map(({ name, value }) => [name, value]),
        expected,
      );
    });
  }

  it('are refused without the value that they need', () => {
    assert.throws(() => findInFlags('--export-filename'), { code: 'CONFIG_OPTION_INVALID' });
  });

  it('that are none are told', () => {
    assert.deepStrictEqual(findInFlags('stray --_x=1').others, [
      { from: 'stray', reason: 'it is no flag' },
      { from: '--_x=1', reason: 'it is no flag' },
    ]);
  });

  it('with an open quote are refused', () => {
    assert.throws(() => findInFlags("--btf '/a"), { code: 'CONFIG_OPTION_INVALID' });
  });
});
