/** Files with the types of a program: what is found in them, and what is refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { KernelBtfTypes } from '../../src/engine/btf/index.ts';
import { repositoryRoot } from '../support/root.ts';
import { createRandom } from './playground.ts';
import { aStruct, rawBtf } from './raw-btf.ts';

const OBJECT = join(repositoryRoot(), 'build/triggers/typed.btf.o');
const BASE = mkdtempSync(join(tmpdir(), 'warder-types-'));
after(() => rmSync(BASE, { recursive: true }));

let files = 0;

function fileOf(bytes: Uint8Array | string): string {
  files += 1;
  const path = join(BASE, `file-${files}`);
  writeFileSync(path, bytes);
  return path;
}

type Answer = ReturnType<KernelBtfTypes['resolveProgramMember']>;

function ask(file: string, path: string, name = 'order'): Answer {
  using types = new KernelBtfTypes();
  return types.resolveProgramMember({ file, name }, path);
}

describe('the types of a program', () => {
  const found: readonly (readonly [path: string, Answer])[] = [
    ['number', { steps: [0], width: 4, type: 'int', isSigned: true }],
    ['to', { steps: [4], width: 0, type: 'struct place *' }],
    ['amount', { steps: [16], width: 8, type: 'long', isSigned: true }],
    ['customer', { steps: [24], width: 8, type: 'struct customer *' }],
    ['customer.name', { steps: [24, 0], width: 8, type: 'const char *' }],
    ['customer.nick', { steps: [24, 8], width: 0, type: 'char[16]' }],
    ['customer.home.street', { steps: [24, 28], width: 4, type: 'unsigned int' }],
    ['customer[1].friend.name', { steps: [24, 72, 0], width: 8, type: 'const char *' }],
    ['others[1].name', { steps: [40, 0], width: 8, type: 'const char *' }],
    ['stops[2].zone', { steps: [64], width: 2, type: 'short', isSigned: true }],
    ['details', { steps: [72], width: 0, type: 'order_details *' }],
    ['rate', { steps: [16], width: 8, type: 'double' }],
  ];
  for (const [path, access] of found) {
    it(`say where ${path} is`, () => {
      assert.deepStrictEqual(ask(OBJECT, path), access);
    });
  }

  it('have structs under the names of type definitions', () => {
    assert.deepStrictEqual(ask(OBJECT, 'balance', 'order_details'), {
      ...{ steps: [8], width: 4, type: 'int', isSigned: true },
    });
  });

  const missing: readonly (readonly [path: string, name: string, RegExp, string])[] = [
    ['numbre', 'order', /`struct order` has no member `numbre`/, 'number'],
    ['customer.nam', 'order', /`struct customer` has no member `nam`/, 'name'],
    ['number', 'odrer', /typed\.btf\.o has no struct `odrer`/, 'order'],
    ['number', 'order_detail', /has no struct `order_detail`/, 'order_details'],
  ];
  for (const [path, name, message, candidate] of missing) {
    it(`do not have ${name} ${path}, and say what there is`, () => {
      const answer = ask(OBJECT, path, name);

      assert.ok('candidates' in answer);
      assert.match(answer.message, message);
      assert.ok(answer.candidates.includes(candidate), answer.candidates.join());
    });
  }

  const refused: readonly (readonly [path: string, RegExp])[] = [
    ['urgent', /is a bit field/],
    ['stops[3].zone', /beyond the 3 elements/],
    ['number[0]', /is no element of an array/],
    ['body[1]', /is of a type without a size/],
    ['customer[99999999].name', /neither a member nor an element/],
  ];
  for (const [path, message] of refused) {
    it(`refuse ${path}`, () => {
      const answer = ask(OBJECT, path);

      assert.ok('message' in answer);
      assert.match(answer.message, message);
    });
  }
});

/** As many members as a struct can have, each of the type. */
function endless(type: number): readonly (readonly [string, number, number])[] {
  return Array.from({ length: 65_535 }, () => ['', 0, type] as const);
}

