/** An agent that watches a directory of policies. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { seek, seekPolicy, setStage } from '../support/agent-stage.ts';

const WAIT_MS_MAX = 30_000;

/** Waits until the process that seeks ends so. */
async function until(offset: number, end: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (seek(offset) !== end) {
    if (Date.now() > deadline) throw new Error(`seek to ${offset} does not end with ${end}`);
    await setTimeout(20);
  }
}

describe('the watched directory', () => {
  it('adds, changes and removes policies, and keeps what a broken file had', async (t) => {
    const { file, start } = setStage(t);
    const directory = join(dirname(file('x', '')), 'policies');
    mkdirSync(directory);
    const put = (name: string, text: string): void => {
      writeFileSync(join(directory, `.${name}`), text);
      renameSync(join(directory, `.${name}`), join(directory, name));
    };
    put('a.yaml', seekPolicy('a', 4242));
    const agent = await start('--policy-dir', directory);
    assert.equal(seek(4242), 'SIGKILL');

    put('b.yaml', seekPolicy('b', 4243));
    await until(4243, 'SIGKILL');
    put('a.yaml', seekPolicy('a', 4244));
    await until(4244, 'SIGKILL');
    assert.deepStrictEqual([seek(4242), seek(4243)], ['ok', 'SIGKILL']);

    put('b.yaml', seekPolicy('b', 4245).replace('kprobes', 'kprobs'));
    put('c.yaml', seekPolicy('c', 4246));
    await until(4246, 'SIGKILL');
    assert.deepStrictEqual([seek(4243), seek(4245)], ['SIGKILL', 'ok']);
    assert.match(agent.stderr, /POLICY_FIELD_UNKNOWN.*b\.yaml:\d+:\d+/);

    put('d.yaml', seekPolicy('a', 4247));
    rmSync(join(directory, 'c.yaml'));
    await until(4246, 'ok');
    await setTimeout(500);
    assert.deepStrictEqual([seek(4244), seek(4247)], ['SIGKILL', 'ok']);
    assert.match(agent.stderr, /ENGINE_POLICY_DUPLICATE/);
  });
});
