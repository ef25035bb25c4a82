/** Every key of a filter: an event that it takes, and a twin that it does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { readEventLine } from '../../../../src/server/grpc/events/event-view.ts';
import { compileLists } from '../../../../src/server/grpc/filters/compile-filter.ts';
import { compileLabelSelector } from '../../../../src/server/grpc/filters/label-selector.ts';
import * as caps from '../../../../src/server/grpc/generated/tetragon/capabilities_pb.ts';
import {
  EventType,
  type Filter,
  FilterSchema,
} from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { execLine, lineOf } from './event-stage.ts';
import { TOOLS } from './grpc-stage.ts';

type FilterInit = MessageInitShape<typeof FilterSchema>;
type Fields = Readonly<Record<string, unknown>>;

/** Whether filters take the lines, one after the other. */
function takes(filters: { allow?: FilterInit[]; deny?: FilterInit[] }, lines: readonly string[]) {
  const make = (list: FilterInit[] = []): Filter[] => list.map((one) => create(FilterSchema, one));
  const wants = compileLists({ allow: make(filters.allow), deny: make(filters.deny) }, TOOLS);
  return lines.map((line) => {
    const event = readEventLine(line);
    assert.ok(event !== undefined, line);
    return wants(event);
  });
}

function podLine(pod: Fields): string {
  return execLine('/bin/x', { pod });
}

function childLine(body: Fields): string {
  return lineOf('process_exec', { process: { binary: '/bin/x', pid: 9 }, ...body });
}

const HOST = execLine('/bin/x');
const THROTTLE = lineOf('process_throttle', { type: 'THROTTLE_START', cgroup: 'a' });

function capLine(permitted: readonly string[]): string {
  return execLine('/bin/x', { cap: { permitted } });
}

const CASES: readonly (readonly [string, FilterInit, string, ...(readonly string[])])[] = [
  ['event_set', { eventSet: [EventType.PROCESS_EXEC] }, HOST, lineOf('process_exit', {})],
  ['event_set of a throttle', { eventSet: [EventType.PROCESS_THROTTLE] }, THROTTLE, HOST],
  ['binary_regex', { binaryRegex: ['^/bin/'] }, HOST, execLine('/usr/bin/x'), THROTTLE],
  ['binary_regex of two', { binaryRegex: ['^a', 'x$'] }, HOST, execLine('/bin/y')],
  [
    'arguments_regex',
    { argumentsRegex: ['--force'] },
    execLine('/bin/x', { arguments: '-a --force' }),
    HOST,
  ],
  [
    'parent_binary_regex',
    { parentBinaryRegex: ['sh$'] },
    childLine({ parent: { binary: '/bin/sh' } }),
    childLine({ parent: { binary: '/bin/init' } }),
    execLine('/bin/sh'),
  ],
  [
    'parent_arguments_regex',
    { parentArgumentsRegex: ['-c'] },
    childLine({ parent: { arguments: '-c ls' } }),
    childLine({ parent: {} }),
    execLine('/bin/sh', { arguments: '-c ls' }),
  ],
  [
    'ancestor_binary_regex',
    { ancestorBinaryRegex: ['sshd'] },
    childLine({ ancestors: [{ binary: '/bin/sh' }, { binary: '/sbin/sshd' }] }),
    childLine({ ancestors: [{ binary: '/bin/sh' }] }),
    childLine({ parent: { binary: '/sbin/sshd' } }),
  ],
  ['namespace', { namespace: ['shop'] }, podLine({ namespace: 'shop' }), podLine({}), HOST],
  ['namespace of the host', { namespace: [''] }, HOST, podLine({ namespace: 'shop' }), THROTTLE],
  [
    'namespace_regex',
    { namespaceRegex: ['^team-'] },
    podLine({ namespace: 'team-a' }),
    podLine({ namespace: 'a-team-' }),
  ],
  ['namespace_regex of anything', { namespaceRegex: [''] }, podLine({ namespace: 'a' }), HOST],
  ['pod_regex', { podRegex: ['^web-'] }, podLine({ name: 'web-0' }), podLine({ name: 'db' }), HOST],
  [
    'container_id',
    { containerId: ['^19a0'] },
    execLine('/bin/x', { docker: '19a02291e106ce' }),
    execLine('/bin/x', { docker: '29a02291e106ce' }),
  ],
  [
    'container_name_regex',
    { containerNameRegex: ['ship$'] },
    podLine({ container: { name: 'spaceship' } }),
    podLine({ container: { name: 'shipyard' } }),
    podLine({ name: 'spaceship' }),
  ],
  [
    'labels',
    { labels: ['app=web,tier in (front)'] },
    podLine({ pod_labels: { app: 'web', tier: 'front' } }),
    podLine({ pod_labels: { app: 'web' } }),
    HOST,
  ],
  ['labels that are not there', { labels: ['!app'] }, podLine({}), HOST],
  [
    'health_check',
    { healthCheck: true },
    podLine({ container: { maybe_exec_probe: true } }),
    podLine({ container: {} }),
    HOST,
  ],
  [
    'health_check that is none',
    { healthCheck: false },
    HOST,
    podLine({ container: { maybe_exec_probe: true } }),
    THROTTLE,
  ],
  ['pid', { pid: [7, 8] }, HOST, execLine('/bin/x', { pid: 9 }), THROTTLE],
  [
    'policy_names',
    { policyNames: ['a'] },
    lineOf('process_usdt', { policy_name: 'a' }),
    lineOf('process_usdt', { policy_name: 'b' }),
    HOST,
  ],
  [
    'in_init_tree',
    { inInitTree: true },
    execLine('/bin/x', { in_init_tree: true }),
    execLine('/bin/x', { in_init_tree: false }),
    HOST,
  ],
  [
    'in_init_tree that is not',
    { inInitTree: false },
    execLine('/bin/x', { in_init_tree: false }),
    execLine('/bin/x', { in_init_tree: true }),
    THROTTLE,
  ],
  [
    'capabilities, any',
    {
      capabilities: {
        permitted: { any: [caps.CapabilitiesType.CAP_BPF, caps.CapabilitiesType.CAP_KILL] },
      },
    },
    capLine(['CAP_KILL']),
    capLine(['CAP_CHOWN']),
    HOST,
  ],
  [
    'capabilities, all, in credentials',
    {
      capabilities: {
        effective: { all: [caps.CapabilitiesType.DAC_OVERRIDE, caps.CapabilitiesType.CAP_KILL] },
      },
    },
    execLine('/bin/x', {
      process_credentials: { caps: { effective: ['DAC_OVERRIDE', 'CAP_KILL', 'CAP_BPF'] } },
    }),
    execLine('/bin/x', { process_credentials: { caps: { effective: ['DAC_OVERRIDE'] } } }),
  ],
  [
    'capabilities, exactly',
    { capabilities: { permitted: { exactly: [caps.CapabilitiesType.CAP_KILL] } } },
    capLine(['CAP_KILL']),
    capLine(['CAP_KILL', 'CAP_BPF']),
    capLine([]),
  ],
  [
    'capabilities, none',
    { capabilities: { permitted: { none: [caps.CapabilitiesType.CAP_KILL] } } },
    capLine(['CAP_BPF']),
    capLine(['CAP_KILL']),
    HOST,
  ],
  [
    'cel_expression',
    {
      celExpression: [
        'process_exec.process.binary.startsWith("/bin") && has(process_exec.parent.pid)',
      ],
    },
    childLine({ parent: { pid: 1 } }),
    childLine({}),
    lineOf('process_exit', { process: { binary: '/bin/x' }, parent: { pid: 1 } }),
  ],
  [
    'cel_expression on numbers, labels and networks',
    {
      celExpression: [
        'process_exec.process.pid > 100 && ' +
          'process_exec.process.pod.pod_labels["ip"].inNetwork("10.0.0.0/8")',
      ],
    },
    execLine('/bin/x', { pid: 101, pod: { pod_labels: { ip: '10.1.2.3' } } }),
    execLine('/bin/x', { pid: 101, pod: { pod_labels: { ip: '11.1.2.3' } } }),
    execLine('/bin/x', { pid: 100, pod: { pod_labels: { ip: '10.1.2.3' } } }),
  ],
  [
    'several keys together',
    { binaryRegex: ['^/bin/'], pid: [7] },
    HOST,
    execLine('/bin/x', { pid: 8 }),
    execLine('/usr/x'),
  ],
];

