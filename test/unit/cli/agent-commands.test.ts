/** Commands that ask a running agent: status and policies. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadCommands } from '../../../src/cli/registry.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { createPaint } from '../../../src/cli/style.ts';
import { renderPolicies } from '../../../src/cli/view/policies.ts';
import { renderStats } from '../../../src/cli/view/stats.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { type ApiServer, createServer } from '../../../src/server/index.ts';
import { DIAGNOSTIC, FakeAgent, POLICIES, STATS } from '../server/fake-agent.ts';
import { FakeIo } from './fake-io.ts';

const COMMANDS = await loadCommands();

const plain = createPaint(false);
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

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...words: readonly string[]): Promise<Outcome> {
  const io = new FakeIo();
  const code = await runCli([...words, '--socket', path], COMMANDS, io);
  return { code, out: io.out, err: io.err };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

describe('status', () => {
  it('shows the counters of the agent', async () => {
    const now = new FakeIo().now();
    const out = text(renderStats({ version: '1.2.3', stats: STATS, now }, plain));

    assert.deepStrictEqual(await run('status'), { code: 0, out, err: '' });
  });

  it('prints them as JSON', async () => {
    const { code, out } = await run('status', '--json');

    assert.deepStrictEqual([code, JSON.parse(out)], [0, STATS]);
  });

  it('fails when no agent answers', async () => {
    await server?.close();

    const { code, out, err } = await run('status');

    assert.deepStrictEqual([code, out], [1, '']);
    assert.match(err, /^error\[CLI_AGENT_AWAY\]: there is no socket of an agent: /);
  });

  it('fails when something else answers', async () => {
    await server?.close();
    const other = createHttpServer((_request, response) => response.end('{"received":"many"}'));
    await new Promise<void>((resolve) => other.listen(path, resolve));

    const { code, err } = await run('status');
    other.close();

    assert.equal(code, 1);
    assert.match(
      err,
      /^error\[CLI_ANSWER_INVALID\]: the agent's answer has no valid status\.\w+\n/,
    );
  });
});

describe('policies list', () => {
  it('shows each policy and its hooks', async () => {
    const out = text([
      'policies: 1 enabled, 1 not in force',
      ...renderPolicies(POLICIES, plain, 80),
    ]);

    assert.deepStrictEqual(await run('policies', 'list'), { code: 0, out, err: '' });
  });

  it('prints them as JSON', async () => {
    const { out } = await run('policies', 'list', '--json');

    assert.deepStrictEqual(JSON.parse(out), POLICIES);
  });
});

describe('policies add', () => {
  it('sends the file under its name and shows what became of it', async () => {
    const enabled = POLICIES.slice(0, 1);
    agent.loadResult = { kind: 'loaded', statuses: enabled, diagnostics: [] };
    const file = join(directory, 'a b.yaml');
    writeFileSync(file, 'kind: ü');

    const outcome = await run('policies', 'add', file);

    assert.deepStrictEqual(outcome, {
      code: 0,
      out: '  watch-files  enabled  policies/watch-files.yaml\n    sys_openat  sys_enter\n',
      err: '',
    });
    assert.deepStrictEqual(agent.asked, [`load ${file}: kind: ü`]);
  });

  it('fails when a policy is not in force', async () => {
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'x');

    assert.equal((await run('policies', 'add', file)).code, 1);
  });

  it('shows what is wrong with a rejected file, and where', async () => {
    agent.loadResult = { kind: 'rejected', diagnostics: [DIAGNOSTIC] };
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'knd: x\n');

    assert.deepStrictEqual(await run('policies', 'add', file), {
      code: 1,
      out: '',
      err: [
        'error[POLICY_FIELD_UNKNOWN]: unknown field `knd`',
        ' --> a.yaml:1:1',
        '  |',
        '1 | knd: x',
        '  | ^^^',
        '  hint: did you mean `kind`?',
        '\n',
      ].join('\n'),
    });
  });

  it('passes the error of the agent on', async () => {
    agent.loadResult = new CodedError(
      'ENGINE_MODE_REFUSED',
      'policy a has no action that enforces',
    );
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'x');

    const { code, err } = await run('policies', 'add', file);

    assert.deepStrictEqual(
      [code, err.split('\n')[0]],
      [1, 'error[ENGINE_MODE_REFUSED]: policy a has no action that enforces'],
    );
  });
});

describe('policies delete', () => {
  it('takes a policy out of force', async () => {
    assert.deepStrictEqual(await run('policies', 'delete', 'watch-files'), {
      code: 0,
      out: 'watch-files is no longer in force\n',
      err: '',
    });
    assert.deepStrictEqual(agent.asked, ['remove watch-files']);
  });

  it('fails when there is none of that name', async () => {
    const { code, err } = await run('policies', 'delete', `../${'x'.repeat(250)}`);

    assert.equal(code, 1);
    assert.match(err, /^error\[SERVER_POLICY_UNKNOWN\]: there is no policy "\.\.\/x+"\n/);
  });
});

describe('rules reload', () => {
  it('says how many rules are in force, and what they are warned about', async () => {
    const diagnostics = [{ ...DIAGNOSTIC, severity: 'warning' as const }];
    agent.reloadResult = { kind: 'loaded', rules: 1, detectors: 2, diagnostics };

    const { code, out, err } = await run('rules', 'reload');

    assert.deepStrictEqual([code, out], [0, '1 rule and 2 detectors are in force\n']);
    assert.match(err, /^\S+:\d+:\d+: warning: .* \[POLICY_FIELD_UNKNOWN\]\n$/);
  });

  it('says what is wrong, and that nothing was changed', async () => {
    agent.reloadResult = { kind: 'rejected', diagnostics: [DIAGNOSTIC] };

    const { code, out, err } = await run('rules', 'reload');

    assert.deepStrictEqual([code, out], [1, '']);
    assert.match(err, /^\S+:\d+:\d+: error: .*\nnothing was changed\n$/);
  });

  it('fails with the reason when files cannot be read', async () => {
    agent.reloadResult = new CodedError('CONFIG_FILE_UNREADABLE', 'cannot read a.yaml');

    const { code, err } = await run('rules', 'reload');

    assert.equal(code, 1);
    assert.match(err, /^error\[CONFIG_FILE_UNREADABLE\]: cannot read a\.yaml\n/);
  });
});
