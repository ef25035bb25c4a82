/** Type information of objects and of the running kernel. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Btf, checkLayout, hashStruct, KernelBtfTypes } from '../../src/engine/btf/index.ts';
import { codeOf, failureOf, fixturePath } from './playground.ts';

const open = (): Btf => Btf.ofFile(fixturePath('playground'));

describe('Btf of an object', () => {
  it('describes the members of a struct', () => {
    using btf = open();

    const struct = btf.struct('row');

    assert.deepStrictEqual(
      struct?.members.map(({ name, offsetBits, bits, type }) => [name, offsetBits, bits, type]),
      [
        ['id', 0, 32, '__u32'],
        ['flags', 32, 16, '__u16'],
        ['size', 48, 16, '__u16'],
        ['words', 64, 128, '__u64[2]'],
        ['pair', 192, 16, 'struct {...}'],
        ['name', 208, 48, 'char[6]'],
      ],
    );
    assert.equal(struct?.size, 32);
  });

  it('resolves typedefs to what they stand for', () => {
    using btf = open();
    const member = btf.struct('row')?.members[0];

    const { id: _, ...type } = btf.resolve(member?.typeId ?? 0);

    assert.deepStrictEqual(type, {
      kind: 'int',
      name: 'unsigned int',
      size: 4,
      isSigned: false,
      isBoolean: false,
    });
  });

  it('lists the values of an enum', () => {
    using btf = open();

    assert.deepStrictEqual(btf.enumValues('colour'), [
      { name: 'COLOUR_RED', value: 1 },
      { name: 'COLOUR_BLUE', value: 2147483648 },
    ]);
  });

  it('gives a trailing array of unknown length no size', () => {
    using btf = open();

    assert.deepStrictEqual(
      btf.struct('sample')?.members.map(({ name, bits }) => [name, bits]),
      [
        ['number', 32],
        ['length', 32],
        ['bytes', 0],
      ],
    );
  });

  it('knows nothing of names that are not there', () => {
    using btf = open();

    assert.deepStrictEqual(
      [btf.struct('nothing'), btf.enumValues('row'), btf.functionParameters('row')],
      [undefined, undefined, undefined],
    );
  });

  it('refuses numbers that no type has', () => {
    using btf = open();

    assert.equal(btf.type(0).kind, 'void');
    assert.equal(
      codeOf(() => btf.type(btf.typeCount)),
      'ENGINE_BTF_CORRUPT',
    );
    assert.equal(
      codeOf(() => btf.type(2 ** 40)),
      'ENGINE_BTF_CORRUPT',
    );
  });

  it('is refused for files without type information', () => {
    assert.equal(
      codeOf(() => Btf.ofFile('/no/such/file')),
      'ENGINE_BTF_MISSING',
    );
    assert.equal(
      codeOf(() => Btf.ofFile('/dev/null')),
      'ENGINE_BTF_MISSING',
    );
  });
});

describe('Btf of the kernel', () => {
  it('finds structs and decodes every type without a complaint', () => {
    using btf = Btf.kernel();

    const task = btf.struct('task_struct');

    assert.ok(task?.members.some(({ name, type }) => name === 'pid' && type === 'pid_t'));
    for (let id = 1; id < btf.typeCount; id++) assert.equal(btf.type(id).id, id);
  });

  it('spells the parameters of functions as C does', () => {
    const types = new KernelBtfTypes();

    assert.deepStrictEqual(types.functionParameters('security_file_permission'), [
      { name: 'file', type: 'struct file *' },
      { name: 'mask', type: 'int' },
    ]);
    assert.deepStrictEqual(types.functionParameters('_printk'), [
      { name: 'fmt', type: 'const char *' },
      { name: '', type: '...' },
    ]);
    assert.equal(types.functionParameters('no_such_function'), undefined);
    types.release();
  });

  it('suggests functions by prefix, bounded, and answers again after release', () => {
    const types = new KernelBtfTypes();

    const two = types.functionsWithPrefix('security_file_', 2);
    types.release();

    assert.equal(two.length, 2);
    assert.ok(two.every((name) => name.startsWith('security_file_')));
    assert.deepStrictEqual(types.functionsWithPrefix('no_such_prefix_', 10), []);
    assert.deepStrictEqual(types.functionsWithPrefix('security_', 0), []);
    types.release();
  });
});

describe('layout', () => {
  it('is the same for the same struct and another for swapped members', () => {
    using btf = open();
    using other = Btf.ofFile(fixturePath('other_row'));

    assert.match(hashStruct(btf, 'row') ?? '', /^[0-9a-f]{16}$/);
    assert.equal(hashStruct(btf, 'row'), hashStruct(btf, 'row'));
    assert.notEqual(hashStruct(btf, 'row'), hashStruct(other, 'row'));
    assert.equal(hashStruct(btf, 'nothing'), undefined);
  });

  it('passes for the object it was taken from, also if the object lacks some structs', () => {
    using btf = open();

    checkLayout(btf, { row: hashStruct(btf, 'row') ?? '', elsewhere: '0123456789abcdef' });
  });

  it('fails for a struct of another shape and names it', () => {
    using btf = open();
    using other = Btf.ofFile(fixturePath('other_row'));
    const expected = { row: hashStruct(btf, 'row') ?? '' };

    const error = failureOf(() => checkLayout(other, expected));

    assert.equal(error.code, 'ENGINE_LAYOUT_MISMATCH');
    assert.match(error.message, /^struct row /);
  });

  it('fails for an object that has none of the structs', () => {
    using btf = open();

    assert.equal(
      codeOf(() => checkLayout(btf, { elsewhere: '0' })),
      'ENGINE_LAYOUT_MISMATCH',
    );
  });
});
