/** Policies on a real kernel: what must be stopped is stopped, and its twin is not touched. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');
const EXAMPLES = join(repositoryRoot(), 'policies/examples');

function needs(test: TestContext, name: CapabilityName): boolean {
  const found = thisKernel().capabilities.find((capability) => capability.name === name);
  return requireCapability(test, name, found ?? { available: false, detail: 'not probed' });
}

function run(program: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: 'utf8' });
}

/** How a process ended and what it said. */
function outcome(result: SpawnSyncReturns<string>): {
  readonly signal: string | null;
  readonly status: number | null;
  readonly stdout: string;
} {
  return { signal: result.signal, status: result.status, stdout: result.stdout };
}

const KILLED = { signal: 'SIGKILL', status: null, stdout: '' };

describe('quickstart file policy', () => {
  it('kills cat before it reads a byte of a protected file', async (t) => {
    if (!needs(t, 'fmod_ret')) return;
    const live = useLivePolicies(t);
    live.load(readFileSync(join(EXAMPLES, 'quickstart/protect-shadow.yaml'), 'utf8'));

    const result = run('/usr/bin/cat', '/etc/shadow');
    const [event, ...others] = await live.eventsOf('protect-shadow');

    assert.deepStrictEqual(outcome(result), KILLED);
    assert.equal(others.length, 0);
    assert.equal(event?.process.tgid, result.pid);
    assert.equal(event?.process.binary, '/usr/bin/cat');
    assert.deepStrictEqual(event?.process.argv, ['/usr/bin/cat', '/etc/shadow']);
    assert.equal(event?.parent?.tgid, process.pid);
    assert.equal(event?.functionName, 'security_file_open');
    assert.equal(event?.action, 'Sigkill');
    assert.deepStrictEqual(event?.outcome, {
      signalled: true,
      signalFailed: false,
      overridden: true,
      overrideError: -1,
      withheld: false,
      set: false,
      setFailed: false,
    });
    const [argument] = event?.args ?? [];
    assert.equal(argument?.value.kind, 'file');
    assert.equal(argument?.value.kind === 'file' && argument.value.path, '/etc/shadow');
  });

  it('lets cat read a file beside it, and another program read the protected one', async (t) => {
    if (!needs(t, 'fmod_ret')) return;
    const live = useLivePolicies(t);
    live.load(readFileSync(join(EXAMPLES, 'quickstart/protect-shadow.yaml'), 'utf8'));

    const beside = run('/usr/bin/cat', '/etc/passwd');
    const other = run('/usr/bin/sha256sum', '/etc/shadow');

    assert.equal(beside.stdout, readFileSync('/etc/passwd', 'utf8'));
    assert.equal(other.status, 0);
    assert.deepStrictEqual(await live.eventsOf('protect-shadow'), []);
  });

  it('denies with EPERM and kills nobody in its LSM variant', async (t) => {
    if (!needs(t, 'lsm')) return;
    const live = useLivePolicies(t);
    live.load(readFileSync(join(EXAMPLES, 'protect-shadow-lsm.yaml'), 'utf8'));

    const denied = run('/usr/bin/cat', '/etc/shadow');
    const beside = run('/usr/bin/cat', '/etc/passwd');
    const [event, ...others] = await live.eventsOf('protect-shadow-lsm');

    assert.deepStrictEqual(outcome(denied), { signal: null, status: 1, stdout: '' });
    assert.match(denied.stderr, /Operation not permitted/);
    assert.equal(beside.status, 0);
    assert.equal(others.length, 0);
    assert.equal(event?.kind, 'process_lsm');
    assert.equal(event?.functionName, 'file_open');
    assert.equal(event?.outcome.overrideError, -1);
    assert.equal(event?.outcome.signalled, false);
  });
});

/** How a hook comes to be attached when better ways are missing. */
const METHODS: readonly {
  readonly method: string;
  readonly needed: CapabilityName;
  readonly without: readonly CapabilityName[];
}[] = [
  { method: 'fentry', needed: 'fentry', without: [] },
  { method: 'kprobe', needed: 'kprobe', without: ['fentry'] },
  { method: 'sys_enter', needed: 'tp_btf', without: ['fentry', 'kprobe'] },
];

