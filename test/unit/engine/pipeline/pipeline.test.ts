/** The pipeline from batches to events, over rings in memory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ARGUMENT_TYPE,
  CGROUP_CHANGE,
  RECORD_KIND,
} from '../../../../src/engine/records/generated/enums.ts';
import type { Event } from '../../../../src/model/event.ts';
import type { HookDirectory, SelectorTarget } from '../../../../src/model/pipeline.ts';
import { setUpPipeline } from '../../../support/memory-pipeline.ts';
import {
  cgroupBytes,
  execBytes,
  hookBytes,
  loaderBytes,
  recordBytes,
} from '../../../support/record-bytes.ts';

const selector = (policyName: string, action: SelectorTarget['action']): SelectorTarget => ({
  policyName,
  message: `${policyName} message`,
  tags: [policyName],
  action,
  arguments: [
    { position: 1, label: 'size' },
    { position: 0, label: '' },
  ],
});

/** Hook 7 in generation 3, with selectors 0 and 70. */
const hooks: HookDirectory = {
  resolve: (hookId, generation) => {
    if (hookId !== 7 || generation !== 3) return undefined;
    const selectors = new Map([
      [0, selector('first', 'Sigkill')],
      [70, selector('second', 'Post')],
    ]);
    return {
      functionName: '__x64_sys_write',
      eventKind: 'process_kprobe',
      selector: (index) => selectors.get(index),
    };
  },
};

const exec = (sequence: number, tgid = 100): Buffer =>
  execBytes({ sequence, tgid }, { binary: '/bin/ls', args: 'ls\0-l\0', cwd: '/root' });

const exit = (sequence: number, tgid = 100): Buffer =>
  recordBytes({ kind: RECORD_KIND.EXIT, sequence, tgid });

const hook = (
  sequence: number,
  overrides: { selectors?: readonly number[]; hookId?: number } = {},
) =>
  hookBytes(
    { sequence, tgid: 100 },
    {
      hookId: 7,
      generation: 3,
      selectors: [0],
      arguments: [
        { type: ARGUMENT_TYPE.FILE, text: '/etc/shadow' },
        { type: ARGUMENT_TYPE.SIZE, value: 5n },
      ],
      ...overrides,
    },
  );

const order = (batches: readonly (readonly Event[])[]): readonly number[] =>
  batches.flat().map((event) => event.sequence);