describe('A filter', () => {
  for (const [name, filter, match, ...twins] of CASES) {
    it(`takes by ${name}, and leaves the others`, () => {
      const expected = [true, ...twins.map(() => false)];
      assert.deepStrictEqual(takes({ allow: [filter] }, [match, ...twins]), expected);
      assert.deepStrictEqual(
        takes({ deny: [filter] }, [match, ...twins]),
        expected.map((is) => !is),
      );
    });
  }

  it('follows processes and what descends from them', () => {
    const line = (kind: string, pid: number, parent: number): string => {
      const process = { exec_id: `e${pid}`, pid, parent_exec_id: `e${parent}` };
      return lineOf(kind, { process });
    };
    const lines = [
      line('process_exec', 10, 1),
      line('process_exec', 11, 10),
      line('process_exec', 12, 11),
      line('process_exec', 20, 1),
      line('process_exit', 12, 11),
      line('process_exec', 13, 12),
    ];

    // The last one names a parent that has ended.
    assert.deepStrictEqual(takes({ allow: [{ pidSet: [10] }] }, lines), [
      ...[true, true, true, false, true, false],
    ]);
    // It knows children also of events that other keys refuse.
    assert.deepStrictEqual(
      takes({ allow: [{ pidSet: [10], eventSet: [EventType.PROCESS_EXIT] }] }, lines),
      [false, false, false, false, true, false],
    );
  });

  it('takes time that is linear in the text', () => {
    const evil = execLine('/bin/x', { arguments: `${'a'.repeat(20_000)}!` });

    assert.deepStrictEqual(takes({ allow: [{ argumentsRegex: ['^(a+)+$'] }] }, [evil]), [false]);
  });
});

describe('A label selector', () => {
  const labels = { app: 'web', tier: 'front', 'example.com/x': '', empty: '' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['app', true],
    ['nothing', false],
    ['!nothing', true],
    ['!app', false],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier = front', true],
    ['app=db', false],
    ['app!=db', true],
    ['app!=web', false],
    ['nothing!=x', true],
    ['empty=', true],
    ['app=', false],
    ['app in (db, web)', true],
    ['app in (db)', false],
    ['app notin (db)', true],
    ['app notin (db,web)', false],
    ['nothing notin (x)', true],
    ['nothing in (x)', false],
    ['example.com/x', true],
    ['app=web,!app', false],
    ['constructor', false],
  ];
  for (const [text, expected] of cases) {
    it(`${expected ? 'takes' : 'leaves'} by ${JSON.stringify(text)}`, () => {
      const test = compileLabelSelector(text);
      assert.ok(typeof test !== 'string', String(test));
      assert.equal(test(labels), expected);
    });
  }

  const bad = ['a b', 'a=b c', 'a in b', 'a in (b', 'a) in', '=a', 'a in ((b))', 'a,,b', 'a!==b'];
  for (const text of [...bad, 'x'.repeat(5000)]) {
    it(`refuses ${text.slice(0, 20)}`, () => {
      assert.equal(typeof compileLabelSelector(text), 'string');
    });
  }
});
