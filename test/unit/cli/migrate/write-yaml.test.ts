/** What `warder migrate` writes is read as what was meant, and taken as a configuration. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigText } from '../../../../src/cli/config/config-text.ts';
import { readConfig } from '../../../../src/cli/config/read-config.ts';
import { type Migration, migrate } from '../../../../src/cli/migrate/migrate.ts';
import { writeYaml } from '../../../../src/cli/migrate/write-yaml.ts';

function migrateFlags(flags: Readonly<Record<string, string>>): Migration {
  const settings = Object.entries(flags).map(([name, value]) => ({ name, value, from: name }));
  return migrate([{ settings, others: [] }]);
}

describe('YAML', () => {
  const texts = [
    ...['', ' a', 'a: b', '- a', '#x', 'yes', 'NO', 'null', '~', '1', '1e3', '0x1f', '1:30', '*a'],
    ...[
      'a\nb',
      'tab\t',
      '"q"',
      "'s'",
      '\\d+',
      'ü漢🚀',
      '\u2028\u0085\ufeff',
      '%x',
      '@y',
      '`z',
      '{a}',
    ],
    ...['--x', 'a # b', '/path/x', '.inf', '2020-01-01', '<<', '=', '!t', '&a', 'a:', '?'],
  ];

  it('reads as what was written, whatever the texts are', () => {
    const value = {
      a: { texts, empty: [], none: {}, on: true, off: false, number: -1.5 },
      b: [{ c: [{ d: 1, e: ['x'] }, 'y'] }, [1, ['z']]],
      c: Object.fromEntries(texts.map((text) => [text, text])),
    };

    const read = ConfigText.yaml(writeYaml(value).join('\n'), 'a.yaml');

    assert.deepStrictEqual(read.diagnostics().diagnostics, []);
    assert.deepStrictEqual(JSON.parse(JSON.stringify(read.value)), value);
  });

  it('of a whole configuration is taken without a complaint', () => {
    const { config } = migrateFlags({
      ...{ 'log-level': 'info', 'cluster-name': 'a: b', 'enable-k8s-api': 'true' },
      ...{ 'k8s-kubeconfig-path': '/k', 'tracing-policy': '/p', 'tracing-policy-dir': '/d' },
      ...{ 'metrics-server': ':2112', 'server-address': 'unix:///t.sock' },
      ...{ 'expose-stack-addresses': 'true', 'keep-sensors-on-exit': 'true' },
      ...{ 'export-filename': '/e', 'redaction-filters': '{"redact":["(a)"]}' },
    });
    const file = ConfigText.yaml(writeYaml(config).join('\n'), 'warder.yaml');

    const read = readConfig({ file, env: {}, args: undefined });

    assert.deepStrictEqual(read.diagnostics, []);
    assert.deepStrictEqual(
      [read.text('agent.clusterName'), read.texts('policies.paths'), read.text('metrics.address')],
      ['a: b', ['/p'], ':2112'],
    );
  });
});