describe('pipeline', () => {
  it('turns a mapping into an event of its process, with its path and build id', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    const buildId = Uint8Array.of(0xde, 0xad, 0xbe, 0xef);
    rings.bulk(
      exec(1),
      loaderBytes({ sequence: 2, tgid: 100 }, { path: '/lib/a.so', buildId }),
      loaderBytes({ sequence: 3, tgid: 100 }, { path: '/tmp/b', buildId: new Uint8Array(0) }),
    );

    pipeline.wake();

    const [started, ...mapped] = batches.flat();
    assert.deepStrictEqual(
      mapped.map(({ process, parent, ...event }) => [process === started?.process, event]),
      [
        [
          true,
          {
            ...{ kind: 'process_loader', sequence: 2, timeNs: 2n, tid: 100 },
            ...{ path: '/lib/a.so', buildId },
          },
        ],
        [
          true,
          {
            ...{ kind: 'process_loader', sequence: 3, timeNs: 3n, tid: 100 },
            ...{ path: '/tmp/b', buildId: new Uint8Array(0) },
          },
        ],
      ],
    );
  });

  it('follows cgroups, and processes from one into another', () => {
    const known: string[] = [];
    const { rings, pipeline, batches } = setUpPipeline({
      hooks,
      workloads: {
        of: (cgroupId) => ({ kind: 'service', name: String(cgroupId) }),
        made: ({ id, path }) => known.push(`${id} ${path}`),
        removed: (id) => known.push(`${id} removed`),
      },
    });
    const { MADE, ENTERED, REMOVED } = CGROUP_CHANGE;
    rings.bulk(
      exec(1),
      cgroupBytes({ sequence: 2 }, { id: 7n, change: MADE, path: '/a' }),
      cgroupBytes({ sequence: 3, tgid: 100 }, { id: 7n, change: ENTERED, path: '/a' }),
      cgroupBytes({ sequence: 4, tgid: 999 }, { id: 8n, change: ENTERED, path: '/b' }),
      exit(5),
      cgroupBytes({ sequence: 6 }, { id: 7n, change: REMOVED, path: '/a' }),
    );

    pipeline.wake();

    assert.deepStrictEqual(known, ['7 /a', '7 /a', '8 /b', '7 removed']);
    assert.deepStrictEqual(
      batches.flat().map(({ kind, workload, process }) => [kind, workload, process.cgroupName]),
      [
        ['process_exec', { kind: 'service', name: '0' }, ''],
        ['process_exit', { kind: 'service', name: '7' }, 'a'],
      ],
    );
  });

  it('turns exec and exit into events of the same process, and fork into none', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(recordBytes({ kind: RECORD_KIND.FORK, sequence: 1, tgid: 9 }), exec(2), exit(3));

    pipeline.wake();

    const events = batches.flat();
    assert.deepStrictEqual(
      events.map((event) => [event.kind, event.sequence, event.process.argv]),
      [
        ['process_exec', 2, ['ls', '-l']],
        ['process_exit', 3, ['ls', '-l']],
      ],
    );
    assert.equal(events[0]?.process, events[1]?.process);
    assert.deepStrictEqual(pipeline.counts(), {
      received: 3,
      decoded: 3,
      rejected: {},
      published: 2,
      publishFailures: 0,
      seeded: 0,
      inherited: 0,
    });
  });

  it('reports an exit once when two threads state it', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(exec(1), exit(2), exit(3));

    pipeline.wake();

    assert.deepStrictEqual(order(batches), [1, 2]);
  });

  it('makes one event for each policy of a hook record, with its own arguments', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(exec(1), hook(2, { selectors: [0, 70] }));

    pipeline.wake();

    const [execEvent, ...events] = batches.flat();
    const shared = {
      kind: 'process_kprobe',
      sequence: 2,
      timeNs: 2n,
      process: execEvent?.process,
      parent: undefined,
      tid: 100,
      functionName: '__x64_sys_write',
      outcome: {
        signalled: false,
        signalFailed: false,
        overridden: false,
        overrideError: 0,
        withheld: false,
        set: false,
        setFailed: false,
      },
      args: [
        { value: { kind: 'size', value: 5n }, label: 'size' },
        { value: { kind: 'file', path: '/etc/shadow', mode: 0, unresolved: false }, label: '' },
      ],
    };
    assert.deepStrictEqual(events, [
      {
        ...shared,
        policyName: 'first',
        message: 'first message',
        tags: ['first'],
        action: 'Sigkill',
      },
      {
        ...shared,
        policyName: 'second',
        message: 'second message',
        tags: ['second'],
        action: 'Post',
      },
    ]);
  });

  it('rejects hook records that no policy stands behind', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(hook(1, { hookId: 8 }), hook(2, { selectors: [5] }), hook(3, { selectors: [] }));

    pipeline.wake();

    assert.deepStrictEqual(batches, []);
    assert.deepStrictEqual(pipeline.counts().rejected, { hook_unknown: 1, selector_unknown: 2 });
    assert.equal(pipeline.counts().decoded, 0);
  });

  it('puts urgent records where their numbers belong among the others', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(exec(1), exec(2, 101));
    rings.bulk(exec(4, 102), exit(6));
    rings.urgent(hook(3), hook(5), hook(7));

    pipeline.wake();

    assert.deepStrictEqual(order(batches), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('does not wait for a number that the other ring may never bring', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.urgent(hook(50));

    pipeline.wake();

    assert.deepStrictEqual(order(batches), [50]);
  });

  it('knows the process of an urgent record that was read before its exec', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.urgent(hook(2));
    rings.bulk(exec(1));

    pipeline.wake();

    assert.equal(batches.flat()[1]?.process.flags.unknown, false);
  });

  it('goes on after a batch of which nothing can be read', () => {
    const { rings, pipeline, batches } = setUpPipeline({ hooks });
    rings.bulk(recordBytes({ kind: 99 }));
    rings.bulk(exec(2));

    pipeline.wake();

    assert.deepStrictEqual(order(batches), [2]);
    assert.deepStrictEqual(pipeline.counts().rejected, { kind_unknown: 1 });
  });

  it('takes in seeds with parents first and makes no events of them', () => {
    const { pipeline, batches, processes } = setUpPipeline({ hooks });
    const child = execBytes({ tgid: 2, startNs: 20n }, { binary: '/bin/child' });
    child.writeBigUInt64LE(10n, 40);
    child.writeUInt32LE(1, 72);
    const parent = execBytes({ tgid: 1, startNs: 10n }, { binary: '/bin/parent' });

    pipeline.seed(Buffer.concat([child, parent]));

    assert.equal(processes.lookup(2, 20n).parent?.binary, '/bin/parent');
    assert.equal(pipeline.counts().seeded, 2);
    assert.deepStrictEqual(batches, []);
  });
});
