/** `warder check` on good and bad files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCheckCommand, type OpenTypes } from '../../../src/cli/commands/check.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { FakeIo } from './fake-io.ts';

const GOOD = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata:
  name: good
spec:
  kprobes:
    - call: sys_kexec_load
      syscall: true
`;
const FUNCTION = GOOD.replace('sys_kexec_load', 'security_file_open').replace('true', 'false');
const BAD = GOOD.replace('kprobes', 'kprobs');

const withoutTypes: OpenTypes = () =>
  Promise.reject(new CodedError('ENGINE_BTF_MISSING', 'there is no BTF'));

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-check-'));
  mkdirSync(join(directory, 'all', 'deeper'), { recursive: true });
  mkdirSync(join(directory, 'empty'));
  writeFileSync(join(directory, 'good.yaml'), GOOD);
  writeFileSync(join(directory, 'bad.yaml'), BAD);
  writeFileSync(join(directory, 'function.yaml'), FUNCTION);
  writeFileSync(join(directory, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
  writeFileSync(join(directory, 'all', 'b.yml'), GOOD);
  writeFileSync(join(directory, 'all', 'a.yaml'), BAD);
  writeFileSync(join(directory, 'all', 'notes.txt'), 'x');
  writeFileSync(join(directory, 'all', 'deeper', 'c.yaml'), BAD);
});
after(() => rmSync(directory, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function check(line: string, openTypes: OpenTypes = withoutTypes): Promise<Outcome> {
  const io = new FakeIo();
  const words = ['check', ...line.split(' ').map((word) => word.replace('@', `${directory}/`))];
  const code = await runCli(words, [createCheckCommand(openTypes)], io);
  return {
    code,
    out: io.out.replaceAll(`${directory}/`, '@'),
    err: io.err.replaceAll(`${directory}/`, '@'),
  };
}

describe('check', () => {
  it('accepts a good file', async () => {
    assert.deepStrictEqual(await check('--kernel none @good.yaml'), {
      code: 0,
      out: '1 file checked: 1 policy good, 0 errors, 0 warnings\n',
      err: '',
    });
  });

  it('shows what is wrong with a bad file, and where', async () => {
    const { code, out, err } = await check('--kernel none @bad.yaml');

    assert.deepStrictEqual([code, err], [1, '']);
    assert.equal(
      out.split('\n\n')[0],
      [
        'error[POLICY_FIELD_UNKNOWN]: the spec has no field `kprobs`',
        ' --> @bad.yaml:6:3',
        '  |',
        '6 |   kprobs:',
        '  |   ^^^^^^',
        '  hint: did you mean `kprobes`?',
      ].join('\n'),
    );
    assert.match(out, /\n1 file checked: 0 policies good, \d errors?, 0 warnings\n$/);
  });

  it('reads directories in order, without what is below them, and a file only once', async () => {
    const { out } = await check('--json --kernel none @all @all/b.yml @good.yaml');

    const files = JSON.parse(out).files.map((found: { file: string }) => found.file);
    assert.deepStrictEqual(files, ['@all/a.yaml', '@all/b.yml', '@good.yaml']);
  });

  it('prints JSON for programs', async () => {
    const good = await check('--json --kernel none @good.yaml');
    const bad = await check('--json --kernel none @bad.yaml');

    assert.deepStrictEqual(JSON.parse(good.out), {
      kernel: 'none',
      errors: 0,
      warnings: 0,
      files: [{ file: '@good.yaml', policies: ['good'], diagnostics: [] }],
    });
    assert.deepStrictEqual([good.code, bad.code], [0, 1]);
    assert.equal(JSON.parse(bad.out).files[0].diagnostics[0].code, 'POLICY_FIELD_UNKNOWN');
  });

  it('asks the running kernel, and closes its types', async () => {
    const kernelWith = (names: readonly string[], closed: string[]): OpenTypes => {
      const functionParameters = (name: string) => (names.includes(name) ? [] : undefined);
      const types = {
        ...{ functionParameters, functionsWithPrefix: () => names },
        resolveMember: () => ({ part: '', message: 'no', candidates: [] }),
        resolveProgramMember: () => ({ part: '', message: 'no', candidates: [] }),
        rawTracepointParameters: () => undefined,
        tracepointFields: () => undefined,
        tracepointNames: () => undefined,
      };
      return async () => ({ types, [Symbol.dispose]: () => void closed.push('closed') });
    };
    const closed: string[] = [];

    const has = await check('@function.yaml', kernelWith(['security_file_open'], closed));
    const lacks = await check('@function.yaml', kernelWith(['do_exit'], closed));

    assert.deepStrictEqual([has.code, lacks.code], [0, 1]);
    assert.match(lacks.out, /^error\[POLICY_\w+\]: .*security_file_open/);
    assert.deepStrictEqual(closed, ['closed', 'closed']);
  });

  it('goes on without types unless they were asked for', async () => {
    const silent = await check('@good.yaml');
    const wanted = await check('--kernel running @good.yaml');

    assert.deepStrictEqual(
      [silent.code, silent.err],
      [0, 'note: not checked against a kernel: there is no BTF\n'],
    );
    assert.deepStrictEqual([wanted.code, wanted.out], [1, '']);
    assert.match(wanted.err, /^error\[ENGINE_BTF_MISSING\]: there is no BTF\n {2}help: /);
  });

  const unreadable: readonly (readonly [string, string])[] = [
    ['@none.yaml', 'error[CONFIG_FILE_UNREADABLE]: cannot read @none.yaml: there is no such file'],
    [
      '@binary.yaml',
      'error[CONFIG_FILE_UNREADABLE]: cannot read @binary.yaml: it is not UTF-8 text',
    ],
    ['@empty', 'error[CONFIG_FOLDER_EMPTY]: there is no *.yaml or *.yml file in @empty'],
  ];
  for (const [path, message] of unreadable) {
    it(`refuses ${path}`, async () => {
      const { code, err } = await check(path);

      assert.deepStrictEqual([code, err.split('\n')[0]], [1, message]);
    });
  }
});
