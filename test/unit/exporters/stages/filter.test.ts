/** Filters of a destination: each key takes one event and leaves its twin. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileMessageFilter } from '../../../../src/exporters/stages/filter/compile-filter.ts';
import type { OutboundMessage } from '../../../../src/model/delivery.ts';
import { aMessage } from '../../../support/messages.ts';
import { compiledValue, DESTINATION_SEAMS, problemsOf } from '../../../support/sink-seams.ts';

const EVENT = {
  process_kprobe: {
    process: {
      exec_id: 'bm9kZTox',
      ...{ pid: 40, binary: '/usr/bin/curl', arguments: '-s http://x --token abc' },
      ...{ docker: '0123abcd', in_init_tree: false },
      cap: { permitted: ['CAP_CHOWN', 'CAP_KILL'], effective: [] },
      pod: {
        ...{ namespace: 'shop', name: 'cart-7', pod_labels: { app: 'cart', tier: 'web' } },
        container: { id: 'containerd://0123abcd', name: 'cart' },
      },
    },
    parent: { pid: 30, binary: '/bin/bash', arguments: '-c run' },
    ancestors: [{ pid: 20, binary: '/usr/bin/containerd-shim' }],
    ...{ function_name: 'tcp_connect', policy_name: 'egress' },
  },
  ...{ node_name: 'node-1', time: '2026-01-01T00:00:00Z' },
};

const HOST = { process_exec: { process: { exec_id: 'x', pid: 1, binary: '/sbin/init' } } };

function message(body: unknown, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return aMessage(1, { body: JSON.stringify(body), ...changes });
}

function filtered(value: unknown, given: OutboundMessage): OutboundMessage | undefined {
  const filter = compiledValue(compileMessageFilter(value, ['filter'], DESTINATION_SEAMS));
  return filter === undefined ? given : filter(given);
}

function takes(filter: unknown): readonly boolean[] {
  const value = { allow: [filter] };
  return [EVENT, HOST].map((body) => filtered(value, message(body)) !== undefined);
}

describe('A filter of events', () => {
  const cases: readonly (readonly [object, boolean, boolean])[] = [
    [{ event_set: ['PROCESS_KPROBE'] }, true, false],
    [{ event_set: ['PROCESS_EXEC', 'PROCESS_EXIT'] }, false, true],
    [{ binary_regex: ['^/usr/bin/c'] }, true, false],
    [{ binary_regex: ['^curl'] }, false, false],
    [{ parent_binary_regex: ['bash$'] }, true, false],
    [{ ancestor_binary_regex: ['shim'] }, true, false],
    [{ ancestor_binary_regex: ['curl'] }, false, false],
    [{ arguments_regex: ['--token'] }, true, false],
    [{ arguments_regex: ['^$'] }, false, true],
    [{ parent_arguments_regex: ['-c'] }, true, false],
    [{ namespace: ['shop', 'bank'] }, true, false],
    [{ namespace: [''] }, false, true],
    [{ namespace_regex: ['^sh'] }, true, false],
    [{ namespace_regex: ['.*'] }, true, false],
    [{ pod_regex: ['^cart-'] }, true, false],
    [{ container_id: ['^0123'] }, true, false],
    [{ container_name_regex: ['^cart$'] }, true, false],
    [{ labels: ['app=cart,tier in (web, db)'] }, true, false],
    [{ labels: ['app!=cart', 'tier=db'] }, false, false],
    [{ labels: ['!legacy'] }, true, false],
    [{ pid: [40] }, true, false],
    [{ pid: [30] }, false, false],
    [{ pid_set: [20] }, true, false],
    [{ health_check: true }, false, false],
    [{ health_check: false }, true, true],
    [{ policy_names: ['egress'] }, true, false],
    [{ policy_names: ['ingress'] }, false, false],
    [{ capabilities: { permitted: { any: ['CAP_KILL', 'CAP_BPF'] } } }, true, false],
    [{ capabilities: { permitted: { all: ['CAP_KILL', 'CAP_BPF'] } } }, false, false],
    [{ capabilities: { permitted: { exactly: ['CAP_KILL', 'CAP_CHOWN'] } } }, true, false],
    [{ capabilities: { permitted: { none: ['CAP_KILL'] } } }, false, true],
    [{ in_init_tree: true }, false, false],
    [{ cel_expression: ['egress', 'none'] }, true, false],
    [{ binary_regex: ['curl'], namespace: ['bank'] }, false, false],
    [{ binary_regex: ['curl'], namespace: ['shop'] }, true, false],
  ];
  for (const [filter, event, host] of cases) {
    it(`tells by ${JSON.stringify(filter)}`, () =>
      assert.deepStrictEqual(takes(filter), [event, host]));
  }

  it('asks conditions', () => {
    const condition = compileMessageFilter({ condition: 'high' }, [], {
      ...DESTINATION_SEAMS,
      compileCondition: (text) => (given, body) =>
        given.severity === text && JSON.stringify(body).includes('curl'),
    });
    const filter = compiledValue(condition);
    const given = [
      message(EVENT, { severity: 'high' }),
      message(EVENT),
      message(HOST, { severity: 'high', kind: 'alert' }),
    ];

    assert.deepStrictEqual(
      given.map((one) => filter?.(one) !== undefined),
      [true, false, false],
    );
  });

  it('denies what it allows too', () => {
    const value = { allow: [{ namespace: ['shop'] }], deny: [{ policy_names: ['egress'] }] };

    assert.equal(filtered(value, message(EVENT)), undefined);
  });

  it('denies only what the list names, without a list that allows', () => {
    const value = { deny: [{ namespace: ['', 'kube-system'] }] };

    assert.deepStrictEqual(
      [EVENT, HOST].map((body) => filtered(value, message(body)) !== undefined),
      [true, false],
    );
  });

  it('takes lists as Tetragon writes them', () => {
    const value = { allow: '{"event_set":["PROCESS_EXEC"]}\n{"namespace":["shop"]}\n' };

    assert.deepStrictEqual(
      [EVENT, HOST].map((body) => filtered(value, message(body)) !== undefined),
      [true, true],
    );
  });

  it('leaves alerts alone', () => {
    const alert = message({ fingerprint: 'f' }, { kind: 'alert' });

    assert.equal(filtered({ allow: [{ namespace: ['x'] }] }, alert), alert);
  });

  it('leaves out what is no event when only some are allowed', () => {
    const broken = aMessage(1, { body: 'not JSON' });

    assert.equal(filtered({ allow: [{ namespace: ['shop'] }] }, broken), undefined);
  });
});

describe('A filter of fields', () => {
  function shaped(fields: unknown, body: unknown = EVENT): unknown {
    return JSON.parse(filtered({ fields }, message(body))?.body ?? '');
  }

  it('keeps what is included, and what is not of the event', () => {
    const fields = [{ fields: 'process.binary,ancestors.pid,none.such', action: 'INCLUDE' }];

    assert.deepStrictEqual(shaped(fields), {
      process_kprobe: { process: { binary: '/usr/bin/curl' }, ancestors: [{ pid: 20 }] },
      ...{ node_name: 'node-1', time: '2026-01-01T00:00:00Z' },
    });
  });

  it('takes out what is excluded', () => {
    const fields = [{ fields: ['process.pod', 'process.cap', 'ancestors'], action: 'EXCLUDE' }];
    const { pod, cap, ...process } = EVENT.process_kprobe.process;
    const { ancestors, ...event } = EVENT.process_kprobe;

    assert.deepStrictEqual([pod.name, cap.effective, ancestors.length], ['cart-7', [], 1]);
    assert.deepStrictEqual(shaped(fields), { ...EVENT, process_kprobe: { ...event, process } });
  });

  it('shapes only the events of its set, or all others', () => {
    const fields = { event_set: ['PROCESS_EXEC'], fields: 'process.pid', action: 'INCLUDE' };
    const only = { process_exec: { process: { pid: 1 } } };

    assert.deepStrictEqual(shaped([fields]), EVENT);
    assert.deepStrictEqual(shaped([fields], HOST), only);
    assert.deepStrictEqual(shaped([{ ...fields, invert_event_set: true }], HOST), HOST);
  });
});

describe('A filter that is of no use', () => {
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [{ allows: [] }, ['filter.allows: CONFIG_KEY_UNKNOWN']],
    [{ allow: [{}] }, ['filter.allow.0: CONFIG_VALUE_INVALID']],
    [
      { deny: [{ binary_regexp: ['x'] }, { event_set: ['PROCESS_EXECV'] }] },
      [
        'filter.deny.0.binary_regexp: CONFIG_KEY_UNKNOWN',
        'filter.deny.1.event_set.0: CONFIG_VALUE_UNKNOWN',
      ],
    ],
    [{ allow: [{ binary_regex: ['('] }] }, ['filter.allow.0.binary_regex.0: CONFIG_VALUE_INVALID']],
    [{ allow: [{ pid: ['1'] }] }, ['filter.allow.0.pid.0: CONFIG_TYPE_MISMATCH']],
    [{ allow: [{ labels: ['a=b=c'] }] }, ['filter.allow.0.labels.0: CONFIG_VALUE_INVALID']],
    [{ allow: '{"pid":[1]}\n{' }, ['filter.allow: CONFIG_VALUE_INVALID']],
    [
      { fields: [{ fields: 'a b' }] },
      [
        'filter.fields.0.action: CONFIG_KEY_MISSING',
        'filter.fields.0.fields: CONFIG_VALUE_INVALID',
      ],
    ],
    [{ condition: 'bad' }, ['filter.condition: RULE_CONDITION_SYNTAX']],
    [[], ['filter: CONFIG_TYPE_MISMATCH']],
  ];
  for (const [value, expected] of cases) {
    it(`is refused: ${JSON.stringify(value)}`, () =>
      assert.deepStrictEqual(
        problemsOf(compileMessageFilter(value, ['filter'], DESTINATION_SEAMS)),
        expected,
      ));
  }
});
