/** `warder policies explain` on good and bad files. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createExplainCommand } from '../../../src/cli/commands/policies-explain.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { obstacleTo } from '../../../src/engine/sensors/capabilities.ts';
import { explainPolicy } from '../../../src/engine/sensors/explain-policy.ts';
import type { KernelReport } from '../../../src/model/capability.ts';
import { smallKernel } from '../rules/small-kernel.ts';
import { KERNEL } from '../server/fake-agent.ts';
import { FakeIo } from './fake-io.ts';

const GOOD = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: good}
spec:
  kprobes:
  - call: sys_openat
    args: [{index: 1, type: string}, {index: 2, type: int}]
    selectors:
    - label: writes
      matchArgs:
      - {index: 2, operator: Mask, values: [3]}
      - {index: 1, operator: Prefix, values: [/etc/, /usr/]}
    - matchBinaries: [{operator: In, values: [/usr/bin/a]}]
      matchActions: [{action: Sigkill}]
`;
const LSM = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: lsm}
spec:
  lsmhooks: [{hook: file_open}]
`;

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-explain-'));
  writeFileSync(join(directory, 'good.yaml'), GOOD);
  writeFileSync(join(directory, 'lsm.yaml'), LSM);
  writeFileSync(join(directory, 'bad.yaml'), GOOD.replace('Mask', 'Maks'));
});
after(() => rmSync(directory, { recursive: true }));

async function explain(file: string, report: KernelReport = KERNEL, ...words: readonly string[]) {
  const io = new FakeIo();
  const command = createExplainCommand(async () => ({
    report,
    types: smallKernel,
    explain: (plan) =>
      explainPolicy(plan, {
        hasHook: () => true,
        obstacle: (method) => obstacleTo(report, smallKernel, method),
        writeObstacle: () => undefined,
      }),
    [Symbol.dispose]: () => {},
  }));
  const line = ['policies', 'explain', join(directory, file), ...words];
  const code = await runCli(line, [command], io);
  return { code, out: io.out.replaceAll(`${directory}/`, '') };
}

describe('policies explain', () => {
  it('shows hook by hook what would happen, in the order of a run', async () => {
    const kernel = {
      ...KERNEL,
      capabilities: [
        ...KERNEL.capabilities,
        { name: 'fentry', available: false, detail: 'not offered by this kernel (EPERM)' } as const,
        { name: 'kprobe', available: true, detail: 'runs' } as const,
      ],
    };

    assert.deepStrictEqual(await explain('good.yaml', kernel), {
      code: 0,
      out: [
        'Linux 6.18.5 x86_64',
        '',
        'good  enforce  good.yaml',
        '  sys_openat  kprobe',
        '    attach',
        '      fentry     not here: not offered by this kernel (EPERM)',
        '      fmod_ret   not here: only needed to override',
        '      kprobe     taken',
        '      sys_enter  tried if that fails',
        '    reads',
        '      argument 2  int     8 bytes           first',
        '      argument 1  string  up to 4096 bytes  if the rest lets the run pass',
        '    matches',
        '      fact    binary               array by the id of the executable, 1 row  for #1',
        '      number  argument 2 (int)     hash by bit, 2 rows                       for #0',
        '      text    argument 1 (string)  hash of beginnings, by length, 2 rows     for #0',
        '    selectors',
        '      #0  kprobes[0].selectors[0]  Post     writes',
        '      #1  kprobes[0].selectors[1]  Sigkill',
        '    note: a signal may come too late for the call itself: add Override',
        '',
      ].join('\n'),
    });
  });

  it('fails when the policy could not be in force, and says why', async () => {
    const impossible = {
      ...KERNEL,
      capabilities: [
        ...KERNEL.capabilities,
        { name: 'fmod_ret', available: false, detail: 'no trampolines' } as const,
      ],
    };

    const { code, out } = await explain('lsm.yaml', impossible);

    assert.equal(code, 1);
    assert.match(out, /lsm\/file_open {2}load error: no way of attaching works on this kernel\n/);
    assert.match(out, / lsm {7}not here: loads and attaches, but never runs\n/);
    assert.match(out, / fmod_ret {2}not here: no trampolines\n/);
  });

  it('shows what is wrong with a file instead of explaining it', async () => {
    const { code, out } = await explain('bad.yaml');

    assert.equal(code, 1);
    assert.match(out, /bad\.yaml:11:30/);
    assert.doesNotMatch(out, /attach/);
  });

  it('says that nothing is proven without privileges', async () => {
    const { out } = await explain('good.yaml', { ...KERNEL, missingPrivileges: ['CAP_BPF'] });

    assert.match(out, /\nwithout CAP_BPF nothing could be proven: run it with sudo\n/);
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await explain('good.yaml', KERNEL, '--json');

    const { kernel, diagnostics, policies } = JSON.parse(out);
    assert.deepStrictEqual([code, kernel, diagnostics], [0, KERNEL, []]);
    assert.equal(policies[0].hooks[0].methods[0].method, 'fentry');
  });
});
