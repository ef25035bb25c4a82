/** The whole program on a real kernel: it arms, shows, stops, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AgentProcess, leftPrograms, loadedPrograms, runWarder } from '../support/agent-process.ts';
import { repositoryRoot } from '../support/root.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');
const TEST_OBJECTS = join(repositoryRoot(), 'build/test-bpf');
const QUICKSTART = join(repositoryRoot(), 'policies/examples/quickstart');
const ACT = join(repositoryRoot(), 'build/triggers/act');

/** A copy of the probes in which one file was changed. */
function brokenObjects(t: TestContext, breakIt: (directory: string) => void): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-objects-'));
  t.after(() => rmSync(directory, { recursive: true }));
  cpSync(OBJECTS, directory, { recursive: true });
  breakIt(directory);
  return directory;
}

function aPolicyFile(t: TestContext, name: string, hook: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-policy-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'policy.yaml');
  writeFileSync(
    path,
    `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - ${hook}
`,
  );
  return path;
}

describe('warder run', () => {
  it('arms with the quickstart policies, shows an exec, and leaves nothing attached', async () => {
    const before = loadedPrograms();
    const agent = new AgentProcess({ args: ['--policy', QUICKSTART] });
    await agent.line(/^armed$/);
    const whileArmed = loadedPrograms();

    const { pid } = spawnSync(ACT, ['seek', '1']);
    const line = await agent.line(/process .*build\/triggers\/act seek 1$/);
    const exit = await agent.end('SIGTERM');

    assert.ok(pid > 0);
    assert.match(line, /^🚀 process/);
    assert.ok(whileArmed.some((name) => name.endsWith(' process_exec')));
    assert.ok(whileArmed.some((name) => name.endsWith('_stub')));
    assert.deepStrictEqual(exit, [0, null]);
    assert.deepStrictEqual(await leftPrograms(before), []);
  });

  it('leaves nothing attached when it is killed', async () => {
    const before = loadedPrograms();
    const agent = new AgentProcess({ args: ['--policy', QUICKSTART] });
    await agent.line(/^armed$/);

    const exit = await agent.end('SIGKILL');

    assert.deepStrictEqual(exit, [null, 'SIGKILL']);
    assert.deepStrictEqual(await leftPrograms(before), []);
  });

  it('prints events as JSON lines with process, parent and policy', async (t) => {
    const policy = aPolicyFile(
      t,
      'seen',
      `call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors: [{matchArgs: [{index: 1, operator: Equal, values: [77123]}]}]`,
    );
    const agent = new AgentProcess({ args: ['--policy', policy, '--output', 'json'] });
    await agent.armed();

    const { pid } = spawnSync(ACT, ['seek', '77123']);
    const event = JSON.parse(await agent.line(/"policy_name":"seen"/));
    await agent.end('SIGTERM');

    const body = event.process_kprobe;
    assert.equal(body.process.pid, pid);
    assert.equal(body.process.binary, ACT);
    assert.equal(body.process.arguments, 'seek 77123');
    assert.equal(body.parent.pid, process.pid);
    assert.match(body.function_name, /^__(x64|arm64)_sys_lseek$/);
    assert.deepStrictEqual(body.args, [{ size_arg: '77123' }]);
    assert.equal(body.action, 'KPROBE_ACTION_POST');
    assert.equal(body.process.parent_exec_id, body.parent.exec_id);
  });

  it('counts what it did for warder status', async () => {
    const agent = new AgentProcess({ args: ['--policy', QUICKSTART] });
    await agent.line(/^armed$/);
    spawnSync(ACT, ['seek', '1']);
    await agent.line(/exit .*build\/triggers\/act seek 1/);

    const stats = JSON.parse(runWarder('status', '--json', '--socket', agent.socketPath));
    await agent.end('SIGTERM');

    assert.ok(stats.received >= 3);
    assert.equal(stats.decoded, stats.received);
    assert.deepStrictEqual(stats.rejected, {});
    assert.deepStrictEqual(stats.lost, []);
    assert.ok(stats.hooks.some((hook: { hook: string }) => hook.hook === 'sys_kexec_load'));
  });

  it('exits with a code when a probe is damaged', async (t) => {
    const directory = brokenObjects(t, (d) => truncateSync(join(d, 'process.bpf.o'), 3000));
    const before = loadedPrograms();

    const agent = new AgentProcess({ env: { WARDER_OBJECT_DIR: directory } });
    const exit = await agent.end();

    assert.deepStrictEqual(exit, [1, null]);
    assert.match(agent.stderr, /error\[ENGINE_OBJECT_CORRUPT\]/);
    assert.deepStrictEqual(await leftPrograms(before), []);
  });

  it('exits with a code when a probe was built from another layout', async (t) => {
    const other = join(TEST_OBJECTS, 'other_header.bpf.o');
    const directory = brokenObjects(t, (d) => cpSync(other, join(d, 'process.bpf.o')));
    const before = loadedPrograms();

    const agent = new AgentProcess({ env: { WARDER_OBJECT_DIR: directory } });
    const exit = await agent.end();

    assert.deepStrictEqual(exit, [1, null]);
    assert.match(agent.stderr, /error\[ENGINE_LAYOUT_MISMATCH\]/);
    assert.deepStrictEqual(await leftPrograms(before), []);
  });

  it('keeps running without a policy whose program the verifier rejects', async (t) => {
    // The hook program of one attach method at a time is replaced by one that cannot be verified.
    const rejected = join(TEST_OBJECTS, 'rejected_hook.bpf.o');
    const names = ['generic_trampoline.bpf.o', 'generic_kprobe.bpf.o', 'generic_syscall.bpf.o'];
    const directory = brokenObjects(t, (d) => {
      for (const name of names) cpSync(rejected, join(d, name));
    });
    const policy = aPolicyFile(t, 'rejected', '{call: sys_lseek}');

    const agent = new AgentProcess({
      args: ['--policy', policy],
      env: { WARDER_OBJECT_DIR: directory },
    });
    await agent.line(/^armed$/);
    const policies = JSON.parse(
      runWarder('policies', 'list', '--json', '--socket', agent.socketPath),
    );
    const exit = await agent.end('SIGTERM');

    assert.deepStrictEqual(exit, [0, null]);
    assert.match(agent.stdout, /rejected {2}not in force/);
    assert.match(JSON.stringify(policies), /ENGINE_HOOK_UNATTACHABLE/);
    assert.match(JSON.stringify(policies), /sys_enter: object .* was not loaded/);
  });

  it('keeps running without a policy for a function that the kernel does not have', async (t) => {
    const policy = aPolicyFile(t, 'missing', '{call: no_such_function_here, syscall: false}');
    const agent = new AgentProcess({ args: ['--policy', policy] });
    await agent.line(/^armed$/);

    const exit = await agent.end('SIGTERM');

    assert.deepStrictEqual(exit, [0, null]);
    assert.match(agent.stdout, /missing {2}not in force/);
    assert.match(agent.stdout, /ENGINE_HOOK_NOT_FOUND/);
  });

  it('rejects a file with an error whole and says where', async (t) => {
    const policy = aPolicyFile(t, 'wrong', '{call: sys_lseek, selektors: []}');
    const agent = new AgentProcess({ args: ['--policy', policy] });
    await agent.line(/^armed$/);

    await agent.end('SIGTERM');

    assert.match(agent.stderr, /error\[POLICY_FIELD_UNKNOWN\]/);
    assert.match(agent.stderr, /policy\.yaml:6:23/);
    assert.doesNotMatch(agent.stdout, /sys_lseek/);
  });
});
