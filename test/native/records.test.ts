/** Records of the kernel side through the real rings, field by field. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Btf, checkLayout } from '../../src/engine/btf/index.ts';
import { BpfObject, cpuCount, RingReader } from '../../src/engine/kernel/index.ts';
import {
  decodeExitFacts,
  decodeForkFacts,
  decodeImageFacts,
} from '../../src/engine/pipeline/decode-facts.ts';
import { RecordCursor } from '../../src/engine/records/cursor.ts';
import { decodeArgument } from '../../src/engine/records/decode-argument.ts';
import { decodeOutcome, decodeSelectors } from '../../src/engine/records/decode-hook.ts';
import {
  ArgumentRecordView,
  ExecRecordView,
  ExitRecordView,
  ForkRecordView,
  HookRecordView,
} from '../../src/engine/records/generated/views.ts';
import { LAYOUT_HASHES, SCRATCH_SLOTS_PER_CPU } from '../../src/engine/records/index.ts';
import { RejectCounts } from '../../src/engine/records/reject.ts';
import { type RecordPlace, StringTable } from '../../src/engine/records/string-table.ts';
import { NO_FLAGS } from '../support/events.ts';
import { repositoryRoot } from '../support/root.ts';

const REPOSITORY_ROOT = repositoryRoot();
const OBJECT = join(REPOSITORY_ROOT, 'build/bpf/record_roundtrip.bpf.o');

/** As the macros of the same names in record_roundtrip.bpf.c. */
const u64 = (n: number): bigint => 0xf000_0000_0000_0000n + BigInt(n);
const u32 = (n: number): number => 0xe000_0000 + n;

const EXPECTED_IMAGE = {
  tgid: u32(3),
  startNs: u64(2),
  timeNs: u64(1),
  imageTimeNs: u64(12),
  parentTgid: u32(14),
  parentStartNs: u64(10),
  namespacePid: u32(21),
  tty: u32(24),
  filename: './filename',
  interpreter: '/bin/interpreter',
  args: 'first\0\0third\0',
  cwd: '/cwd\ufffd',
  executable: {
    path: '/bin/binary',
    inode: u64(13),
    device: u32(16),
    links: u32(17),
    uid: u32(18),
    gid: u32(19),
    mode: u32(20),
  },
  credentials: {
    uid: u32(30),
    gid: u32(31),
    euid: u32(32),
    egid: u32(33),
    suid: u32(34),
    sgid: u32(35),
    fsuid: u32(36),
    fsgid: u32(37),
    securebits: u32(38),
    loginUid: u32(39),
    capPermitted: u64(40),
    capEffective: u64(41),
    capInheritable: u64(42),
  },
  namespaces: {
    uts: u32(50),
    ipc: u32(51),
    mnt: u32(52),
    pid: u32(53),
    pidForChildren: u32(54),
    net: u32(55),
    time: u32(56),
    timeForChildren: u32(57),
    cgroup: u32(58),
    user: u32(59),
  },
  cgroupId: u64(11),
  cgroupName: 'cgroup.scope',
  flags: { ...NO_FLAGS, exec: true, clone: true, memfd: true, inInitTree: true },
};

