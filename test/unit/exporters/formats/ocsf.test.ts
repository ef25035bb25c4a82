/** OCSF: each record is valid by the schema of its class, and says what happened. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FORMATS } from '../../../../src/exporters/formats/formats.ts';
import { SAMPLES } from '../../../support/format-samples.ts';
import { checkOcsf } from '../../../support/schemas/ocsf-classes.ts';

type Json = Readonly<Record<string, unknown>>;

function encode(name: string): Json {
  const sample = SAMPLES[name];
  assert.ok(sample, name);
  return JSON.parse(FORMATS.ocsf.encode(sample));
}

/** Members by their paths. */
function pick(record: Json, ...paths: readonly string[]): Json {
  return Object.fromEntries(paths.map((path) => [path, at(record, path)]));
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((from, name) => Object(from)[name], value);
}

const CLASS = ['class_uid', 'activity_id', 'type_uid'] as const;
const CONTROL = ['action_id', 'disposition_id', 'disposition', 'status_id'] as const;

describe('OCSF', () => {
  for (const name of Object.keys(SAMPLES)) {
    it(`is valid for ${name}`, () => assert.deepStrictEqual(checkOcsf(encode(name)), []));
  }

  it('says who launched what', () => {
    const record = encode('an exec in a container');

    const paths = ['actor.process.name', 'process.cmd_line', 'process.container.pod_uuid'];
    assert.deepStrictEqual(pick(record, ...CLASS, ...paths, 'metadata.profiles'), {
      ...{ class_uid: 1007, activity_id: 1, type_uid: 100_701 },
      'actor.process.name': 'bash',
      'process.cmd_line': '/usr/bin/whoami --version',
      'process.container.pod_uuid': '6f1c8b1a-9d2e-4c3b-8a7f-0e1d2c3b4a59',
      'metadata.profiles': ['container', 'host'],
    });
  });

  it('says what a denied exec would have run, and who tried', () => {
    const record = encode('an exec that was denied');

    assert.deepStrictEqual(pick(record, 'process.file.path', 'actor.process.name', ...CONTROL), {
      'process.file.path': '/tmp/x',
      'actor.process.name': 'whoami',
      ...{ action_id: 2, disposition_id: 2, disposition: 'Blocked', status_id: 2 },
    });
  });

  it('tells a kill from a denial', () => {
    assert.deepStrictEqual(pick(encode('a connection that was killed'), ...CONTROL), {
      ...{ action_id: 2, disposition_id: 99, disposition: 'Killed', status_id: undefined },
    });
  });

  it('says of what was only seen that it was logged', () => {
    assert.deepStrictEqual(pick(encode('a write'), ...CONTROL), {
      ...{ action_id: 3, disposition_id: 17, disposition: 'Logged', status_id: undefined },
    });
  });

  it('has no profile of a control where there was none', () => {
    assert.deepStrictEqual(at(encode('an exit'), 'metadata.profiles'), ['host']);
  });

  it('puts the client first, whoever is the one that was seen', () => {
    const paths = ['src_endpoint', 'dst_endpoint', 'connection_info.direction_id'];
    const own = { ip: '10.0.0.5', port: 40_000 };
    const other = { ip: '192.0.2.7', port: 443 };

    assert.deepStrictEqual(
      [pick(encode('a connection that was killed'), ...paths), pick(encode('an accept'), ...paths)],
      [
        { src_endpoint: own, dst_endpoint: other, 'connection_info.direction_id': 2 },
        { src_endpoint: other, dst_endpoint: own, 'connection_info.direction_id': 1 },
      ],
    );
  });

  it('has the hash of a file', () => {
    assert.deepStrictEqual(at(encode('an open with a hash'), 'file.hashes'), [
      { algorithm_id: 3, algorithm: 'SHA-256', value: '0f'.repeat(32) },
    ]);
  });

  it('has both names of a rename', () => {
    assert.deepStrictEqual(pick(encode('a rename'), 'file.path', 'file_result.path'), {
      'file.path': '/tmp/a',
      'file_result.path': '/tmp/b',
    });
  });

  it('has the question and the answers of DNS', () => {
    const record = encode('an event of dns.answer');

    assert.deepStrictEqual(pick(record, ...CLASS, 'query', 'answers'), {
      ...{ class_uid: 4003, activity_id: 2, type_uid: 400_302 },
      query: { hostname: 'example.org', type: 'A' },
      answers: [{ rdata: '192.0.2.7' }],
    });
  });

  it('opens, updates and closes a finding for an alert', () => {
    const names = ['an alert', 'an update of an alert', 'an alert that is over'];

    assert.deepStrictEqual(
      names.map((name) => pick(encode(name), 'activity_id', 'status_id', 'finding_info.uid')),
      [
        { activity_id: 1, status_id: 1, 'finding_info.uid': 'node-1/boot/7/a-rule' },
        { activity_id: 2, status_id: 1, 'finding_info.uid': 'node-1/boot/7/a-rule' },
        { activity_id: 3, status_id: 4, 'finding_info.uid': 'node-1/boot/7/a-rule' },
      ],
    );
  });

  it('names tactics, techniques and sub-techniques', () => {
    assert.deepStrictEqual(at(encode('an alert'), 'finding_info.attacks'), [
      { tactic: { uid: 'TA0002' } },
      { technique: { uid: 'T1059' } },
      { technique: { uid: 'T1059' }, sub_technique: { uid: 'T1059.004' } },
    ]);
  });

  it('says of an alert of a policy what was done in the kernel', () => {
    const { status_id: _, ...control } = pick(encode('an alert of a policy'), ...CONTROL);

    assert.deepStrictEqual(control, {
      ...{ action_id: 2, disposition_id: 2, disposition: 'Blocked' },
    });
  });

  it('says what was done about a finding, and when that failed', () => {
    const paths = ['activity_id', 'status_id', 'command_uid'];

    assert.deepStrictEqual(
      ['a kill', 'a quarantine that failed'].map((name) => pick(encode(name), ...paths)),
      [
        { activity_id: 2, status_id: 1, command_uid: 'node-1/boot/7/a-rule' },
        { activity_id: 1, status_id: 2, command_uid: 'node-1/boot/7/a-rule' },
      ],
    );
  });

  it('finds each observable where it says that it is', () => {
    const record = encode('an alert');
    const observables = at(record, 'observables');

    assert.ok(Array.isArray(observables) && observables.length > 3);
    for (const { name, value } of observables) {
      const path = String(name).replaceAll(/\[(\d+)\]/g, '.$1');
      assert.equal(String(at(record, path)), value, name);
    }
  });

  it('keeps what it does not know as it is', () => {
    const name = 'text that is no JSON';

    assert.deepStrictEqual(pick(encode(name), ...CLASS, 'raw_data'), {
      ...{ class_uid: 0, activity_id: 99, type_uid: 99, raw_data: SAMPLES[name]?.body },
    });
  });
});

describe('The schema of OCSF in these tests', () => {
  const good = encode('an open that was denied');
  const mistakes: Readonly<Record<string, Json>> = {
    'an attribute that is none': { ...good, nonsense: 1 },
    'a class without what it needs': { ...good, file: undefined },
    'an id that is none': { ...good, disposition_id: 28 },
    'a text for a number': { ...good, time: '1' },
    'a type of another activity': { ...good, type_uid: 100_101 },
    'the name of another activity': { ...good, activity_name: 'Read' },
    'a profile that is not named': {
      ...good,
      metadata: { version: '1.5.0', product: { name: 'x' } },
    },
    'a process that nothing identifies': { ...good, actor: { process: { name: 'x' } } },
  };
  for (const [what, record] of Object.entries(mistakes)) {
    it(`refuses ${what}`, () => {
      assert.notDeepStrictEqual(checkOcsf(JSON.parse(JSON.stringify(record))), []);
    });
  }
});
