/** The process object and hook arguments, field by field. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  encodeArgument,
  permissionText,
} from '../../../../src/exporters/formats/tetragon-json/encode-argument.ts';
import {
  encodeBinaryProperties,
  encodeProcess,
  joinArguments,
} from '../../../../src/exporters/formats/tetragon-json/encode-process.ts';
import { BootClock } from '../../../../src/model/clock.ts';
import type { ArgumentValue, Process, ProcessFlags } from '../../../../src/model/event.ts';
import { aProcess, NO_FLAGS, ROOT_CREDENTIALS } from '../../../support/events.ts';

const OPTIONS = { clock: new BootClock(0n), credentials: false };
const CONTAINER = '19a02291e106ce6227b684197be232ea57c4e1a5ab2604a12608c325d701c7f4';

function encoded(overrides: Partial<Process>): ReturnType<typeof encodeProcess> {
  return encodeProcess(aProcess(overrides), OPTIONS);
}

describe('encodeProcess', () => {
  it('prints the effective user and the login user', () => {
    const credentials = { ...ROOT_CREDENTIALS, uid: 1000, euid: 33, loginUid: 0 };

    const { uid, auid } = encoded({ credentials });

    assert.deepStrictEqual({ uid, auid }, { uid: 33, auid: 0 });
  });

  it('prints only what is known of an unknown process', () => {
    const process = encoded({ flags: { ...NO_FLAGS, unknown: true }, parentExecId: '' });

    assert.deepStrictEqual(JSON.parse(JSON.stringify(process)), {
      exec_id: 'bm9kZS0xOjUwMDAwMDAwMDE6NTE1ODM=',
      pid: 51583,
      flags: 'unknown',
      start_time: '1970-01-01T00:00:05Z',
    });
  });

  const flagCases: readonly (readonly [
    string,
    Partial<ProcessFlags>,
    string,
    string | undefined,
  ])[] = [
    ['a process without marks', {}, '/', undefined],
    ['a fork', { clone: true }, '/', 'clone'],
    ['a seed', { seeded: true, cwdRoot: true }, '/', 'procFS rootcwd'],
    [
      'everything that can go wrong',
      {
        exec: true,
        clone: true,
        argsTruncated: true,
        argsUnreadable: true,
        binaryUnresolved: true,
        cwdUnresolved: true,
        inInitTree: true,
      },
      'deep/down',
      'execve truncArgs errorFilename errorArgs clone errorPathResolutionCwd inInitTree',
    ],
    ['a cwd that was not read', { exec: true, cwdUnresolved: true }, '', 'execve errorCWD'],
  ];
  for (const [subject, flags, cwd, expected] of flagCases) {
    it(`names the flags of ${subject}`, () => {
      assert.equal(encoded({ flags: { ...NO_FLAGS, ...flags }, cwd }).flags, expected);
    });
  }

  const cgroups: readonly (readonly [string, string, string | undefined])[] = [
    ['of docker', `docker-${CONTAINER}.scope`, CONTAINER.slice(0, 31)],
    ['of containerd', `cri-containerd-${CONTAINER}.scope`, CONTAINER.slice(0, 31)],
    ['of CRI-O', `crio-${CONTAINER}.scope`, CONTAINER.slice(0, 31)],
    ['of podman', `libpod-${CONTAINER}.scope`, CONTAINER.slice(0, 31)],
    ['that is the id alone', CONTAINER, CONTAINER.slice(0, 31)],
    ['of the CRI-O monitor', `crio-conmon-${CONTAINER}.scope`, undefined],
    ['of a session', 'session-1.scope', undefined],
    ['with a longer number', `${CONTAINER}00`, undefined],
  ];
  for (const [subject, cgroupName, expected] of cgroups) {
    const found = expected === undefined ? 'no container id' : 'the container id';
    it(`finds ${found} in a cgroup name ${subject}`, () => {
      assert.equal(encoded({ cgroupName }).docker, expected);
    });
  }
});

describe('joinArguments', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], ''],
    [['ls'], ''],
    [['ls', '-l', '/tmp'], '-l /tmp'],
    [['sh', '-c', 'echo a b'], '-c "echo a b"'],
    [['sh', 'a b', 'c'], '"a b" c'],
    [['sh', 'tab\there'], 'tab\there'],
  ];
  for (const [argv, expected] of cases) {
    it(`joins ${JSON.stringify(argv)}`, () => assert.equal(joinArguments(argv), expected));
  }
});

describe('encodeBinaryProperties', () => {
  function properties(flags: Partial<ProcessFlags>): unknown {
    const executable = { ...aProcess().executable, path: '/memfd:x (deleted)', links: 0 };
    const credentials = { ...ROOT_CREDENTIALS, euid: 5, egid: 6 };
    const process = aProcess({ executable, credentials, flags: { ...NO_FLAGS, ...flags } });
    return JSON.parse(JSON.stringify(encodeBinaryProperties(process) ?? null));
  }
  const file = { inode: { number: '131842', links: 0 }, path: '/memfd:x (deleted)' };

  const cases: readonly (readonly [string, Partial<ProcessFlags>, unknown])[] = [
    ['an ordinary exec', { exec: true }, null],
    [
      'a set-user-id file',
      { setuid: true },
      { setuid: 5, privileges_changed: ['PRIVILEGES_RAISED_EXEC_FILE_SETUID'] },
    ],
    [
      'a set-group-id file',
      { setgid: true },
      { setgid: 6, privileges_changed: ['PRIVILEGES_RAISED_EXEC_FILE_SETGID'] },
    ],
    [
      'file capabilities',
      { fileCaps: true },
      { privileges_changed: ['PRIVILEGES_RAISED_EXEC_FILE_CAP'] },
    ],
    ['a memory file', { memfd: true }, { file }],
    ['a file without a name', { unlinked: true }, { file }],
  ];
  for (const [subject, flags, expected] of cases) {
    it(`describes ${subject}`, () => assert.deepStrictEqual(properties(flags), expected));
  }
});

describe('encodeArgument', () => {
  const cases: readonly (readonly [string, ArgumentValue, object])[] = [
    ['zero', { kind: 'int', value: 0 }, { int_arg: 0 }],
    ['a negative number', { kind: 'int', value: -100 }, { int_arg: -100 }],
    [
      'a size as text',
      { kind: 'size', value: 18_446_744_073_709_551_615n },
      { size_arg: '18446744073709551615' },
    ],
    [
      'a call of a 32-bit program',
      { kind: 'syscall', number: 41, abi: 'i386' },
      { syscall_id: { id: 41, abi: 'i386' } },
    ],
    ['an empty string', { kind: 'string', value: '', truncated: false }, { string_arg: '' }],
    [
      'a path',
      { kind: 'path', path: '/dev', mode: 0o40755, unresolved: false },
      { path_arg: { path: '/dev', permission: 'drwxr-xr-x' } },
    ],
    [
      'a file whose path is cut',
      { kind: 'file', path: '/x', mode: 0, unresolved: true },
      { file_arg: { path: '/x', flags: 'unresolvedPathComponents' } },
    ],
    [
      'unreadable memory',
      { kind: 'unreadable' },
      { error_arg: { Message: 'Bad address for basic type' } },
    ],
  ];
  for (const [subject, value, expected] of cases) {
    it(`encodes ${subject}`, () => {
      const argument = encodeArgument({ value, label: '' });
      assert.deepStrictEqual(JSON.parse(JSON.stringify(argument)), expected);
    });
  }

  it('prints a label', () => {
    assert.deepStrictEqual(encodeArgument({ value: { kind: 'int', value: 1 }, label: 'fd' }), {
      int_arg: 1,
      label: 'fd',
    });
  });
});

describe('permissionText', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0o100644, '-rw-r--r--'],
    [0o104755, '-rwsr-xr-x'],
    [0o102745, '-rwxr-Sr-x'],
    [0o41777, 'drwxrwxrwt'],
    [0o20620, 'crw--w----'],
    [0o60660, 'brw-rw----'],
    [0o10600, 'prw-------'],
    [0o140755, 'srwxr-xr-x'],
    [0o120777, 'lrwxrwxrwx'],
  ];
  for (const [mode, expected] of cases) {
    it(`prints ${mode.toString(8)}`, () => assert.equal(permissionText(mode), expected));
  }
});