describe('records on the wire', () => {
  const object = BpfObject.open(OBJECT);
  const rejects = new RejectCounts();
  const cursor = new RecordCursor('ring', rejects);
  let reader: RingReader;

  before(() => {
    object.setMapEntries('scratches', cpuCount() * SCRATCH_SLOTS_PER_CPU);
    object.load();
    const maps = [{ map: object.map('ring_bulk') }, { map: object.map('ring_urgent') }];
    reader = new RingReader(maps, { onWake: () => undefined });
  });

  after(() => {
    reader.close();
    object.close();
  });

  /** Runs a program and stands on the record it put into a ring. */
  const emit = (program: string, ring: number): RecordPlace => {
    assert.equal(object.program(program).testRun().returnValue, 0);
    const filled = reader.fill(ring);
    cursor.open(reader.batch(ring).subarray(0, filled));
    assert.equal(cursor.advance(), true);
    const { bytes, view, at } = cursor;
    return { bytes, view, at, strings: new StringTable() };
  };

  it('has the same layout in every object as in the generated code', () => {
    for (const name of ['process', 'generic_syscall', 'generic_trampoline', 'generic_kprobe']) {
      using btf = Btf.ofFile(join(REPOSITORY_ROOT, `build/bpf/${name}.bpf.o`));
      assert.notEqual(btf.find('hook_record', 'struct'), undefined);
      checkLayout(btf, LAYOUT_HASHES);
    }
  });

  it('has generated code that is current', () => {
    const script = join(REPOSITORY_ROOT, 'build/scripts/generate-records.js');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
    });

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  });

  it('carries every field of an exec record', () => {
    const place = emit('emit_exec', 0);

    const record = new ExecRecordView().wrap(cursor.view, cursor.at);
    const facts = decodeImageFacts(record, place);

    assert.deepStrictEqual(
      [record.headerTid, record.oldTid, record.argsSize],
      [u32(4), u32(22), u32(23)],
    );
    assert.deepStrictEqual({ ...facts, args: Buffer.from(facts.args).toString() }, EXPECTED_IMAGE);
  });

  it('carries every field of a fork record', () => {
    emit('emit_fork', 0);

    assert.deepStrictEqual(decodeForkFacts(new ForkRecordView().wrap(cursor.view, cursor.at)), {
      tgid: u32(3),
      startNs: u64(2),
      timeNs: u64(1),
      parentTgid: u32(12),
      parentStartNs: u64(10),
      namespacePid: u32(13),
      cgroupId: u64(11),
      forkerTgid: u32(15),
      forkerStartNs: u64(14),
    });
  });

  it('carries every field of an exit record', () => {
    emit('emit_exit', 0);

    const record = new ExitRecordView().wrap(cursor.view, cursor.at);
    const facts = { tgid: u32(3), startNs: u64(2), timeNs: u64(1) };
    assert.deepStrictEqual(
      [decodeExitFacts(record), record.status, record.uid],
      [facts, 0x2a89, u32(11)],
    );
  });

  it('carries every field of a hook record, in the urgent ring', () => {
    const place = emit('emit_hook', 1);

    const record = new HookRecordView().wrap(cursor.view, cursor.at);
    const argument = new ArgumentRecordView();
    const values = Array.from({ length: record.argumentCount }, (_, i) =>
      decodeArgument(argument.wrap(cursor.view, record.argumentsAt(i)), place),
    );

    assert.deepStrictEqual(
      [record.hookId, record.generation, record.cgroupId, record.uid],
      [u32(11), u32(12), u64(10), u32(15)],
    );
    assert.deepStrictEqual(decodeSelectors(record), [0, 63, 96, 511]);
    assert.deepStrictEqual(decodeOutcome(record), {
      signalled: true,
      signalFailed: false,
      overridden: true,
      overrideError: -13,
      withheld: false,
      set: false,
      setFailed: false,
    });
    assert.deepStrictEqual(values, [
      { kind: 'int', value: -5 },
      { kind: 'size', value: u64(60) },
      { kind: 'string', value: 'text', truncated: true },
      { kind: 'file', path: '/a/file', mode: 0o100644, unresolved: false },
      { kind: 'path', path: '/a/path', mode: 0o40755, unresolved: true },
      { kind: 'unreadable' },
    ]);
  });

  it('numbers records over both rings without a gap and rejects none', () => {
    const first = cursor.sequence;

    emit('emit_exit', 0);
    const second = cursor.sequence;
    emit('emit_hook', 1);

    assert.deepStrictEqual([second - first, cursor.sequence - second], [1, 1]);
    assert.deepStrictEqual(rejects.totals(), {});
  });
});