describe('forbidden system call', () => {
  let directory: string;
  let forbidden: string;
  let allowed: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'warder-enforce-'));
    forbidden = join(directory, 'forbidden');
    allowed = join(directory, 'allowed');
    copyFileSync(ACT, forbidden);
    copyFileSync(ACT, allowed);
  });

  after(() => rmSync(directory, { recursive: true }));

  function killPolicy(): string {
    return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: kill-seek}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchBinaries: [{operator: In, values: [${forbidden}]}]
      matchArgs: [{index: 1, operator: Equal, values: [4242]}]
      matchActions: [{action: Sigkill}]`;
  }

  for (const { method, needed, without } of METHODS) {
    it(`kills the process through ${method}`, async (t) => {
      if (!needs(t, needed)) return;
      const live = new LivePolicies({ without });
      t.after(() => live.close());
      const [status] = live.load(killPolicy());
      assert.deepStrictEqual(status?.hooks, [{ kind: 'attached', hook: 'sys_lseek', method }]);

      const killed = run(forbidden, 'seek', '4242');
      const otherValue = run(forbidden, 'seek', '4243');
      const otherBinary = run(allowed, 'seek', '4242');
      const events = await live.eventsOf('kill-seek');

      assert.deepStrictEqual(outcome(killed), KILLED);
      assert.equal(otherValue.stdout, 'ok\n');
      assert.equal(otherBinary.stdout, 'ok\n');
      assert.deepStrictEqual(
        events.map(({ process: { tgid }, args }) => ({ tgid, args })),
        [{ tgid: killed.pid, args: [{ value: { kind: 'size', value: 4242n }, label: '' }] }],
      );
    });
  }

  it('ends when the policy is removed, and nothing else does', async (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy());
    live.load(killPolicy().replace('kill-seek', 'kill-other').replace('4242', '77'));

    live.policies.manager.remove('kill-seek');

    assert.equal(run(forbidden, 'seek', '4242').stdout, 'ok\n');
    assert.deepStrictEqual(outcome(run(forbidden, 'seek', '77')), KILLED);
    assert.deepStrictEqual(await live.eventsOf('kill-seek'), []);
  });

  it('acts on a process that was running before the policy came', async (t) => {
    const live = useLivePolicies(t);
    const child = spawn(forbidden, ['wait-and-seek', '4242'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(child, 'spawn');
    live.load(killPolicy());

    child.stdin.end('go\n');
    const [status, signal] = await once(child, 'exit');

    assert.deepStrictEqual({ status, signal }, { status: null, signal: 'SIGKILL' });
  });
});

describe('policy states', () => {
  it('names the function the kernel does not have', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: missing}
spec:
  kprobes: [{call: no_such_function_here, syscall: false}]`);

    assert.equal(status?.state, 'load_error');
    assert.deepStrictEqual(status?.hooks, [
      {
        kind: 'failed',
        hook: 'no_such_function_here',
        code: 'ENGINE_HOOK_NOT_FOUND',
        reason: 'the kernel has no hook no_such_function_here',
      },
    ]);
  });

  it('takes no hook of a policy that fails, and none of a good policy away', (t) => {
    const live = useLivePolicies(t);
    live.load(aWatch('good', 'sys_getpriority'));

    const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: bad}
spec:
  kprobes:
  - {call: sys_getpriority}
  - {call: sys_setpriority}
  - {call: no_such_function_here, syscall: false}`);

    assert.equal(status?.state, 'load_error');
    assert.deepStrictEqual(
      live.policies.counts().map(({ hook, policies }) => ({ hook, policies })),
      [{ hook: 'sys_getpriority', policies: ['good'] }],
    );
  });

  it('is partially enabled when only an optional function is missing', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: optional}
spec:
  kprobes:
  - {call: sys_getpriority}
  - {call: no_such_function_here, syscall: false, ignore: {callNotFound: true}}`);

    assert.equal(status?.state, 'partially_enabled');
  });

  it('says of each way why a system call cannot be overridden', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: override}
spec:
  kprobes:
  - call: sys_getpriority
    selectors: [{matchActions: [{action: Override, argError: -1}]}]`);

    assert.equal(status?.state, 'load_error');
    const [hook] = status?.hooks ?? [];
    assert.equal(hook?.kind === 'failed' && hook.code, 'ENGINE_HOOK_UNENFORCEABLE');
    assert.match(
      hook?.kind === 'failed' ? hook.reason : '',
      /fentry: .*; fmod_ret: .*; kprobe: .*; sys_enter: /,
    );
  });
});

function aWatch(name: string, call: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes: [{call: ${call}}]`;
}
