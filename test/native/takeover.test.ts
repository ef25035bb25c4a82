/** What an agent leaves behind, and what the next one makes of it: cases that no kernel changes. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  AgentProcess,
  leftPrograms,
  loadedPrograms,
  refuseWarder,
  runWarder,
} from '../support/agent-process.ts';
import { seek, seekPolicy, setStage } from '../support/agent-stage.ts';

const MONITOR = 'spec:\n  options: [{name: policy-mode, value: monitor}]';

describe('an agent that is killed', () => {
  it('leaves nothing when nothing enforces', async (t) => {
    const before = loadedPrograms();
    const { file, start } = setStage(t);
    const agent = await start('--policy', file('watch.yaml', seekPolicy('watch', 4242, 'Post')));

    await agent.end('SIGKILL');

    assert.deepStrictEqual(await leftPrograms(before), []);
  });

  it('does not go on enforcing what was set to monitor, disabled or deleted', async (t) => {
    const { mount, file, start } = setStage(t);
    const agent = await start('--policy', file('first.yaml', seekPolicy('first', 4242)));
    runWarder('policies', 'set-mode', 'first', 'monitor', '--socket', agent.socketPath);

    const pinned = existsSync(mount.pinDirectory) ? readdirSync(mount.pinDirectory) : [];
    await agent.end('SIGKILL');
    const whileAway = seek(4242);
    const next = await start('--policy', file('first.yaml', seekPolicy('first', 4242)));

    assert.deepStrictEqual(
      pinned.filter((name) => existsSync(join(mount.pinDirectory, name, 'base'))),
      [],
    );
    assert.equal(whileAway, 'ok');
    assert.match(
      runWarder('policies', 'show', 'first', '--socket', next.socketPath),
      /mode: monitor\n/,
    );
  });
});

describe('an agent that cannot pin', () => {
  it('puts nothing in force, and does so when it can', async (t) => {
    const { mount, file, start } = setStage(t);
    const agent = await start();
    const policy = file('first.yaml', seekPolicy('first', 4242));
    mount.setReadOnly(true);
    const refused = refuseWarder('policies', 'add', '--socket', agent.socketPath, policy);
    const whileRefused = seek(4242);
    mount.setReadOnly(false);
    runWarder('policies', 'add', '--socket', agent.socketPath, policy);

    assert.match(refused, /not in force/);
    assert.match(refused, /ENGINE_PIN_FAILED/);
    assert.deepStrictEqual([whileRefused, seek(4242)], ['ok', 'SIGKILL']);
  });

  it('keeps the version that is in force, and its mode', async (t) => {
    const { mount, file, start } = setStage(t);
    const watching = seekPolicy('first', 4242).replace('spec:', MONITOR);
    const agent = await start('--policy', file('first.yaml', watching));
    mount.setReadOnly(true);
    const refused = refuseWarder(
      ...['policies', 'set-mode', 'first', 'enforce', '--socket', agent.socketPath],
    );
    const whileRefused = seek(4242);
    mount.setReadOnly(false);
    const shown = runWarder('policies', 'show', 'first', '--socket', agent.socketPath);
    runWarder('policies', 'set-mode', 'first', 'enforce', '--socket', agent.socketPath);

    assert.match(refused, /ENGINE_PIN_FAILED/);
    assert.match(shown, /mode: monitor\n/);
    assert.deepStrictEqual([whileRefused, seek(4242)], ['ok', 'SIGKILL']);
  });
});

describe('an agent that starts after one that was killed', () => {
  it('lets go of policies that are no longer named', async (t) => {
    const { file, start } = setStage(t);
    const one = seekPolicy('one', 4242);
    const first = await start(
      '--policy',
      file('a.yaml', one),
      '--policy',
      file('b.yaml', seekPolicy('two', 4243)),
    );
    await first.end('SIGKILL');

    await start('--policy', file('a.yaml', one));

    assert.deepStrictEqual([seek(4242), seek(4243)], ['SIGKILL', 'ok']);
  });

  it('keeps the version in force whose file is broken now', async (t) => {
    const { file, start } = setStage(t);
    const first = await start('--policy', file('a.yaml', seekPolicy('one', 4242)));
    await first.end('SIGKILL');

    await start('--policy', file('a.yaml', 'kind: TracingPolicy\nspec: [\n'));

    assert.equal(seek(4242), 'SIGKILL');
  });

  it('is refused while the other is alive', async (t) => {
    const { mount, start } = setStage(t);
    await start();

    const other = new AgentProcess({ pins: mount });
    const [status] = await other.end();

    assert.equal(status, 1);
    assert.match(other.stderr, /CLI_STATE_IN_USE/);
  });

  it('replaces what another build left', async (t) => {
    const before = loadedPrograms();
    const { mount, file, start } = setStage(t);
    const policy = file('a.yaml', seekPolicy('one', 4242));
    const first = await start('--policy', policy);
    await first.end('SIGKILL');
    const state = join(mount.stateDirectory, 'agent.json');
    writeFileSync(state, readFileSync(state, 'utf8').replace(/"build":"./, '"build":"x'));

    const second = await start('--policy', policy);

    assert.equal(seek(4242), 'SIGKILL');
    assert.equal(readdirSync(mount.pinDirectory).length, 1);
    await second.end('SIGTERM');
    assert.deepStrictEqual(await leftPrograms(before), []);
  });
});

describe('warder unload', () => {
  it('takes out of force what is left', async (t) => {
    const before = loadedPrograms();
    const { mount, file, start } = setStage(t);
    const agent = await start('--keep', '--policy', file('a.yaml', seekPolicy('one', 4242)));
    const places = ['--pin-dir', mount.pinDirectory, '--state-dir', mount.stateDirectory];
    assert.throws(() => runWarder('unload', ...places), /CLI_STATE_IN_USE/);
    await agent.end('SIGTERM');
    const kept = seek(4242);

    const said = [runWarder('unload', ...places), runWarder('unload', ...places)];

    assert.equal(kept, 'SIGKILL');
    assert.deepStrictEqual(said, [
      'nothing of Warder is in force any more\n',
      'there was nothing\n',
    ]);
    assert.equal(seek(4242), 'ok');
    assert.deepStrictEqual(await leftPrograms(before), []);
  });
});
