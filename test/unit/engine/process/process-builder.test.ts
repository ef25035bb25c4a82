/** From kernel facts to the process of the model: names, arguments, sharing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitArgv } from '../../../../src/engine/process/argv.ts';
import { binaryName, interpreterName } from '../../../../src/engine/process/binary-name.ts';
import { ProcessBuilder } from '../../../../src/engine/process/process-builder.ts';
import { StringPool } from '../../../../src/engine/process/string-pool.ts';
import { decodeWaitStatus } from '../../../../src/engine/process/wait-status.ts';
import type { Process } from '../../../../src/model/event.ts';
import { NO_FLAGS, ROOT_CREDENTIALS } from '../../../support/events.ts';
import { argsBytes, someForkFacts, someImageFacts } from '../../../support/facts.ts';

describe('splitArgv', () => {
  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['gives nothing for no bytes', Buffer.alloc(0), []],
    ['keeps empty arguments', Buffer.from('sh\0\0x\0\0'), ['sh', '', 'x', '']],
    ['keeps an argument that was cut', Buffer.from('cat\0/etc/pa'), ['cat', '/etc/pa']],
    ['replaces bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x62, 0]), ['a\ufffdb']],
    ['keeps a byte order mark', Buffer.from('\ufeffx\0'), ['\ufeffx']],
    ['reads only its slice', new Uint8Array(Buffer.from('a\0b\0c\0')).subarray(2, 4), ['b']],
  ];
  for (const [behaviour, bytes, expected] of cases) {
    it(behaviour, () => assert.deepStrictEqual(splitArgv(bytes), expected));
  }
});

describe('binaryName', () => {
  const base = {
    filename: '',
    interpreter: '',
    cwd: '/home/a',
    executable: { path: '/usr/bin/x' },
  };
  const cases: readonly (readonly [string, Partial<typeof base>, string])[] = [
    ['names the mapped file when exec was not seen', {}, '/usr/bin/x'],
    ['keeps an absolute name to the letter', { filename: '/bin/../bin/x' }, '/bin/../bin/x'],
    ['joins a relative name with cwd', { filename: 'x' }, '/home/a/x'],
    ['takes ./ out', { filename: './x' }, '/home/a/x'],
    ['resolves a leading ..', { filename: '../b/x' }, '/home/b/x'],
    ['keeps a memory file as it was given', { filename: '/proc/self/fd/3' }, '/proc/self/fd/3'],
    ['names the mapped file when cwd is unknown', { filename: './x', cwd: '' }, '/usr/bin/x'],
    [
      'names a script as given when cwd is unknown',
      { filename: './x', cwd: '', interpreter: '/bin/sh' },
      './x',
    ],
  ];
  for (const [behaviour, overrides, expected] of cases) {
    it(behaviour, () => assert.equal(binaryName({ ...base, ...overrides }), expected));
  }

  it('names the file behind the #! line as interpreter, for scripts only', () => {
    const script = { ...base, filename: '/run.sh', interpreter: '/bin/sh' };

    assert.equal(interpreterName(script), '/usr/bin/x');
    assert.equal(interpreterName(base), '');
  });
});

describe('decodeWaitStatus', () => {
  const cases: readonly (readonly [string, number, { signal: number; status: number }])[] = [
    ['reads an exit status', 3 << 8, { signal: 0, status: 3 }],
    ['reads a signal', 9, { signal: 9, status: 0 }],
    ['leaves the core dump bit out', 11 | 0x80, { signal: 11, status: 0 }],
  ];
  for (const [behaviour, word, expected] of cases) {
    it(behaviour, () => assert.deepStrictEqual(decodeWaitStatus(word), expected));
  }
});

describe('StringPool', () => {
  it('forgets what was not asked for in a generation and keeps what was', () => {
    const pool = new StringPool(2);

    for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'e', 'f', 'g']) pool.share(text);

    assert.ok(pool.size <= 4, `held ${pool.size}`);
    assert.equal(pool.share('a'), 'a');
  });

  it('does not keep long strings', () => {
    const pool = new StringPool(2);

    pool.share('x'.repeat(513));

    assert.equal(pool.size, 0);
  });
});

describe('ProcessBuilder', () => {
  const builder = new ProcessBuilder('node-1');

  it('makes the process of an exec', () => {
    const facts = someImageFacts({ filename: './ls', interpreter: '/bin/sh' });

    const expected: Process = {
      execId: Buffer.from('node-1:2000001:200').toString('base64'),
      parentExecId: Buffer.from('node-1:1000001:100').toString('base64'),
      tgid: 200,
      startNs: 2_000_001n,
      imageTimeNs: 2_500_000n,
      namespacePid: 200,
      tty: 0,
      binary: '/root/ls',
      argv: ['ls', '-l'],
      cwd: '/root',
      interpreter: '/usr/bin/ls',
      executable: facts.executable,
      credentials: ROOT_CREDENTIALS,
      namespaces: facts.namespaces,
      cgroupId: 77n,
      cgroupName: 'session-1.scope',
      flags: { ...NO_FLAGS, exec: true, clone: true },
    };
    assert.deepStrictEqual(builder.fromImage(facts, undefined), expected);
  });

  it('shares credentials that equal the parent, and only those', () => {
    const parent = builder.fromImage(someImageFacts(), undefined);
    const other = { ...ROOT_CREDENTIALS, euid: 1000 };

    const same = builder.fromImage(someImageFacts({ tgid: 201 }), parent);
    const different = builder.fromImage(someImageFacts({ credentials: other }), parent);

    assert.equal(same.credentials, parent.credentials);
    assert.equal(same.namespaces, parent.namespaces);
    assert.equal(different.credentials, other);
  });

  it('gives a forked child what its parent is, not what exec did to it', () => {
    const flags = { ...NO_FLAGS, exec: true, setuid: true, memfd: true, inInitTree: true };
    const parent = builder.fromImage(someImageFacts({ tgid: 100, flags }), undefined);

    const child = builder.fromFork(someForkFacts(), parent, parent);

    assert.deepStrictEqual(child, {
      ...parent,
      execId: builder.execId({ tgid: 200, startNs: 2_000_000n }),
      parentExecId: parent.execId,
      tgid: 200,
      startNs: 2_000_000n,
      imageTimeNs: 2_000_000n,
      namespacePid: 200,
      flags: { ...NO_FLAGS, clone: true, memfd: true, inInitTree: true },
    });
  });

  it('does not guess the cgroup name of a child forked into another cgroup', () => {
    const parent = builder.fromImage(someImageFacts(), undefined);

    const child = builder.fromFork(someForkFacts({ cgroupId: 78n }), parent, parent);

    assert.deepStrictEqual([child.cgroupId, child.cgroupName], [78n, '']);
  });

  it('knows nothing but ids of a child whose forker is unknown', () => {
    const child = builder.fromFork(someForkFacts(), undefined, undefined);

    assert.deepStrictEqual(child.flags, { ...NO_FLAGS, clone: true, unknown: true });
    assert.equal(child.parentExecId, builder.execId({ tgid: 100, startNs: 1_000_001n }));
    assert.equal(child.binary, '');
  });

  it('names the parent by id when only who forked the child is known', () => {
    const forker = builder.fromImage(someImageFacts({ tgid: 150 }), undefined);

    const child = builder.fromFork(someForkFacts(), forker, undefined);

    assert.equal(child.binary, forker.binary);
    assert.equal(child.parentExecId, builder.execId({ tgid: 100, startNs: 1_000_001n }));
  });

  it('gives no parent id when there is no parent', () => {
    const process = builder.fromImage(someImageFacts({ parentTgid: 0 }), undefined);

    assert.equal(process.parentExecId, '');
  });
});

describe('argsBytes', () => {
  it('ends every argument with NUL', () => {
    assert.deepStrictEqual(Buffer.from(argsBytes('a', 'b')).toString(), 'a\0b\0');
  });
});
