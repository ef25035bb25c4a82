/** What surrounds conditions: words, levels, tags and messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeEvent } from '../../../../src/rules/detection/findings/make-finding.ts';
import {
  aDetectionEvent,
  aFieldSource,
  type WrittenFields,
} from '../../../support/detection-events.ts';
import { theRule } from './falco-rules.ts';
import { aRuleText, compile } from './falco-text.ts';

function messageOf(output: string, fields: WrittenFields): string {
  const text = aRuleText('evt.type=execve').replace(
    'output: o',
    `output: ${JSON.stringify(output)}`,
  );
  const event = aDetectionEvent();
  const source = aFieldSource('process.exec', fields);
  return describeEvent({ rule: theRule(text), event, source, origin: 'n/b' }).message;
}

const CASES: readonly (readonly [output: string, fields: WrittenFields, message: string])[] = [
  ['by %proc.name.', { 'process.name': 'sh' }, 'by sh.'],
  ['%proc.name', {}, '<NA>'],
  ['*%proc.name*', { 'process.name': 'sh' }, 'sh*'],
  ['100%% of %proc.name', { 'process.name': 'sh' }, '100% of sh'],
  ['50% %', {}, '50% %'],
  ['%proc.aname[2]', { 'ancestors.name': ['a', 'b'] }, 'b'],
  ['%fd.directory/%fd.filename', { 'file.path': '/etc/x' }, '/etc/x'],
  ['%toupper(proc.name)', { 'process.name': 'sh' }, 'SH'],
  ['%proc.args', { 'process.args': ['-c', 'id'] }, '-c id'],
  ['%proc.duration', { 'process.age_ms': 2 }, '2000000'],
  ['%container.id', {}, 'host'],
  ['%user.loginuid %user.name', {}, '-1 <NA>'],
  ['%container.info', { 'container.id': 'abc' }, 'container_id=abc container_name=host'],
  ['%fd.name', { 'file.path': '/a' }, '/a'],
  ['%fd.name', { 'network.connection': '10.0.0.1:1->10.0.0.2:2' }, '10.0.0.1:1->10.0.0.2:2'],
  ['%fd.port', { 'network.remote.port': 22 }, '22'],
  ['%fd.typechar', { 'network.family': 'ipv4' }, 'ipv4'],
  ['%evt.type %evt.res', {}, 'process.exec SUCCESS'],
  ['%evt.num', { 'event.number': 7 }, '7'],
  ['%k8s.pod.label[app]', { 'k8s.pod.label[app]': 'web' }, 'web'],
  ['%evt.arg.flags', { 'file.flags': ['read', 'create'] }, 'read, create'],
  ['%k8s.deployment.name', { 'k8s.workload.name': 'web' }, 'web'],
];

describe('messages of Falco', () => {
  for (const [output, fields, message] of CASES) {
    it(`${output} is ${message}`, () => assert.equal(messageOf(output, fields), message));
  }

  it('show what is not known as the language does, and it is told once', () => {
    const text = aRuleText('evt.type=execve').replace(
      'output: o',
      'output: a %proc.sid %x.y %proc.sid',
    );

    const { rules, problems, places } = compile(text + text.replace('rule: R', 'rule: S'));

    assert.equal(rules.length, 2);
    assert.deepStrictEqual(problems, [
      'warning FALCO_FIELD_UNSUPPORTED',
      'warning FALCO_FIELD_UNKNOWN',
    ]);
    assert.deepStrictEqual([places[0]?.line, places[0]?.column], [4, 13]);
    assert.equal(messageOf('a %proc.sid', {}), 'a <NA>');
  });
});

describe('heads of rules of Falco', () => {
  it('are read', () => {
    const rule = theRule(
      '- rule: Shell\n  desc: A shell.\n  condition: evt.type=execve\n  output: x (%proc.name)\n' +
        '  priority: WARNING\n  capture: true\n  capture_duration: 5\n  source: syscall\n' +
        '  tags: [maturity_stable, mitre_privilege_escalation, T1059.004, host]\n',
    );

    const { id, title, description, level, status, attack, tags, language, shownFields } = rule;
    assert.deepStrictEqual(
      { id, title, description, level, status, attack, language, shownFields },
      {
        ...{ id: 'Shell', title: 'Shell', description: 'A shell.', level: 'medium' },
        ...{ status: 'stable', language: 'falco' },
        attack: [
          { kind: 'tactic', id: 'privilege-escalation' },
          { kind: 'technique', id: 'T1059.004' },
        ],
        shownFields: [{ field: 'process.name', key: undefined }],
      },
    );
    assert.equal(tags.length, 4);
  });

  const levels: readonly (readonly [string, string])[] = [
    ['EMERGENCY', 'critical'],
    ['Alert', 'critical'],
    ['CRITICAL', 'critical'],
    ['error', 'high'],
    ['WARNING', 'medium'],
    ['NOTICE', 'low'],
    ['INFO', 'informational'],
    ['INFORMATIONAL', 'informational'],
    ['DEBUG', 'informational'],
  ];
  for (const [priority, level] of levels) {
    it(`take ${priority} as ${level}`, () => {
      const text = aRuleText('evt.type=execve').replace('ERROR', priority);

      assert.equal(theRule(text).level, level);
    });
  }
});
