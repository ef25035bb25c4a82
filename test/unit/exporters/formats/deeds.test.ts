/** Functions of the kernel are read as what they do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  deedOfClass,
  deedOfFunction,
  deedOfPermission,
} from '../../../../src/exporters/formats/reading/deeds.ts';
import {
  argumentTexts,
  deedOfHook,
} from '../../../../src/exporters/formats/reading/read-arguments.ts';

describe('deedOfFunction', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['sys_openat', 'file.open'],
    ['__x64_sys_openat', 'file.open'],
    ['__arm64_sys_openat', 'file.open'],
    ['sys_enter_openat', 'file.open'],
    ['security_file_open', 'file.open'],
    ['file_open', 'file.open'],
    ['security_path_unlink', 'file.unlink'],
    ['tcp_connect', 'network.connect'],
    ['module:module_load', 'kernel.module'],
    ['commit_creds', undefined],
    ['openat', undefined],
    ['sys_', undefined],
    ['__x64_', undefined],
    ['toString', undefined],
    ['', undefined],
  ];
  for (const [name, deed] of cases) {
    it(`is ${deed} for ${name}`, () => assert.equal(deedOfFunction(name), deed));
  }
});

describe('deedOfPermission', () => {
  it('tells reads from writes by the mask', () => {
    assert.deepStrictEqual([4, 2, 6, 1, '2', undefined].map(deedOfPermission), [
      'file.read',
      'file.write',
      'file.write',
      'file.other',
      'file.other',
      'file.other',
    ]);
  });
});

describe('deedOfClass', () => {
  it('knows the classes of events, and nothing else', () => {
    assert.deepStrictEqual(['file.open', 'file.read', 'constructor', 1].map(deedOfClass), [
      'file.open',
      'generic',
      'generic',
      'generic',
    ]);
  });
});

describe('deedOfHook', () => {
  it('looks at the arguments of functions that it does not know', () => {
    const args = [
      { file_arg: { path: '/x' } },
      { sock_arg: { daddr: '192.0.2.1' } },
      { int_arg: 1 },
    ];

    assert.deepStrictEqual(
      args.map((arg) => deedOfHook('some_function', [arg])),
      ['file.other', 'network.other', 'hook'],
    );
  });
});

describe('argumentTexts', () => {
  it('writes each argument that has a text', () => {
    const args = [
      { string_arg: 'x' },
      { int_arg: 0, label: 'flags' },
      { path_arg: { path: '/x' } },
      { sock_arg: { saddr: '10.0.0.1', sport: 1, daddr: '10.0.0.2', dport: 2 } },
      { capability_arg: { value: 21, name: 'CAP_SYS_ADMIN' } },
      { error_arg: {} },
      { sockaddr_arg: { addr: '192.0.2.1' } },
    ];

    assert.deepStrictEqual(argumentTexts(args), [
      ...['x', 'flags=0', '/x', '10.0.0.1:1 -> 10.0.0.2:2', 'CAP_SYS_ADMIN'],
    ]);
  });
});
