/** Quarantines through the API of an agent, which outlive it however it ends. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { probeKernel } from '../../src/engine/sensors/capabilities.ts';
import { type AgentProcess, refuseWarder, runWarder } from '../support/agent-process.ts';
import { setStage } from '../support/agent-stage.ts';
import { Captive } from '../support/captives.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

function warder(agent: AgentProcess, ...words: readonly string[]): string {
  return runWarder('quarantine', ...words, '--socket', agent.socketPath);
}

function isPinned(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => /^responses-/.test(name));
}

describe('a quarantine', () => {
  it('outlives an agent that is killed, and one that ends', async (t) => {
    const { capabilities } = probeKernel(`${repositoryRoot()}/build/bpf`);
    const lsm = capabilities.find(({ name }) => name === 'lsm');
    if (!requireCapability(t, 'lsm', lsm ?? { available: false, detail: '' })) return;
    const { mount, start } = setStage(t);
    const [captive, twin, other] = [new Captive(), new Captive(), new Captive()];
    t.after(() => [captive, twin, other].forEach((one) => void one.close()));

    const first = await start();
    const added = warder(first, 'add', String(captive.pid), '--tree', '--reason', 'a test');
    const during = await captive.try();
    await first.end('SIGKILL');
    const killed = [await captive.try(), await captive.tryInChild(), await twin.try()];
    const second = await start();
    const adopted = [await captive.try(), await captive.tryInChild()];
    const listed = warder(second, 'list');
    warder(second, 'add', String(other.pid));
    await second.end('SIGTERM');
    const ended = [await captive.try(), await other.try(), await twin.try()];
    const third = await start();
    const [one, two] = JSON.parse(warder(third, 'list', '--json'));
    warder(third, 'release', String(one.id));
    const released = [await captive.try(), await other.try()];
    warder(third, 'release', String(two.id));
    const none = [await captive.try(), await other.try()];
    const refused = refuseWarder('quarantine', 'release', '1', '--socket', third.socketPath);
    const wasPinned = isPinned(mount.pinDirectory);
    await third.end('SIGTERM');

    assert.match(added, /^quarantine 1 is in force for 1 process: captive \(\d+\)\n$/);
    assert.equal(during, 'held');
    assert.deepStrictEqual(killed, ['held', 'held', 'free']);
    assert.deepStrictEqual(adopted, ['held', 'held']);
    assert.match(listed, new RegExp(`^ *1  process ${captive.pid} and its tree  .* a test\n$`));
    assert.deepStrictEqual(ended, ['held', 'held', 'free']);
    assert.deepStrictEqual([one.id, one.reason, two.pid], [1, 'a test', other.pid]);
    assert.deepStrictEqual(released, ['free', 'held']);
    assert.deepStrictEqual(none, ['free', 'free']);
    assert.match(refused, /SERVER_QUARANTINE_UNKNOWN/);
    assert.equal(wasPinned, false);
    assert.equal(existsSync(mount.pinDirectory), false);
  });

  it('is never of the agent', async (t) => {
    const { start } = setStage(t);
    const agent = await start();
    const words = ['quarantine', 'add', String(agent.pid), '--socket', agent.socketPath];

    const [own, first] = [refuseWarder(...words), refuseWarder(...words.with(2, '1'))];

    assert.match(own, /ENGINE_RESPONSE_PROTECTED.*it is the agent/);
    assert.match(first, /ENGINE_RESPONSE_PROTECTED.*it is the first process/);
  });

  it('goes with unload', async (t) => {
    const { capabilities } = probeKernel(`${repositoryRoot()}/build/bpf`);
    const lsm = capabilities.find(({ name }) => name === 'lsm');
    if (!requireCapability(t, 'lsm', lsm ?? { available: false, detail: '' })) return;
    const { mount, start } = setStage(t);
    const captive = new Captive();
    t.after(() => captive.close());
    const agent = await start();
    warder(agent, 'add', String(captive.pid));
    await agent.end('SIGKILL');
    const before = await captive.try();

    const { pinDirectory, stateDirectory } = mount;
    runWarder('unload', '--pin-dir', pinDirectory, '--state-dir', stateDirectory);

    assert.deepStrictEqual([before, await captive.try()], ['held', 'free']);
  });
});
