/** Compact output: the line of every kind of event, and that no event can forge one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCompact } from '../../../../src/exporters/formats/compact/format-compact.ts';
import type { JsonArgument } from '../../../../src/exporters/formats/tetragon-json/json-args.ts';
import type { JsonEvent } from '../../../../src/exporters/formats/tetragon-json/json-event.ts';

const PLAIN = { colour: false, timestamps: false };
const PROCESS = { binary: '/usr/bin/vi', arguments: '/etc/passwd' };

function execEvent(process: object, rest: Partial<JsonEvent> = {}): JsonEvent {
  return { process_exec: { process: { ...PROCESS, ...process } }, node_name: 'node-1', ...rest };
}

function kprobe(function_name: string, args: readonly JsonArgument[] = []): JsonEvent {
  return { process_kprobe: { process: PROCESS, function_name, args }, node_name: 'node-1' };
}

describe('formatCompact', () => {
  const file = { file_arg: { path: '/etc/passwd' } };
  const path = { path_arg: { path: '/data' } };
  const string = { string_arg: '/tmp/x' };
  const size = { size_arg: '512' };
  const socket = { sock_arg: { saddr: 'a', sport: 1, daddr: 'b', dport: 2 } };
  const cases: readonly (readonly [string, JsonEvent, string])[] = [
    ['an exec', execEvent({}), '🚀 process node-1 /usr/bin/vi /etc/passwd'],
    ['an exec without arguments', execEvent({ arguments: '' }), '🚀 process node-1 /usr/bin/vi'],
    [
      'an exec in a pod',
      execEvent({ pod: { namespace: 'default', name: 'xwing' } }),
      '🚀 process default/xwing /usr/bin/vi /etc/passwd',
    ],
    [
      'a script with its interpreter',
      execEvent({ binary: '/run.sh', arguments: '-x' }, { warder: { interpreter: '/bin/dash' } }),
      '🚀 process node-1 /run.sh -x (interpreter /bin/dash)',
    ],
    [
      'an unknown process',
      execEvent({ binary: undefined, arguments: undefined }),
      '🚀 process node-1 <unknown>',
    ],
    [
      'an exit status',
      { process_exit: { process: PROCESS, status: 3 }, node_name: 'node-1' },
      '💥 exit    node-1 /usr/bin/vi /etc/passwd 3',
    ],
    [
      'a clean exit',
      { process_exit: { process: PROCESS }, node_name: 'node-1' },
      '💥 exit    node-1 /usr/bin/vi /etc/passwd 0',
    ],
    [
      'an exit signal',
      { process_exit: { process: PROCESS, signal: 'SIGKILL' }, node_name: 'node-1' },
      '💥 exit    node-1 /usr/bin/vi /etc/passwd SIGKILL',
    ],
    [
      'an LSM event',
      {
        process_lsm: { process: PROCESS, function_name: 'file_open', args: [file] },
        node_name: 'node-1',
      },
      '🔒 LSM     node-1 /usr/bin/vi file_open /etc/passwd',
    ],
    [
      'openat',
      kprobe('__x64_sys_openat', [{ int_arg: -100 }, string]),
      '📬 openat  node-1 /usr/bin/vi /tmp/x',
    ],
    [
      'openat on arm64',
      kprobe('__arm64_sys_openat', [{ int_arg: -100 }, string]),
      '📬 openat  node-1 /usr/bin/vi /tmp/x',
    ],
    [
      'fd_install',
      kprobe('fd_install', [{ int_arg: 3 }, file]),
      '📬 open    node-1 /usr/bin/vi /etc/passwd',
    ],
    [
      'write',
      kprobe('__x64_sys_write', [file, { string_arg: '' }, size]),
      '📝 write   node-1 /usr/bin/vi /etc/passwd 512 bytes',
    ],
    [
      'mount',
      kprobe('__x64_sys_mount', [{ string_arg: 'none' }, string]),
      '💾 mount   node-1 /usr/bin/vi none /tmp/x',
    ],
    ['setuid', kprobe('__x64_sys_setuid', [{ int_arg: 0 }]), '🔑 setuid  node-1 /usr/bin/vi 0'],
    ['connect', kprobe('tcp_connect', [socket]), '🔌 connect node-1 /usr/bin/vi tcp a:1 -> b:2'],
    [
      'a write permission',
      kprobe('security_file_permission', [file, { int_arg: 2 }]),
      '📝 write   node-1 /usr/bin/vi /etc/passwd',
    ],
    [
      'a read permission',
      kprobe('security_file_permission', [file, { int_arg: 4 }]),
      '📚 read    node-1 /usr/bin/vi /etc/passwd',
    ],
    [
      'a permission that is neither',
      kprobe('security_file_permission', [file, { int_arg: 1 }]),
      '❓ syscall node-1 /usr/bin/vi security_file_permission /etc/passwd 1',
    ],
    [
      'mmap',
      kprobe('security_mmap_file', [file, { uint_arg: 5 }]),
      '📝 mmap-rx node-1 /usr/bin/vi /etc/passwd',
    ],
    ['truncate', kprobe('security_path_truncate', [path]), '📝 truncate node-1 /usr/bin/vi /data'],
    [
      'any other function',
      kprobe('__x64_sys_lseek', [{ int_arg: -1 }, size]),
      '❓ syscall node-1 /usr/bin/vi __x64_sys_lseek -1 512',
    ],
    [
      'unreadable memory',
      kprobe('f', [{ error_arg: { Message: 'Bad address' } }]),
      '❓ syscall node-1 /usr/bin/vi f <Bad address>',
    ],
    [
      'a function named like a member of every object',
      kprobe('constructor'),
      '❓ syscall node-1 /usr/bin/vi constructor',
    ],
  ];
  for (const [subject, event, expected] of cases) {
    it(`formats ${subject}`, () => assert.equal(formatCompact(event, PLAIN), expected));
  }

  it('puts the time first on request', () => {
    const event = execEvent({}, { time: '2022-05-11T12:54:45Z' });

    assert.equal(
      formatCompact(event, { colour: false, timestamps: true }),
      '2022-05-11T12:54:45Z 🚀 process node-1 /usr/bin/vi /etc/passwd',
    );
  });

  it('colours on request', () => {
    assert.equal(
      formatCompact(execEvent({}), { colour: true, timestamps: false }),
      '\u001b[34m🚀 process\u001b[0m \u001b[32mnode-1\u001b[0m ' +
        '\u001b[35m/usr/bin/vi\u001b[0m \u001b[36m/etc/passwd\u001b[0m',
    );
  });
});

describe('formatCompact enforcement', () => {
  const cases: readonly (readonly [string, string, JsonEvent['warder'], string])[] = [
    ['nothing for a post', 'POST', {}, ''],
    [
      'the denial and its error',
      'OVERRIDE',
      { enforcement: { outcome: 'denied', error: 'EPERM' } },
      ' [p: denied EPERM]',
    ],
    [
      'both denial and kill',
      'SIGKILL',
      { enforcement: { outcome: 'denied', error: 'EPERM', signal: 'SIGKILL' } },
      ' [p: denied EPERM, killed]',
    ],
    [
      'a denial without the kill',
      'SIGKILL',
      { enforcement: { outcome: 'denied', error: 'EPERM', signal_failed: true } },
      ' [p: denied EPERM, not killed]',
    ],
    [
      'the kill',
      'SIGKILL',
      { enforcement: { outcome: 'killed', signal: 'SIGKILL' } },
      ' [p: killed]',
    ],
    [
      'a kill without the denial',
      'OVERRIDE',
      { enforcement: { outcome: 'killed', signal: 'SIGKILL' } },
      ' [p: killed, not denied]',
    ],
    ['that a variable was overwritten', 'SET', { enforcement: { outcome: 'set' } }, ' [p: set]'],
    [
      'that one of two variables was',
      'SET',
      { enforcement: { outcome: 'set', set_failed: true } },
      ' [p: set in part]',
    ],
    [
      'that it failed',
      'SIGKILL',
      { enforcement: { outcome: 'not_enforced' } },
      ' [p: not_enforced]',
    ],
    [
      'that it only watched',
      'SIGKILL',
      { enforcement: { outcome: 'monitored' } },
      ' [p: monitored]',
    ],
    ['only the action when the outcome is not told', 'SIGKILL', undefined, ' [p: action SIGKILL]'],
  ];
  for (const [behaviour, action, warder, expected] of cases) {
    it(`shows ${behaviour}`, () => {
      const event: JsonEvent = {
        process_lsm: {
          process: PROCESS,
          function_name: 'file_open',
          action: `KPROBE_ACTION_${action}`,
          policy_name: 'p',
        },
        node_name: 'n',
        warder,
      };

      assert.equal(formatCompact(event, PLAIN), `🔒 LSM     n /usr/bin/vi file_open${expected}`);
    });
  }
});

describe('formatCompact on hostile text', () => {
  it('lets no control character through, from whatever field', () => {
    const evil = 'a\u001b[2J\n\u009b\u202eb';
    const process = { binary: evil, arguments: evil, pod: { namespace: evil, name: evil } };
    const args = [{ file_arg: { path: evil } }, { string_arg: evil }, { long_arg: evil }];
    const events: readonly JsonEvent[] = [
      { process_exec: { process }, warder: { interpreter: evil }, time: evil },
      { process_exec: { process: { ...process, pod: undefined } }, node_name: evil },
      { process_exit: { process, signal: evil } },
      {
        process_kprobe: { process, function_name: evil, args, policy_name: evil },
        warder: { enforcement: { outcome: 'denied', error: evil } },
      },
      {
        process_lsm: { process, function_name: 'f', policy_name: evil, action: evil },
        warder: { enforcement: { outcome: 'killed' } },
      },
      {
        process_kprobe: {
          process,
          function_name: 'tcp_connect',
          args: [{ sock_arg: { saddr: evil, protocol: evil } }],
        },
      },
      { process_kprobe: { process, function_name: 'f', args: [{ error_arg: { Message: evil } }] } },
    ];

    const text = events.map((event) => formatCompact(event, { colour: false, timestamps: true }));

    for (const line of text) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
  });

  it('quotes a path that could pass for an outcome', () => {
    const event = kprobe('fd_install', [{ file_arg: { path: '/tmp/x [p: denied EPERM]' } }]);

    assert.equal(
      formatCompact(event, PLAIN),
      '📬 open    node-1 /usr/bin/vi "/tmp/x [p: denied EPERM]"',
    );
  });

  it('cuts long arguments at 256 characters', () => {
    const line = formatCompact(execEvent({ binary: '/x', arguments: 'y'.repeat(100_000) }), PLAIN);

    assert.equal(line, `🚀 process node-1 /x ${'y'.repeat(255)}…`);
  });
});
