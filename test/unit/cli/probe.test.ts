/** `warder probe` on kernels that can and cannot. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProbeCommand } from '../../../src/cli/commands/probe.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import type { KernelReport } from '../../../src/model/capability.ts';
import { KERNEL } from '../server/fake-agent.ts';
import { FakeIo } from './fake-io.ts';

async function probe(report: KernelReport, ...words: readonly string[]) {
  const io = new FakeIo();
  const code = await runCli(['probe', ...words], [createProbeCommand(async () => report)], io);
  return { code, out: io.out };
}

describe('probe', () => {
  it('shows what a kernel can do, and what it is good for', async () => {
    assert.deepStrictEqual(await probe(KERNEL), {
      code: 0,
      out: [
        'Linux 6.18.5 x86_64',
        '  btf         ok       types of the kernel: /sys/kernel/btf/vmlinux',
        '  tp_btf      ok       process events, kprobes of system calls: runs',
        '  lsm         missing  LSM hooks, Override on them: loads and attaches, but',
        '                       never runs',
        'the agent can run here',
        '',
      ].join('\n'),
    });
  });

  it('says what a missing privilege means', async () => {
    const { code, out } = await probe({ ...KERNEL, missingPrivileges: ['CAP_BPF'] });

    assert.equal(code, 1);
    assert.match(out, /\nmissing privileges: CAP_BPF\nWithout them nothing but BTF can be proven/);
  });

  it('fails on a kernel without BTF tracepoints', async () => {
    const capabilities = KERNEL.capabilities.filter(({ name }) => name !== 'tp_btf');
    const { code, out } = await probe({ ...KERNEL, capabilities });

    assert.equal(code, 1);
    assert.match(out, /\nthe agent cannot run here: it needs btf and tp_btf\n$/);
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await probe(KERNEL, '--json');

    assert.deepStrictEqual([code, JSON.parse(out)], [0, { ...KERNEL, isReady: true }]);
  });
});
