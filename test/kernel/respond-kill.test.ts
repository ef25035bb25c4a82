/** Kills by identity: of a tree that outruns nobody, of one process, and of nobody else. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { bootTimeNs } from '../../src/engine/kernel/index.ts';
import { Brood } from '../support/broods.ts';
import { killBroods } from '../support/kill-broods.ts';
import { aRequest, LiveResponder } from '../support/live-responder.ts';

const RUNS = 10;

let bench: LiveResponder;
const children: ChildProcess[] = [];

before(() => {
  bench = new LiveResponder();
});

after(() => {
  for (const child of children) child.kill('SIGKILL');
  bench.close();
});

function sleeper(): number {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? -1;
}

function isRunning(pid: number): boolean {
  const child = children.find((one) => one.pid === pid);
  return child?.exitCode === null && child.signalCode === null;
}

async function ended(pid: number): Promise<unknown> {
  const child = children.find((one) => one.pid === pid);
  if (child === undefined) throw new Error(`no child ${pid}`);
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}

describe('kill of a tree', () => {
  it('leaves no survivor, and does nothing to a tree beside it', async (t) => {
    await killBroods(t, { runs: RUNS });
  });

  it('names in a dry run whom it would kill, and kills nobody', async () => {
    const brood = await Brood.start('dry');
    const process = await bench.target(brood.root);

    const result = await bench.responder.respond(
      aRequest({ scope: 'tree', process, isDryRun: true }),
    );
    const counts = await brood.end();

    assert.deepStrictEqual([result.outcome, result.isDryRun], ['killed_after', true]);
    assert.ok(result.found.some(({ tgid, name }) => tgid === brood.root && name === 'dry'));
    assert.ok(result.processes > 1, `${result.processes} processes`);
    assert.equal(counts.ended, counts.started);
  });

  it('refuses one that the agent is in', async () => {
    const process = { tgid: globalThis.process.ppid, startNs: 1n };

    await assert.rejects(bench.responder.respond(aRequest({ scope: 'tree', process })), {
      code: 'ENGINE_RESPONSE_PROTECTED',
    });
  });
});

describe('kill of a process', () => {
  it('kills it and not its twin', async () => {
    const [one, twin] = [sleeper(), sleeper()];
    const process = await bench.target(one);

    const result = await bench.responder.respond(aRequest({ process }));

    assert.equal(await ended(one), 'SIGKILL');
    assert.equal(isRunning(twin), true);
    assert.deepStrictEqual(
      [result.outcome, result.processes, result.reason],
      ['killed_after', 1, ''],
    );
    assert.ok(result.latencyNs > 0n);
  });

  it('leaves alone who has the pid now', async () => {
    const pid = sleeper();
    const { startNs } = await bench.target(pid);
    // As if the pid had been that of a process that started a second before, or will be later.
    for (const other of [startNs - 1_000_000_000n, startNs + 1_000_000_000n]) {
      const process = { tgid: pid, startNs: other };
      const { outcome, reason } = await bench.responder.respond(aRequest({ process }));

      assert.deepStrictEqual([outcome, reason], ['not_enforced', 'gone']);
    }
    assert.equal(isRunning(pid), true);
  });

  it('finds it after an exec, by the key that it had before', async () => {
    const script = 'read x; exec sleep 1000';
    const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    const process = await bench.target(child.pid ?? -1);
    child.stdin?.end('go\n');
    const isNewImage = async (): Promise<boolean> =>
      (await bench.target(process.tgid)).startNs !== process.startNs;
    while (!(await isNewImage()));

    const { outcome } = await bench.responder.respond(aRequest({ process }));

    assert.deepStrictEqual([outcome, await ended(process.tgid)], ['killed_after', 'SIGKILL']);
  });

  it('says that it is gone when it is', async () => {
    const pid = sleeper();
    const process = await bench.target(pid);
    globalThis.process.kill(pid, 'SIGKILL');
    await ended(pid);

    const { outcome, reason, processes } = await bench.responder.respond(aRequest({ process }));

    assert.deepStrictEqual([outcome, reason, processes], ['not_enforced', 'gone', 0]);
  });

  it('refuses the agent, the first process and threads of the kernel', async () => {
    for (const tgid of [globalThis.process.pid, 1, 2]) {
      const startNs = tgid === 2 ? (await bench.target(2)).startNs : bootTimeNs();
      await assert.rejects(bench.responder.respond(aRequest({ process: { tgid, startNs } })), {
        code: 'ENGINE_RESPONSE_PROTECTED',
      });
    }
  });
});

describe('signal', () => {
  const SIGUSR1 = 10;
  const SIGTERM = 15;
  const SIGCONT = 18;

  for (const [signal, expected] of [
    [SIGUSR1, ['killed_after', 'SIGUSR1']],
    [SIGTERM, ['killed_after', 'SIGTERM']],
  ] as const) {
    it(`sends ${signal} to the process that is meant`, async () => {
      const [pid, twin] = [sleeper(), sleeper()];
      const process = await bench.target(pid);

      const { outcome } = await bench.responder.respond(
        aRequest({ kind: 'signal', signal, process }),
      );

      assert.deepStrictEqual([outcome, await ended(pid)], expected);
      assert.equal(isRunning(twin), true);
    });
  }

  it('says that a process goes on', async () => {
    const process = await bench.target(sleeper());

    const { outcome, reason } = await bench.responder.respond(
      aRequest({ kind: 'signal', signal: SIGCONT, process }),
    );

    assert.equal(outcome, 'not_enforced');
    assert.equal(reason, `signal ${SIGCONT} was sent, and the process goes on`);
    assert.equal(isRunning(process.tgid), true);
  });
});
