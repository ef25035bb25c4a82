/** ECS: each document is valid by the fields of the schema, and says what happened. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FORMATS } from '../../../../src/exporters/formats/formats.ts';
import { SAMPLES } from '../../../support/format-samples.ts';
import { checkEcs } from '../../../support/schemas/ecs.ts';

type Json = Readonly<Record<string, unknown>>;

function encode(name: string): Json {
  const sample = SAMPLES[name];
  assert.ok(sample, name);
  return JSON.parse(FORMATS.ecs.encode(sample));
}

function pick(record: Json, ...paths: readonly string[]): Json {
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((from, name) => Object(from)[name], record);
  return Object.fromEntries(paths.map((path) => [path, at(path)]));
}

const EVENT = ['event.kind', 'event.category', 'event.type', 'event.outcome'] as const;

describe('ECS', () => {
  for (const name of Object.keys(SAMPLES)) {
    it(`is valid for ${name}`, () => assert.deepStrictEqual(checkEcs(encode(name)), []));
  }

  it('says that a process started, and which', () => {
    const paths = ['process.entity_id', 'process.parent.name', 'process.command_line'];

    assert.deepStrictEqual(pick(encode('an exec'), ...EVENT, ...paths), {
      'event.kind': 'event',
      'event.category': ['process'],
      'event.type': ['start'],
      'event.outcome': 'success',
      'process.entity_id': 'bm9kZS0xOjUwMDAwMDAwMDE6NTE1ODM=',
      'process.parent.name': 'bash',
      'process.command_line': '/usr/bin/whoami --version',
    });
  });

  it('says that something was denied', () => {
    assert.deepStrictEqual(pick(encode('an open that was denied'), ...EVENT, 'file.path'), {
      'event.kind': 'event',
      'event.category': ['file', 'intrusion_detection'],
      'event.type': ['access', 'denied'],
      'event.outcome': 'failure',
      'file.path': '/etc/shadow',
    });
  });

  it('does not say how something ended that it saw begin', () => {
    assert.deepStrictEqual(pick(encode('a write'), ...EVENT), {
      'event.kind': 'event',
      'event.category': ['file'],
      'event.type': ['change'],
      'event.outcome': undefined,
    });
  });

  it('says of an alert which rule it is of, and what was done', () => {
    const paths = ['rule.id', 'threat.technique', 'threat.tactic.id', 'file.path'];

    assert.deepStrictEqual(pick(encode('an alert'), ...EVENT, ...paths), {
      'event.kind': 'alert',
      'event.category': ['file', 'intrusion_detection'],
      'event.type': ['access', 'info'],
      'event.outcome': undefined,
      'rule.id': 'a-rule',
      'threat.technique': { id: ['T1059'], subtechnique: { id: ['T1059.004'] } },
      'threat.tactic.id': ['TA0002'],
      'file.path': '/etc/cron.d/x',
    });
  });

  it('has the hash of a file', () => {
    assert.deepStrictEqual(pick(encode('an open with a hash'), 'file.hash'), {
      'file.hash': { sha256: '0f'.repeat(32) },
    });
  });

  it('tells what became known of an earlier event by its number', () => {
    const paths = ['event.kind', 'event.sequence', 'orchestrator.resource.name'];

    assert.deepStrictEqual(pick(encode('a pod that became known'), ...paths), {
      ...{ 'event.kind': 'enrichment', 'event.sequence': 1 },
      'orchestrator.resource.name': 'web-0',
    });
  });

  it('says where it was', () => {
    const paths = ['container.name', 'container.image.hash.all', 'orchestrator.namespace'];

    assert.deepStrictEqual(pick(encode('an exec in a container'), ...paths, 'host.name'), {
      'container.name': 'nginx',
      'container.image.hash.all': ['sha256:00ff'],
      'orchestrator.namespace': 'shop',
      'host.name': 'node-1',
    });
  });

  it('gathers addresses and names under related', () => {
    assert.deepStrictEqual(pick(encode('an event of dns.answer'), 'related', 'dns.resolved_ip'), {
      related: { hosts: ['node-1', 'example.org'], ip: ['10.0.0.5', '192.0.2.7'], user: ['0'] },
      'dns.resolved_ip': ['192.0.2.7'],
    });
  });

  it('keeps what it does not know as it is', () => {
    const name = 'text that is no JSON';

    assert.deepStrictEqual(pick(encode(name), 'event.original'), {
      'event.original': SAMPLES[name]?.body,
    });
  });
});

describe('The schema of ECS in these tests', () => {
  const good = encode('an open that was denied');
  const event = Object(good['event']);
  const mistakes: Readonly<Record<string, Json>> = {
    'a field that is none': { ...good, nonsense: 1 },
    'a field that is none in a group': { ...good, file: { path: '/x', nonsense: 'y' } },
    'a document without a time': { ...good, '@timestamp': undefined },
    'a text for a number': { ...good, process: { pid: '7' } },
    'a category that is none': { ...good, event: { ...event, category: ['files'] } },
    'a type that its category does not have': { ...good, event: { ...event, type: ['end'] } },
  };
  for (const [what, document] of Object.entries(mistakes)) {
    it(`refuses ${what}`, () => {
      assert.notDeepStrictEqual(checkEcs(JSON.parse(JSON.stringify(document))), []);
    });
  }
});
