/** Members of structs of a program, read from its memory and compared. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { ElfFile } from '../../src/engine/elf/elf-file.ts';
import { encodeArgument } from '../../src/exporters/formats/tetragon-json/encode-argument.ts';
import type { HookEvent } from '../../src/model/event.ts';
import type { PolicyStatus } from '../../src/model/policy.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');
const BASE = mkdtempSync(join(tmpdir(), 'warder-program-members-'));
const TYPED = join(BASE, 'typed');
const OBJECT = join(BASE, 'typed.btf.o');
const RAW = join(BASE, 'typed.btf');
copyFileSync(join(TRIGGERS, 'typed'), TYPED);
copyFileSync(join(TRIGGERS, 'typed.btf.o'), OBJECT);
writeFileSync(RAW, sectionOf(OBJECT));
after(() => rmSync(BASE, { recursive: true }));

function sectionOf(path: string): Uint8Array {
  using file = ElfFile.open(path);
  const section = file.section('.BTF');
  assert.ok(section);
  return file.read(section);
}

const PLACES = {
  uprobes: 'symbols: [take_order]',
  usdts: 'provider: warder, name: order',
} as const;

interface Entry {
  readonly section: string;
  readonly body: string;
}

const policy = ({ section, body }: Entry): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: members}
spec:
  ${section}: [{path: ${TYPED}, ${body}}]
`;

function load(t: TestContext, entry: Entry): LivePolicies {
  const live = useLivePolicies(t);
  const [status] = live.load(policy(entry));
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

const run = (...args: readonly string[]): number => spawnSync(TYPED, args).pid;

const pidsOf = (events: readonly HookEvent[]): readonly number[] =>
  events.map(({ process }) => process.tgid);

/** An argument, what it has to be, and what the event says of it. */
interface Member {
  readonly argument: string;
  readonly match: string;
  readonly json: object;
}

/** The trigger and the twin are `typed NUMBER NAME`. */
interface Case {
  readonly name: string;
  readonly members: readonly Member[];
  readonly twin: readonly [number: string, name: string];
}

const NUMBER = '9';
const NAME = 'secret-word';

/** The program puts its number, or less than nothing, into each. */
const number = (type: string, path: string, json: object): Member => {
  const [value] = Object.values(json);
  const match = `operator: Equal, values: [${value}]`;
  return { argument: `type: ${type}, resolve: "${path}"`, match, json };
};

const text = (argument: string, value: string, json: object = { string_arg: value }): Member => ({
  ...{ argument, match: `operator: Equal, values: ["${value}"]`, json },
});

const base64 = (value: string): object => ({ bytes_arg: Buffer.from(value).toString('base64') });
const BODY = `body of ${NAME}`;

const CASES: readonly Case[] = [
  {
    name: 'numbers in structs, unions and arrays',
    twin: ['8', NAME],
    members: [
      number('int', 'number', { int_arg: 9 }),
      number('uint32', 'to.street', { uint_arg: 9 }),
      number('int64', 'amount', { long_arg: '-9' }),
      number('int16', 'stops[2].zone', { int_arg: 9 }),
      number('uint64', 'details.size', { size_arg: '9' }),
      number('int8', 'details.level', { int_arg: -9 }),
    ],
  },
  {
    name: 'numbers of every width',
    twin: ['8', NAME],
    members: [
      number('uint8', 'details.flags', { uint_arg: 9 }),
      number('int16', 'details.depth', { int_arg: -9 }),
      number('uint16', 'details.port', { uint_arg: 9 }),
      number('int32', 'details.balance', { int_arg: -9 }),
      number('uint32', 'details.weight', { uint_arg: 9 }),
      number('long', 'details.offset', { long_arg: '-9' }),
    ],
  },
  {
    name: 'narrow numbers as wider ones, with their signs',
    twin: ['8', NAME],
    members: [
      number('int', 'details.level', { int_arg: -9 }),
      number('int', 'details.depth', { int_arg: -9 }),
      number('int', 'details.flags', { int_arg: 9 }),
      number('uint32', 'details.port', { uint_arg: 9 }),
    ],
  },
  {
    name: 'texts, buffers, addresses and files',
    twin: [NUMBER, 'word'],
    members: [
      text('type: string, resolve: customer.name', NAME),
      text('type: string, resolve: customer.nick', NAME),
      text('type: char_buf, resolve: body, sizeArgIndex: 2', BODY, base64(BODY)),
      text('type: char_iovec, resolve: pieces, sizeArgIndex: 3', BODY, base64(BODY)),
      {
        argument: 'type: sockaddr, resolve: details.peer',
        match: 'operator: SAddr, values: [127.0.0.0/8]',
        json: { sockaddr_arg: { family: 'AF_INET', addr: '127.0.0.1', port: 80 } },
      },
      {
        argument: 'type: fd, resolve: details.log',
        match: 'operator: Equal, values: [/dev/null]',
        json: { file_arg: { path: '/dev/null' } },
      },
    ],
  },
  {
    name: 'what several pointers lead to',
    twin: [NUMBER, 'word'],
    members: [
      text('type: string, resolve: customer.friend.name', TYPED),
      text('type: string, resolve: "others[1].name"', TYPED),
      number('uint32', 'others[1].home.street', { uint_arg: 7 }),
      number('int16', 'customer.friend.home.zone', { int_arg: -2 }),
      text('type: string, resolve: "customer[0].name"', NAME),
    ],
  },
];

