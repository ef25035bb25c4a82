/** `warder events`: from a pipe, and from an agent that comes and goes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { eventsCommand } from '../../../src/cli/commands/events.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { type ApiServer, createServer } from '../../../src/server/index.ts';
import { FakeAgent } from '../server/fake-agent.ts';
import { FakeIo, waitUntil } from './fake-io.ts';

const EXEC = JSON.stringify({
  process_exec: { process: { binary: '/bin/ls', arguments: '-l' } },
  node_name: 'node-1',
  time: '2026-01-02T03:04:05.000000006Z',
});
const COMPACT = '🚀 process node-1 /bin/ls -l\n';

function events(io: FakeIo, ...words: readonly string[]): Promise<number> {
  return runCli(['events', ...words], [eventsCommand], io);
}

describe('events from a pipe', () => {
  it('are formatted for people, whatever the chunks', async () => {
    const io = new FakeIo({ input: [EXEC.slice(0, 20), `${EXEC.slice(20)}\n\n${EXEC}`] });

    const code = await events(io);

    assert.deepStrictEqual([code, io.out, io.err], [0, `${COMPACT}${COMPACT}`, '']);
  });

  it('have their time when it is asked for', async () => {
    const io = new FakeIo({ input: [`${EXEC}\n`] });

    await events(io, '--timestamps');

    assert.equal(io.out, `2026-01-02T03:04:05.000000006Z ${COMPACT}`);
  });

  it('stay as they are with --output json', async () => {
    const io = new FakeIo({ input: [`${EXEC}\n`] });

    await events(io, '--output', 'json');

    assert.equal(io.out, `${EXEC}\n`);
  });

  it('are left out with a warning when they are none', async () => {
    const io = new FakeIo({ input: [`nonsense\n${EXEC}\n{"\u001b[2J":1}\n`] });

    const code = await events(io, '-o', 'json');

    assert.deepStrictEqual(
      [code, io.out, io.err],
      [
        1,
        `${EXEC}\n`,
        'warning[EXPORT_LINE_INVALID]: line 1: not JSON\n' +
          'warning[EXPORT_LINE_INVALID]: line 3: not JSON\n' +
          '2 lines were left out\n',
      ],
    );
  });

  it('warn only so often', async () => {
    const io = new FakeIo({ input: ['x\n'.repeat(30)] });

    await events(io);

    const warnings = io.err.trimEnd().split('\n');
    assert.deepStrictEqual([warnings.length, warnings.at(-1)], [11, '30 lines were left out']);
  });

  it('say where the agent left some out', async () => {
    const compact = new FakeIo({ input: ['{"lost":{"count":12}}\n'] });
    const json = new FakeIo({ input: ['{"lost":{"count":12}}\n'] });

    await events(compact);
    await events(json, '-o', 'json');

    assert.equal(compact.out, '… 12 events are missing here: they were not read fast enough\n');
    assert.equal(json.out, '{"lost":{"count":12}}\n');
  });

  it('end quietly when nobody reads them any more', async () => {
    const io = new FakeIo({ input: [`${EXEC}\n`, `${EXEC}\n`, 'x\n'], chunksMax: 1 });

    assert.deepStrictEqual([await events(io), io.out, io.err], [0, COMPACT, '']);
  });
});

describe('events of an agent', () => {
  let directory = '';
  let path = '';
  let agent = new FakeAgent();
  let server: ApiServer | undefined;

  async function start(): Promise<void> {
    server = createServer({ api: agent, logger: silentLogger, socketPath: path });
    await server.listen();
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'warder-events-'));
    path = join(directory, 'w.sock');
    agent = new FakeAgent();
  });
  afterEach(async () => {
    await server?.close();
    rmSync(directory, { recursive: true });
  });

  it('are followed, also past a restart, until it is interrupted', async () => {
    await start();
    const io = new FakeIo();

    const code = events(io, '--socket', path);
    await waitUntil(() => agent.subscribers === 1);
    agent.publish([EXEC]);
    await waitUntil(() => io.out === COMPACT);
    await server?.close();
    await waitUntil(() => io.err !== '');
    await start();
    await waitUntil(() => agent.subscribers === 1);
    agent.publish([EXEC]);
    await waitUntil(() => io.out === `${COMPACT}${COMPACT}`);
    io.send('SIGINT');

    assert.equal(await code, 0);
    assert.equal(io.err, `the agent went away; waiting for it at ${path}\nthe agent is back\n`);
    assert.equal(io.listeners, 0);
  });

  it('prefer the agent that was named to a pipe', async () => {
    await start();
    const io = new FakeIo({ input: ['nonsense\n'] });

    const code = events(io, '--socket', path);
    await waitUntil(() => agent.subscribers === 1);
    io.send('SIGTERM');

    assert.deepStrictEqual([await code, io.out, io.err], [0, '', '']);
  });

  it('fail when there is no agent at the start', async () => {
    const io = new FakeIo();

    const code = await events(io, '--socket', path);

    assert.deepStrictEqual(
      [code, io.err.split('\n')[0]],
      [1, `error[CLI_AGENT_AWAY]: there is no socket of an agent: ${path}`],
    );
  });
});
