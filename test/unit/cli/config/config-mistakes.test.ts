/** Mistakes in a configuration file: each with a code, its place, and what was probably meant. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigText } from '../../../../src/cli/config/config-text.ts';
import { readConfig } from '../../../../src/cli/config/read-config.ts';
import { readDelivery } from '../../../../src/cli/delivery/delivery-setup.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import { silentLogger } from '../../../../src/model/log.ts';

const ENV = { TOKEN: 'hunter2' };

function diagnose(text: string): readonly Diagnostic[] {
  const file = ConfigText.yaml(text, 'warder.yaml');
  const config = readConfig({ file, env: {}, args: undefined });
  readDelivery(config, {
    ...{ env: ENV, logger: silentLogger, nodeName: 'n1', clusterName: '' },
    writeChunk: async () => undefined,
  });
  return config.diagnostics.flatMap(({ diagnostics }) => diagnostics);
}

/** `code line:column`, with the hint when a test says one. */
function places(text: string): readonly string[] {
  return diagnose(text).map(({ code, location }) => {
    return `${code} ${location.line}:${location.column}`;
  });
}

const hook = (lines: string): string => `delivery:
  sinks:
    - name: hook
      type: webhook
      url: https://hooks.example.org/x
      secrets: [{env: TOKEN}]
${lines}`;

const nats = (lines: string): string => `delivery:
  sinks:
    - name: bus
      type: nats
${lines}`;

/** Text, the codes with their places, and a part of the hint of the first. */
const MISTAKES: Readonly<Record<string, readonly [string, readonly string[], RegExp?]>> = {
  'no YAML': ['agent: [', ['CONFIG_YAML_INVALID 1:9']],
  'two documents': ['agent: {}\n---\nrules: {}\n', ['CONFIG_YAML_INVALID 3:1']],
  'a key twice': ['agent:\n  keep: true\n  keep: false\n', ['CONFIG_YAML_KEY_DUPLICATE 3:3']],
  'a key that is a list': ['agent:\n  [a]: b\n', ['CONFIG_YAML_KEY_INVALID 2:3']],
  'an alias to nothing': ['agent: *gone\n', ['CONFIG_YAML_ALIAS_INVALID 1:8']],
  'a tag': ['agent:\n  socket: !!binary abcd\n', ['CONFIG_YAML_TAG_UNSUPPORTED 2:11']],
  'a list for the whole': ['- agent\n', ['CONFIG_TYPE_MISMATCH 1:1']],
  'a section that there is not': ['agnet: {}\n', ['CONFIG_KEY_UNKNOWN 1:1'], /"agent"/],
  'a section that is a text': ['agent: yes please\n', ['CONFIG_TYPE_MISMATCH 1:8']],
  'a key that is misspelt': [
    'agent:\n  clustername: prod\n',
    ['CONFIG_KEY_UNKNOWN 2:3'],
    /"clusterName"/,
  ],
  'a key of another section': [
    'agent:\n  resolveAfter: 1h\n',
    ['CONFIG_KEY_UNKNOWN 2:3'],
    /section alerts/,
  ],
  'a word for a flag': ['agent:\n  strict: "yes"\n', ['CONFIG_TYPE_MISMATCH 2:11']],
  'a number for a text': ['agent:\n  clusterName: 7\n', ['CONFIG_TYPE_MISMATCH 2:16']],
  'an empty path': ["agent:\n  socket: ''\n", ['CONFIG_VALUE_INVALID 2:11']],
  'a level that there is not': [
    'agent:\n  logLevel: wran\n',
    ['CONFIG_VALUE_UNKNOWN 2:13'],
    /"warn"/,
  ],
  'a text for a list': ['rules:\n  paths: /etc/rules\n', ['CONFIG_TYPE_MISMATCH 2:10']],
  'a number in a list of paths': [
    'rules:\n  paths:\n    - a\n    - 3\n',
    ['CONFIG_TYPE_MISMATCH 4:7'],
  ],
  'a rate that is none': ['rules:\n  findingsPerSecond: 10/s\n', ['CONFIG_VALUE_INVALID 2:22']],
  'a server of names that is a name': [
    'agent:\n  dnsServers: [192.0.2.1, dns.example.org]\n',
    ['CONFIG_VALUE_INVALID 2:27'],
    /IP address/,
  ],
  'labels that are a list': ['agent:\n  nodeLabels: [a=b]\n', ['CONFIG_TYPE_MISMATCH 2:3']],
  'a time without a unit': ['alerts:\n  resolveAfter: 30\n', ['CONFIG_TYPE_MISMATCH 2:17']],
  'a time that is too long': ['alerts:\n  resolveAfter: 400d\n', ['CONFIG_VALUE_RANGE 2:17']],
  'a label that there is not': [
    'alerts:\n  groupBy: [namespace, nodename]\n',
    ['CONFIG_VALUE_UNKNOWN 2:24'],
  ],
  'too small a spool': ['delivery:\n  spoolBytes: 1KiB\n', ['CONFIG_VALUE_RANGE 2:15']],
  'sinks that are a map': ['delivery:\n  sinks: {bus: nats}\n', ['CONFIG_TYPE_MISMATCH 2:3']],
  'a sink without a type': ['delivery:\n  sinks:\n    - name: bus\n', ['CONFIG_KEY_MISSING 3:7']],
  'a type that there is not': [
    'delivery:\n  sinks:\n    - {name: a, type: webhok}\n',
    ['CONFIG_VALUE_UNKNOWN 3:23'],
    /"webhook"/,
  ],
  'two sinks of one name': [
    `${nats('      servers: [a:1]')}\n    - {name: bus, type: nats, servers: [b:1]}\n`,
    ['CONFIG_VALUE_INVALID 6:14'],
  ],
  'a name that is no name': [
    'delivery:\n  sinks:\n    - {name: ../up, type: nats, servers: [a:1]}\n',
    ['CONFIG_VALUE_INVALID 3:14'],
  ],
  'NATS without servers': [nats(''), ['CONFIG_KEY_MISSING 3:7']],
  'two ways to log in': [
    nats('      servers: [a:1]\n      credentials: {token: a, nkey: b}\n'),
    ['CONFIG_VALUE_INVALID 6:7'],
  ],
  'a secret that is not there': [
    nats('      servers: [a:1]\n      credentials: {token: {env: NOBODY}}\n'),
    ['CONFIG_SECRET_UNREADABLE 6:34'],
  ],
  'a key of a sink that is misspelt': [
    nats('      servers: [a:1]\n      prefx: x\n'),
    ['CONFIG_KEY_UNKNOWN 6:7'],
    /"prefix"/,
  ],
  'a kind in a route that there is not': [
    nats('      servers: [a:1]\n      route: {kinds: [alert, alerts]}\n'),
    ['CONFIG_VALUE_UNKNOWN 6:30'],
  ],
  'a condition that is no CEL': [
    nats('      servers: [a:1]\n      filter: {condition: "severity = 1"}\n'),
    ['RULE_CONDITION_SYNTAX 6:27'],
  ],
  'a rate limit of a kind that there is not': [
    'delivery:\n  rateLimits:\n    alrt: {messages: 1}\n',
    ['CONFIG_KEY_UNKNOWN 3:5'],
    /"alert"/,
  ],
  'an address of metrics that is a URL': [
    'metrics:\n  address: http://localhost:2112\n',
    ['CONFIG_VALUE_INVALID 2:12'],
    /HOST:PORT/,
  ],
};