describe('files that are no types of a program', () => {
  it('are unreadable when they are not there', () => {
    const answer = ask(join(BASE, 'none'), 'number');

    assert.ok('file' in answer);
    assert.equal(answer.file, 'unreadable');
    assert.match(answer.message, /none: ENOENT/);
  });

  const program = readFileSync(join(repositoryRoot(), 'build/triggers/typed'));
  const fifo = join(BASE, 'fifo');
  spawnSync('mkfifo', [fifo]);
  const sound = rawBtf([aStruct('order', [['number', 0, 1]])]);
  const bad: readonly (readonly [name: string, path: string, RegExp])[] = [
    ['a directory', BASE, /no regular file/],
    ['a pipe', fifo, /no regular file/],
    ['a device', '/dev/zero', /no regular file/],
    ['an empty file', fileOf(''), /a part is cut off/],
    ['a text', fileOf('#!/bin/sh\n'.repeat(10)), /no 64-bit ELF file/],
    ['a program without such a section', fileOf(program), /no section \.BTF/],
    ['the magic number alone', fileOf(sound.subarray(0, 2)), /no type information/],
    ['types that are cut off', fileOf(sound.subarray(0, -3)), /no type information/],
    [
      'a name that takes too much memory',
      fileOf(rawBtf([aStruct('order', [['n'.repeat(1025), 0, 1]])])),
      /type 1 of .* refers to something that is not there/,
    ],
    [
      'structs without a name and without an end',
      fileOf(rawBtf([aStruct('order', [['', 0, 2]]), aStruct('', endless(2))])),
      /more than 1000000 members/,
    ],
    [
      'a reference to nothing',
      fileOf(rawBtf([aStruct('order', [['number', 0, 9]])])),
      /type 1 of .* refers to something that is not there/,
    ],
  ];
  for (const [name, path, message] of bad) {
    it(`are invalid: ${name}`, () => {
      const answer = ask(path, 'number');

      assert.ok('file' in answer, JSON.stringify(answer));
      assert.equal(answer.file, 'invalid');
      assert.match(answer.message, message);
    });
  }

  it('are invalid when they are too large to be any', () => {
    const path = fileOf(sound);
    spawnSync('truncate', ['-s', '65M', path]);

    const answer = ask(path, 'number');

    assert.ok('file' in answer);
    assert.match(answer.message, /more than 67108864 bytes/);
  });

  it('have no member when a struct without a name contains itself', () => {
    const path = fileOf(
      rawBtf([
        aStruct('order', [['', 0, 2]]),
        aStruct('', [
          ['', 0, 2],
          ['', 0, 1],
        ]),
      ]),
    );

    assert.deepStrictEqual(ask(path, 'number'), {
      ...{ part: 'number', message: '`struct order` has no member `number`', candidates: [] },
    });
  });

  it('are read anew when they change', () => {
    using types = new KernelBtfTypes();
    const file = fileOf(sound.subarray(0, 2));
    const before = types.resolveProgramMember({ file, name: 'order' }, 'number');
    writeFileSync(file, rawBtf([aStruct('order', [['number', 0, 1]])]));

    const changed = types.resolveProgramMember({ file, name: 'order' }, 'number');

    assert.ok('file' in before);
    assert.ok('steps' in changed);
  });

  it('give an answer when bytes of them are changed, and never crash', () => {
    const random = createRandom(11);
    const path = fileOf('');
    using types = new KernelBtfTypes();
    const members = ['customer.friend.name', 'stops[2].zone', 'nothing', 'details.peer'];

    const kinds = Array.from({ length: ROUNDS }).flatMap(() => {
      writeFileSync(path, damage(random));
      return members.map((member) =>
        kindOf(types.resolveProgramMember({ file: path, name: 'order' }, member)),
      );
    });

    assert.deepStrictEqual([...new Set(kinds)].sort(), ['invalid', 'member', 'none']);
  });
});

const ROUNDS = 600;

/** The types of the program, cut off or with up to six other bytes. */
function damage(random: (limit: number) => number): Buffer {
  const object = readFileSync(OBJECT);
  const start = object.indexOf(Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]));
  const whole = Buffer.from(object.subarray(start));
  const bytes = random(20) === 0 ? whole.subarray(0, 8 + random(whole.length)) : whole;
  for (let left = 1 + random(6); left > 0; left--) {
    bytes[random(bytes.length)] = random(3) === 0 ? 255 : random(256);
  }
  return bytes;
}

function kindOf(answer: Answer): string {
  if ('steps' in answer) return 'member';
  return 'file' in answer ? answer.file : 'none';
}
