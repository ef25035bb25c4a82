/** Policies on places in programs: functions, offsets, addresses; arguments from registers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { ElfFile } from '../../src/engine/elf/elf-file.ts';
import { findFunction } from '../../src/engine/elf/symbols.ts';
import type { HookEvent } from '../../src/model/event.ts';
import type { PolicyStatus } from '../../src/model/policy.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-uprobes-'));
const PROBED = join(BASE, 'probed');
const OTHER = join(BASE, 'other');
for (const path of [PROBED, OTHER])
  copyFileSync(join(repositoryRoot(), 'build/triggers/probed'), path);
after(() => rmSync(BASE, { recursive: true }));

const NUMBER = 'args: [{index: 0, type: int}]';

const policy = (entry: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: probe}
spec:
  uprobes: [{path: ${PROBED}, ${entry}}]
`;

function load(t: TestContext, entry: string): LivePolicies {
  const live = useLivePolicies(t);
  const [status] = live.load(policy(entry));
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

const run = (action: string, value: string, program = PROBED): number =>
  spawnSync(program, [action, value]).pid;

const pidsOf = (events: readonly HookEvent[]): readonly number[] =>
  events.map(({ process }) => process.tgid);

describe('uprobes', () => {
  it('match numbers in registers, in the program that is named only', async (t) => {
    const args = 'args: [{index: 0, type: int}, {index: 1, type: int64}]';
    const first = '{index: 0, operator: LT, values: [-4]}';
    const match = `matchArgs: [${first}, {index: 1, operator: Equal, values: [1]}]`;
    const live = load(t, `symbols: [probed_number], ${args}, selectors: [{${match}}]`);

    const pid = run('number', '-5');
    run('number', '5');
    run('number', '-5', OTHER);

    const events = await live.eventsOf('probe');
    assert.deepStrictEqual(pidsOf(events), [pid]);
    assert.equal(events[0]?.kind, 'process_uprobe');
    assert.deepStrictEqual(events[0]?.place, {
      ...{ kind: 'uprobe', path: PROBED, symbol: 'probed_number', offset: 0, refCounter: 0 },
    });
    assert.deepStrictEqual(
      events[0]?.args.map(({ value }) => value),
      [
        { kind: 'int', value: -5 },
        { kind: 'long', value: 1n },
      ],
    );
  });

  it('read registers by their names, and the running thread', async (t) => {
    const [first, second] = process.arch === 'arm64' ? ['w0', 'x1'] : ['edi', 'rsi'];
    const data = [
      `{type: int, source: pt_regs, resolve: ${first}}`,
      `{type: int64, source: pt_regs, resolve: ${second}}`,
      '{type: int, source: current_task, resolve: tgid}',
    ].join(', ');
    const match = 'matchData: [{index: 0, operator: Equal, values: [-6]}]';
    const live = load(t, `symbols: [probed_number], data: [${data}], selectors: [{${match}}]`);

    const pid = run('number', '-6');
    run('number', '6');

    const events = await live.eventsOf('probe');
    assert.deepStrictEqual(
      events.map((event) => event.data?.map(({ value }) => value)),
      [
        [
          { kind: 'int', value: -6 },
          { kind: 'long', value: 1n },
          { kind: 'int', value: pid },
        ],
      ],
    );
  });

  it('match text that a register leads to', async (t) => {
    const register = process.arch === 'arm64' ? 'x0' : 'rdi';
    const data = `data: [{type: string, source: pt_regs, resolve: ${register}, label: text}]`;
    const match = 'matchData: [{index: 0, operator: Postfix, values: [-word]}]';
    const live = load(t, `symbols: [probed_text], ${data}, selectors: [{${match}}]`);

    for (const text of ['secret-word', 'word']) run('text', text);

    const value = { kind: 'string', value: 'secret-word', truncated: false };
    assert.deepStrictEqual(
      (await live.eventsOf('probe')).map((event) => event.data),
      [[{ value, label: 'text' }]],
    );
  });

  it('match text of the process', async (t) => {
    const match = 'matchArgs: [{index: 0, operator: Prefix, values: [secret-]}]';
    const args = 'args: [{index: 0, type: string}]';
    const live = load(t, `symbols: [probed_text], ${args}, selectors: [{${match}}]`);

    const pid = run('text', 'secret-word');
    run('text', 'word');

    const events = await live.eventsOf('probe');
    assert.deepStrictEqual(pidsOf(events), [pid]);
    assert.deepStrictEqual(events[0]?.args[0]?.value, {
      ...{ kind: 'string', value: 'secret-word', truncated: false },
    });
  });

  it('kill', async (t) => {
    const match = 'matchArgs: [{index: 0, operator: Equal, values: [13]}]';
    const kill = 'matchActions: [{action: Sigkill}]';
    const live = load(t, `symbols: [probed_number], ${NUMBER}, selectors: [{${match}, ${kill}}]`);

    const results = ['13', '14'].map((value) => spawnSync(PROBED, ['number', value]).signal);

    assert.deepStrictEqual(results, ['SIGKILL', null]);
    assert.equal((await live.eventsOf('probe'))[0]?.outcome.signalled, true);
  });

  it('take an entry with several symbols for several hooks', async (t) => {
    const live = load(t, 'symbols: [probed_number, probed_text]');

    const pids = [run('number', '1'), run('text', 'x')];

    assert.deepStrictEqual(pidsOf(await live.eventsOf('probe')), pids);
  });

  it('take addresses and offsets for the same places', async (t) => {
    using file = ElfFile.open(PROBED);
    const address = findFunction(file, 'probed_text');
    const offset = file.offsetOf(address) ?? 0;
    for (const place of [`addrs: [${address}]`, `offsets: [0x${offset.toString(16)}]`]) {
      const live = load(t, place);

      const pid = run('text', 'x');
      run('number', '1');

      assert.deepStrictEqual(pidsOf(await live.eventsOf('probe')), [pid]);
      await live.clear();
    }
  });

  it('that may be missing leave the rest in force', async (t) => {
    const live = useLivePolicies(t);
    const ignore = 'ignore: {callNotFound: true}';

    const [status] = live.load(policy(`symbols: [probed_numbers, probed_number], ${ignore}`));
    const pid = run('number', '9');
    const events = await live.eventsOf('probe');
    live.policies.manager.remove('probe');
    const [none] = live.load(
      policy(`symbols: [probed_number], ${ignore}`).replace(PROBED, join(BASE, 'none')),
    );

    assert.equal(status?.state, 'partially_enabled');
    assert.deepStrictEqual(
      status?.hooks.map(({ kind }) => kind),
      ['not_found', 'attached'],
    );
    assert.deepStrictEqual(pidsOf(events), [pid]);
    assert.equal(none?.state, 'load_error');
  });

  it('that cannot be attached are a load error', (t) => {
    const script = join(BASE, 'script');
    writeFileSync(script, '#!/bin/sh\n');
    const live = useLivePolicies(t);
    const stateOf = (text: string): PolicyStatus | undefined => live.load(text)[0];

    const states = [
      policy('symbols: [probed_numbers]'),
      policy('symbols: [probed_number]').replace(PROBED, script),
      policy('symbols: [probed_number]').replace(PROBED, join(BASE, 'none')),
    ].map((text) => {
      const status = stateOf(text);
      live.policies.manager.remove('probe');
      return [status?.state, JSON.stringify(status?.hooks)];
    });

    assert.deepStrictEqual(
      states.map(([state]) => state),
      ['load_error', 'load_error', 'load_error'],
    );
    assert.match(states[0]?.[1] ?? '', /did you mean probed_number\?/);
    assert.match(states[1]?.[1] ?? '', /no 64-bit ELF file|a part is cut off/);
    assert.match(states[2]?.[1] ?? '', /ENOENT/);
  });
});