describe('a mistake in the configuration', () => {
  for (const [name, [text, expected, hint]] of Object.entries(MISTAKES)) {
    it(`is found: ${name}`, () => {
      const found = diagnose(text);

      assert.deepStrictEqual(places(text), expected);
      if (hint !== undefined) assert.match(found[0]?.hint ?? '', hint);
    });
  }

  it('is not alone: all are told at once, in their order', () => {
    const text = `${nats('      servers: 7\n      prefx: x\n')}agnet: {}\nalerts: {tags: a}\n`;

    assert.deepStrictEqual(
      places(text).map((place) => place.split(' ')[1]),
      ['5:16', '6:7', '7:1', '8:16'],
    );
  });

  it('shows no secret of its line', () => {
    const file = ConfigText.yaml(hook('      headers: {authorization: 7}\n'), 'warder.yaml');
    const config = readConfig({ file, env: {}, args: undefined });
    const [first] = config.diagnostics;
    const quiet = ConfigText.yaml(nats('      credentials: {token: hunter2, x: 1}\n'), 'a.yaml');
    quiet.add([{ path: ['delivery', 'sinks', 0, 'credentials', 'x'], code: 'X', message: 'x' }]);

    assert.equal(first, undefined);
    assert.doesNotMatch(quiet.diagnostics().text, /hunter2/);
    assert.match(quiet.diagnostics().text, /token: \*{7}, x: 1/);
  });

  for (const [name, text] of [
    ['that is said twice', '      credentials: {token: a}\n      credentials: {token: hunter2}\n'],
    ['in a file that is no YAML', '      credentials: {token: hunter2, x: @}\n'],
    ['in a second document', '---\nurl: https://a/hunter2\n'],
  ] as const) {
    it(`shows no secret ${name}`, () => {
      const file = ConfigText.yaml(nats(text), 'warder.yaml').diagnostics();

      assert.equal(file.diagnostics.length, 1);
      assert.doesNotMatch(file.text, /hunter2/);
    });
  }
});