describe('members of structs of programs', () => {
  for (const { name, members, twin } of CASES) {
    for (const section of ['uprobes', 'usdts'] as const) {
      it(`${section}: ${name}`, async (t) => {
        const args = members.map(({ argument }) => `{index: 0, ${argument}, btfType: order}`);
        const match = members.map(({ match: one }, place) => `{args: [${place}], ${one}}`);
        const reads = `args: [${args}], selectors: [{matchArgs: [${match}]}]`;
        const body = `btfPath: ${OBJECT}, ${PLACES[section]}, ${reads}`;
        const live = load(t, { section, body });

        const pid = run(NUMBER, NAME);
        run(...twin);

        const events = await live.eventsOf('members');
        assert.deepStrictEqual(pidsOf(events), [pid]);
        assert.partialDeepStrictEqual(
          events[0]?.args.map(encodeArgument),
          members.map(({ json }) => json),
        );
      });
    }
  }

  it('are found by raw BTF, and by the type definition of a struct', async (t) => {
    const reads = 'args: [{index: 0, type: uint16, resolve: port, btfType: order_details}]';
    const body = `btfPath: ${RAW}, ${PLACES.uprobes}, ${reads}`;
    const live = load(t, { section: 'uprobes', body });

    run(NUMBER, NAME);

    // The beginning of the order is no such struct; it is read as one, as the policy says.
    assert.equal((await live.eventsOf('members')).length, 1);
  });

  it('are read of what a function returns, and of what it has changed', async (t) => {
    const ofOrder = 'resolve: number, btfType: order';
    const match = 'matchReturnArgs: [{index: 0, operator: Equal, values: [9]}]';
    const live = load(t, {
      section: 'uprobes',
      body:
        `btfPath: ${OBJECT}, ${PLACES.uprobes}, return: true, ` +
        `returnArg: {type: int, ${ofOrder}}, selectors: [{${match}}]`,
    });

    const pid = run(NUMBER, NAME);
    run('8', NAME);
    const [returned] = await live.eventsOf('members');
    await live.clear();
    live.load(
      policy({
        section: 'uprobes',
        body:
          `btfPath: ${OBJECT}, symbols: [close_order], return: true, returnArg: {type: int64}, ` +
          `args: [{index: 0, type: int, ${ofOrder}, returnCopy: true}]`,
      }),
    );
    run(NUMBER, NAME);
    const [changed] = await live.eventsOf('members');

    assert.equal(returned?.process.tgid, pid);
    assert.deepStrictEqual(returned?.returned, {
      ...{ kind: 'returned', value: { value: { kind: 'int', value: 9 }, label: '' } },
      action: 'Post',
    });
    assert.deepStrictEqual(changed?.args[0]?.value, { kind: 'int', value: 1009 });
  });

  it('are never the memory of the kernel, wherever the program points', async (t) => {
    const [, address = ''] =
      /^([0-9a-f]+) T _stext$/m.exec(readFileSync('/proc/kallsyms', 'utf8')) ?? [];
    const reads = [
      'type: string, resolve: customer.nick',
      'type: int16, resolve: customer.home.zone',
    ];
    const args = reads.map((argument) => `{index: 0, ${argument}, btfType: order}`);
    assert.notEqual(BigInt(`0x${address}`), 0n);
    const live = load(t, {
      section: 'uprobes',
      body: `btfPath: ${OBJECT}, ${PLACES.uprobes}, args: [${args}]`,
    });

    run(NUMBER, NAME, `0x${address}`);

    const [event] = await live.eventsOf('members');
    assert.deepStrictEqual(
      event?.args.map(({ value }) => value.kind),
      ['unreadable', 'unreadable'],
    );
  });

  it('of a file that cannot be read are a load error', (t) => {
    const live = useLivePolicies(t);
    const statusOf = (path: string): PolicyStatus | undefined => {
      const reads = 'args: [{index: 0, type: int, resolve: number, btfType: order}]';
      const body = `btfPath: ${path}, ${PLACES.uprobes}, ${reads}`;
      return live.load(policy({ section: 'uprobes', body }))[0];
    };

    const absent = statusOf(join(BASE, 'absent'));
    writeFileSync(join(BASE, 'absent'), sectionOf(OBJECT));
    const there = statusOf(join(BASE, 'absent'));

    assert.equal(absent?.state, 'load_error');
    assert.match(JSON.stringify(absent), /ENGINE_TYPES_FILE_UNREADABLE/);
    assert.equal(there?.state, 'enabled', JSON.stringify(there));
  });
});
