/** Commands about quarantines, against the API of an agent without a kernel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadCommands } from '../../../src/cli/registry.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { type ApiServer, createServer } from '../../../src/server/index.ts';
import { FakeAgent, RESPONSE } from '../server/fake-agent.ts';
import { FakeIo } from './fake-io.ts';

const COMMANDS = await loadCommands();

let directory = '';
let path = '';
let agent = new FakeAgent();
let server: ApiServer | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  path = join(directory, 'w.sock');
  agent = new FakeAgent();
  server = createServer({ api: agent, logger: silentLogger, socketPath: path });
  await server.listen();
});
afterEach(async () => {
  await server?.close();
  rmSync(directory, { recursive: true });
});

async function run(...words: readonly string[]): Promise<readonly [number, string, string]> {
  const io = new FakeIo();
  const code = await runCli(['quarantine', ...words, '--socket', path], COMMANDS, io);
  return [code, io.out, io.err];
}

describe('quarantine list', () => {
  it('says what is held, and what it was kept from', async () => {
    const line =
      '   3  process 42 and its tree  since 2026-01-02T03:04:05Z  ' +
      'denied 7, last 2026-01-02T03:05:00Z  miner-started: mines coins\n';

    assert.deepStrictEqual(await run('list'), [0, line, '']);
  });

  it('prints it as JSON', async () => {
    const [code, out] = await run('list', '--json');
    const [{ id, denied }] = JSON.parse(out);

    assert.deepStrictEqual([code, id, denied], [0, 3, 7]);
  });
});

describe('quarantine add', () => {
  it('takes a pid, an id of events, and a directory of a cgroup', async () => {
    const inode = statSync(directory, { bigint: true }).ino;

    const answers = [
      await run('add', '42', '--tree', '--reason', 'why'),
      await run('add', 'bjE6MTox'),
      await run('add', '--cgroup', directory),
    ];

    const answer = [0, 'quarantine 4 is in force for 1 process: miner (42)\n', ''];
    assert.deepStrictEqual(answers, [answer, answer, answer]);
    assert.deepStrictEqual(agent.asked, [
      'quarantine pid 42 {"isTree":true,"isDryRun":false,"reason":"why"}',
      'quarantine execId bjE6MTox {"isTree":false,"isDryRun":false,"reason":""}',
      `quarantine cgroup ${inode} {"isTree":false,"isDryRun":false,"reason":""}`,
    ]);
  });

  it('says in a dry run whom it would be', async () => {
    agent.responses.result = { ...RESPONSE, isDryRun: true };

    assert.deepStrictEqual(await run('add', '--dry-run', '42'), [
      0,
      'would quarantine 1 process: miner (42)\n',
      '',
    ]);
  });

  it('fails when it is not enforced, and says why', async () => {
    agent.responses.result = { ...RESPONSE, outcome: 'not_enforced', reason: 'gone' };

    assert.deepStrictEqual(await run('add', '42'), [1, 'not enforced: gone\n', '']);
  });

  it('fails when the agent refuses, and when there is no such cgroup', async () => {
    agent.responses.result = new CodedError('ENGINE_RESPONSE_PROTECTED', 'it is the agent');

    const [code, out, err] = await run('add', '42');
    const [other, , otherErr] = await run('add', '--cgroup', join(directory, 'none'));

    assert.deepStrictEqual([code, out, other], [1, '', 1]);
    assert.match(err, /^error\[ENGINE_RESPONSE_PROTECTED\]: it is the agent/);
    assert.match(otherErr, /^error\[CONFIG_FILE_UNREADABLE\]: .*none is no cgroup/);
  });
});

describe('quarantine release', () => {
  it('releases those that there are', async () => {
    assert.deepStrictEqual(await run('release', '3'), [0, 'quarantine 3 is released\n', '']);
  });

  it('fails at the first that there is not', async () => {
    const [code, out, err] = await run('release', '9', '3');

    assert.deepStrictEqual([code, out, agent.asked], [1, '', ['release 9']]);
    assert.match(err, /^error\[SERVER_QUARANTINE_UNKNOWN\]: there is no quarantine "9"/);
  });
});
