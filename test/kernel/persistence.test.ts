/** What stays in force when the agent is killed, and how the next one goes on with it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runWarder } from '../support/agent-process.ts';
import { add, seek, seekPolicy, setStage } from '../support/agent-stage.ts';

describe('an agent that is killed', () => {
  it('goes on enforcing, and the next one takes over policies and records', async (t) => {
    const { mount, file, start } = setStage(t);
    const policy = file('first.yaml', seekPolicy('first', 4242));
    const first = await start('--policy', policy);
    add(first, file('second.yaml', seekPolicy('second', 4243)));

    await first.end('SIGKILL');
    const whileAway = [seek(4242), seek(4243), seek(4244)];
    const second = await start('--policy', policy);
    const line = await second.line(/lseek.*4242/);
    const afterwards = [seek(4242), seek(4243), seek(4244)];
    const listed = runWarder('policies', 'list', '--socket', second.socketPath);
    const status = JSON.parse(runWarder('status', '--json', '--socket', second.socketPath));

    assert.deepStrictEqual(whileAway, ['SIGKILL', 'SIGKILL', 'ok']);
    assert.match(line, /act .*\[first: killed/);
    assert.deepStrictEqual(afterwards, ['SIGKILL', 'SIGKILL', 'ok']);
    assert.match(listed, /policies: 2 enabled/);
    assert.deepStrictEqual(status.rejected, {});
    assert.deepStrictEqual(await second.end('SIGTERM'), [0, null]);
    assert.equal(seek(4242), 'ok');
    assert.equal(existsSync(mount.pinDirectory), false);
  });
});
