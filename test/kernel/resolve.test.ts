/** Members of the kernel's structs, read and compared instead of arguments. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { encodeArgument } from '../../src/exporters/formats/tetragon-json/encode-argument.ts';
import { useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-resolve-'));
const OBJECTS = join(BASE, 'objects');
const OTHER = join(BASE, 'other');
for (const path of [OBJECTS, OTHER]) {
  copyFileSync(join(repositoryRoot(), 'build/triggers/objects'), path);
}
after(() => rmSync(BASE, { recursive: true }));

interface Case {
  readonly name: string;
  readonly hook: string;
  readonly trigger: readonly [string, string, string];
  readonly twin: readonly [string, string, string];
  readonly values: object;
  readonly needs?: 'fentry' | 'kprobe';
}

const OURS = `matchBinaries: [{operator: In, values: [${OBJECTS}, ${OTHER}]}]`;

const CASES: readonly Case[] = [
  {
    name: 'text of the running thread',
    hook: `kprobes:
    - call: sys_lseek
      data: [{type: string, source: current_task, resolve: comm, label: name}]
      selectors:
        - {matchData: [{index: 0, operator: Equal, values: [other]}], ${OURS}}`,
    trigger: [OTHER, 'seek', '/dev/null'],
    twin: [OBJECTS, 'seek', '/dev/null'],
    values: { data: [{ string_arg: 'other', label: 'name' }] },
  },
  {
    name: 'a number behind several pointers',
    hook: `kprobes:
    - call: sys_lseek
      args: [{index: 2, type: int}]
      data:
        - {type: uint32, source: current_task, resolve: cred.uid.val}
        - {type: string, source: current_task, resolve: group_leader.comm}
      selectors:
        - matchData: [{index: 0, operator: Equal, values: [0]}]
          matchArgs: [{index: 2, operator: Equal, values: [0]}]
          ${OURS}`,
    trigger: [OBJECTS, 'seek', '/dev/null'],
    twin: [OBJECTS, 'map', 'x'],
    values: { args: [{ int_arg: 0 }], data: [{ uint_arg: 0 }, { string_arg: 'objects' }] },
  },
  {
    name: 'an embedded path',
    hook: `kprobes:
    - call: security_file_open
      syscall: false
      args:
        - {index: 0, type: path, resolve: f_path}
        - {index: 0, type: string, resolve: f_path.dentry.d_name.name}
      selectors:
        - {matchArgs: [{args: [1], operator: Equal, values: ["null"]}], ${OURS}}`,
    trigger: [OBJECTS, 'seek', '/dev/null'],
    twin: [OBJECTS, 'seek', '/dev/zero'],
    values: { args: [{ path_arg: { path: '/dev/null' } }, { string_arg: 'null' }] },
    needs: 'fentry',
  },
  {
    name: 'a number of another struct',
    hook: `kprobes:
    - call: tcp_connect
      syscall: false
      args:
        - {index: 0, type: uint16, resolve: sk.__sk_common.skc_dport, btfType: inet_sock}
      selectors:
        - {matchArgs: [{index: 0, operator: Equal, values: ["0x0910"]}], ${OURS}}`,
    trigger: [OBJECTS, 'tcp', '127.0.0.1 4105'],
    twin: [OBJECTS, 'tcp', '127.0.0.1 4106'],
    values: { args: [{ uint_arg: 0x0910 }] },
    needs: 'fentry',
  },
  {
    name: 'a register',
    hook: `kprobes:
    - call: security_socket_create
      syscall: false
      args: [{index: 0, type: int}]
      data: [{type: int, source: pt_regs, resolve: ${process.arch === 'arm64' ? 'w0' : 'edi'}}]
      selectors:
        - {matchData: [{index: 0, operator: Equal, values: [2]}], ${OURS}}`,
    trigger: [OBJECTS, 'tcp', '127.0.0.1 4107'],
    twin: [OBJECTS, 'tcp', '::1 4107'],
    values: { args: [{ int_arg: 2 }], data: [{ int_arg: 2 }] },
    needs: 'kprobe',
  },
];

function hasNeeded(test: TestContext, name: Case['needs']): boolean {
  if (name === undefined) return true;
  const found = thisKernel().capabilities.find((capability) => capability.name === name);
  return requireCapability(test, name, found ?? { available: false, detail: 'not probed' });
}

/** Guests have this tree on 9p, whose inodes begin with the kernel's. */
const ON_9P = [join(repositoryRoot(), 'build/triggers/objects'), import.meta.filename] as const;

function memberOfModule(module: string): string {
  const of = `btfType: v9fs_inode, btfTypeModule: ${module}`;
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: resolve}
spec:
  kprobes:
    - call: security_inode_permission
      syscall: false
      args:
        - {index: 0, type: uint64, resolve: netfs.inode.i_ino, ${of}}
        - {index: 0, type: uint64, resolve: qid.path, ${of}}
      selectors:
        - matchArgs: [{args: [0], operator: Equal, values: ["${statSync(ON_9P[0]).ino}"]}]
          ${OURS}
`;
}

describe('members of structs of modules', () => {
  it('are read where the module is loaded', async (t) => {
    if (!hasNeeded(t, 'kprobe')) return;
    if (!existsSync('/sys/kernel/btf/9p')) {
      t.skip('this kernel has no module 9p loaded');
      return;
    }
    const live = useLivePolicies(t);
    const [status] = live.load(memberOfModule('9p'));
    assert.equal(status?.state, 'enabled', JSON.stringify(status));

    spawnSync(OBJECTS, ['seek', ON_9P[1]]);
    const { pid } = spawnSync(OBJECTS, ['seek', ON_9P[0]]);
    const events = await live.eventsOf('resolve');

    assert.deepStrictEqual([...new Set(events.map(({ process }) => process.tgid))], [pid]);
    const [inode, qid] = (events[0]?.args ?? []).map((value) =>
      Number(encodeArgument(value).size_arg),
    );
    assert.equal(inode, statSync(ON_9P[0]).ino);
    assert.ok(
      inode !== undefined && qid !== undefined && inode - qid >= 0 && inode - qid <= 2,
      `${qid}`,
    );
  });
});

describe('members read instead of arguments', () => {
  for (const { name, hook, trigger, twin, values, needs } of CASES) {
    it(name, async (t) => {
      if (!hasNeeded(t, needs)) return;
      const live = useLivePolicies(t);
      const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: resolve}
spec:
  ${hook}
`);
      assert.equal(status?.state, 'enabled', JSON.stringify(status));

      spawnSync(twin[0], twin.slice(1));
      const { pid } = spawnSync(trigger[0], trigger.slice(1));
      const events = await live.eventsOf('resolve');

      assert.deepStrictEqual([...new Set(events.map(({ process }) => process.tgid))], [pid]);
      const [event] = events;
      assert.partialDeepStrictEqual(
        { args: event?.args.map(encodeArgument), data: event?.data?.map(encodeArgument) },
        values,
      );
    });
  }
});
