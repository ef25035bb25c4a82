/** Commands about alerts and deliveries, against the API of an agent without a kernel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadCommands } from '../../../src/cli/registry.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { type ApiServer, createServer } from '../../../src/server/index.ts';
import { FakeDelivery } from '../../support/fake-delivery.ts';
import { FakeAgent } from '../server/fake-agent.ts';
import { FakeIo } from './fake-io.ts';

const COMMANDS = await loadCommands();

let directory = '';
let path = '';
let delivery = new FakeDelivery();
let server: ApiServer | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  path = join(directory, 'w.sock');
  const agent = new FakeAgent();
  delivery = new FakeDelivery();
  agent.delivery = delivery;
  server = createServer({ api: agent, logger: silentLogger, socketPath: path });
  await server.listen();
});
afterEach(async () => {
  await server?.close();
  rmSync(directory, { recursive: true });
});

async function run(...words: readonly string[]): Promise<readonly [number, string, string]> {
  const io = new FakeIo();
  const code = await runCli([...words, '--socket', path], COMMANDS, io);
  return [code, io.out, io.err];
}

describe('alerts', () => {
  it('lists them, and asks for as many as it was told', async () => {
    const [code, out] = await run('alerts', 'list', '--limit', '7');

    assert.equal(code, 0);
    assert.match(
      out,
      /^firing {2}high {2}3x {2}\S+ {2}Shell in a container {2}shop \/bin\/bash {2}/,
    );
    assert.deepStrictEqual(delivery.asked, [7]);
  });

  it('shows one whose id has slashes, and prints it as JSON', async () => {
    const { id } = delivery.one;
    const [, text] = await run('alerts', 'show', id);
    const [, json] = await run('alerts', 'show', id, '--json');

    assert.match(text, /\n {2}message {6}bash started by nginx\n/);
    assert.deepStrictEqual(JSON.parse(json), delivery.one);
  });

  it('says that there is none of an id', async () => {
    const [code, , error] = await run('alerts', 'show', 'n/b/1/x');

    assert.equal(code, 1);
    assert.match(error, /SERVER_ALERT_UNKNOWN/);
  });
});

describe('deliveries', () => {
  it('lists tries, with text that does nothing to a terminal', async () => {
    const [code, out] = await run('deliveries', 'list');

    assert.deepStrictEqual(
      [code, out],
      [0, '1970-01-01T00:00:00.000Z  siem  retry  try 2  a\\x1b[31m  busy\n'],
    );
  });

  it('lists what was given up, and sends it again', async () => {
    const [, dead] = await run('deliveries', 'dead');
    const [, all] = await run('deliveries', 'replay', 'siem');
    await run('deliveries', 'replay', 'siem', 'node-1/boot-1/1');

    assert.match(dead, /siem {2}event {2}node-1\/boot-1\/1 {2}3 tries {2}no\n$/);
    assert.equal(all, '2 messages are sent again\n');
    assert.deepStrictEqual(delivery.asked.slice(1), [
      ['siem', undefined],
      ['siem', 'node-1/boot-1/1'],
    ]);
  });

  it('enables a destination, and says when there is none of the name', async () => {
    const [code, out] = await run('deliveries', 'enable', 'siem');
    const [other, , error] = await run('deliveries', 'enable', 'x');

    assert.deepStrictEqual([code, out, other], [0, 'siem is sent messages again\n', 1]);
    assert.match(error, /SERVER_SINK_UNKNOWN/);
  });
});
