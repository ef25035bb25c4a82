/** Which hook a call means, and the tables behind it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Hook } from '../../../src/model/plan.ts';
import { SYSCALL_ENTRY_NAMES, SYSCALL_NUMBERS } from '../../../src/model/syscalls.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { aPolicy } from './policy-text.ts';
import { smallKernel } from './small-kernel.ts';

function findHook(body: string): Hook | undefined {
  const text = aPolicy(`  kprobes: [{${body}}]`);
  return compilePolicies(text, 'policy.yaml', { kernel: smallKernel }).plans[0]?.hooks[0]?.hook;
}

function findHint(body: string): string | undefined {
  const text = aPolicy(`  kprobes: [{${body}}]`);
  return compilePolicies(text, 'policy.yaml', { kernel: smallKernel }).diagnostics[0]?.hint;
}

describe('call', () => {
  const spellings: readonly (readonly [string, string])[] = [
    ['sys_openat', 'openat'],
    ['__x64_sys_openat', 'openat'],
    ['__arm64_sys_openat', 'openat'],
    ['openat', 'openat'],
    ['sys_newuname', 'uname'],
    ['__x64_sys_umount', 'umount2'],
    ['sys_sync', 'sync'],
    ['open', 'open'],
  ];
  for (const [call, name] of spellings) {
    it(`takes ${call} for the system call ${name}`, () => {
      assert.deepStrictEqual(findHook(`call: ${call}`), { kind: 'syscall', name });
    });
  }

  it('takes a name without syscall for a function', () => {
    const hook = findHook('call: security_file_open, syscall: false');

    assert.deepStrictEqual(hook, { kind: 'function', name: 'security_file_open' });
  });

  const hints: readonly (readonly [string, string])[] = [
    ['call: security_file_open', 'the kernel has a function of that name: set `syscall: false`'],
    ['call: sys_exceve', 'did you mean `sys_execve`?'],
    ['call: my_own_function', 'if it is a function of the kernel, set `syscall: false`'],
    ['call: securty_file_open, syscall: false', 'did you mean `security_file_open`?'],
    ['call: sys_openat, syscall: false', 'it looks like a system call: leave out `syscall: false`'],
  ];
  for (const [body, hint] of hints) {
    it(`helps with {${body}}`, () => {
      assert.equal(findHint(body), hint);
    });
  }
});

describe('lists as the numbers of system calls', () => {
  it('have the numbers of this architecture, and of 32-bit programs', () => {
    const text = aPolicy(`  lists: [{name: some, type: syscalls, values: [sys_dup, __ia32_sys_dup]}]
  tracepoints:
  - subsystem: raw_syscalls
    event: sys_enter
    args: [{index: 4, type: syscall64}]
    selectors: [{matchArgs: [{index: 0, operator: InMap, values: ["list:some", "7:9"]}]}]`);

    const { plans } = compilePolicies(text, 'policy.yaml', { kernel: smallKernel });

    const [match] = plans[0]?.hooks[0]?.selectors[0]?.matchArgs ?? [];
    const range = (min: bigint, max = min): object => ({ min, max });
    const dups = process.arch === 'arm64' ? [range(23n)] : [range(32n), range(0x80000000n + 41n)];
    assert.deepStrictEqual(match?.kind === 'range' && match.ranges, [...dups, range(7n, 9n)]);
  });
});

describe('system call tables', () => {
  it('know the numbers of both architectures', () => {
    const { x64, arm64 } = SYSCALL_NUMBERS;
    const names = ['read', 'execve', 'openat', 'newfstatat', 'kexec_load', 'clone3', 'mseal'];

    assert.deepStrictEqual(
      names.map((name) => [x64[name], arm64[name]]),
      [
        [0, 63],
        [59, 221],
        [257, 56],
        [262, 79],
        [246, 104],
        [435, 435],
        [462, 462],
      ],
    );
  });

  it('have no number twice and none at or past the bound of the kernel side', () => {
    for (const table of Object.values(SYSCALL_NUMBERS)) {
      const numbers = Object.values(table);

      assert.equal(new Set(numbers).size, numbers.length);
      assert.ok(Math.max(...numbers) < 512);
    }
  });

  it('lead every entry name to a known call', () => {
    const unknown = [...SYSCALL_ENTRY_NAMES.values()].filter(
      (name) => SYSCALL_NUMBERS.x64[name] === undefined,
    );

    assert.deepStrictEqual(unknown, []);
  });

  it('lack what the architecture lacks', () => {
    assert.equal(SYSCALL_NUMBERS.arm64['open'], undefined);
    assert.equal(SYSCALL_NUMBERS.x64['constructor'], undefined);
  });
});
