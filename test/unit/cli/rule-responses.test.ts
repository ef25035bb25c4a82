/** Findings are answered as their rules say, and what came of it is told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ResponseError } from '../../../src/engine/response/errors.ts';
import type { RuleResponse } from '../../../src/model/finding.ts';
import type { ResponseResult } from '../../../src/model/response.ts';
import { aProcess } from '../../support/events.ts';
import { asking, DONE, ResponseStage } from '../../support/response-stage.ts';

describe('answers to findings', () => {
  it('are asked for as the rule says, and told with the finding', async () => {
    const stage = new ResponseStage();

    stage.responses.answer(asking({ kind: 'kill_tree', isDryRun: false }));
    await stage.settled();

    const [request] = stage.requests;
    assert.partialDeepStrictEqual(request, {
      ...{ kind: 'kill', scope: 'tree', isDryRun: false, rule: 'a-rule', reason: 'A rule' },
      process: { tgid: 51583, startNs: 5_000_000_001n },
    });
    assert.partialDeepStrictEqual(JSON.parse(stage.lines[0] ?? ''), {
      response: {
        ...{ finding: 'node-1/boot/1/a-rule', rule: 'a-rule', kind: 'kill_tree' },
        ...{ outcome: 'killed_after', processes: 2, latency_ns: 4_000_000 },
        found: [{ pid: 7, name: 'x' }],
      },
      node_name: 'node-1',
    });
    assert.equal(stage.responses.stats().enforced, 1);
  });

  it('are given to no finding whose rule asks for none', async () => {
    const stage = new ResponseStage();

    stage.responses.answer(asking(undefined));
    await stage.settled();

    assert.deepStrictEqual([stage.requests, stage.lines], [[], []]);
  });

  it('are the same for each kind', async () => {
    const stage = new ResponseStage();
    const kinds = ['kill_process', 'quarantine_process', 'quarantine_tree'] as const;

    for (const kind of kinds) stage.responses.answer(asking({ kind, isDryRun: true }));
    stage.responses.answer(asking({ kind: 'signal', signal: 19, isDryRun: false }));
    await stage.settled();

    assert.deepStrictEqual(
      stage.requests.map(({ kind, scope, isDryRun, signal }) => [kind, scope, isDryRun, signal]),
      [
        ['kill', 'process', true, undefined],
        ['quarantine', 'process', true, undefined],
        ['quarantine', 'tree', true, undefined],
        ['signal', 'process', false, 19],
      ],
    );
  });

  it('are not given again while they are under way', async () => {
    const stage = new ResponseStage();
    const { promise, resolve } = Promise.withResolvers<ResponseResult>();
    stage.respond = () => promise;
    const kill: RuleResponse = { kind: 'kill_tree', isDryRun: false };

    stage.responses.answer(asking(kill));
    stage.responses.answer(asking(kill));
    stage.responses.answer(asking(kill, 9));
    resolve(DONE);
    await stage.settled();
    stage.responses.answer(asking(kill));
    await stage.settled();

    assert.deepStrictEqual(
      stage.requests.map(({ process }) => process?.tgid),
      [51583, 9, 51583],
    );
    assert.equal(stage.responses.stats().repeated, 1);
  });

  it('that are only tried, or are another signal, hold nothing back that is meant', async () => {
    const stage = new ResponseStage();
    stage.respond = () => new Promise(() => undefined);

    stage.responses.answer(asking({ kind: 'kill_process', isDryRun: true }));
    stage.responses.answer(asking({ kind: 'kill_process', isDryRun: false }));
    stage.responses.answer(asking({ kind: 'signal', signal: 1, isDryRun: false }));
    stage.responses.answer(asking({ kind: 'signal', signal: 19, isDryRun: false }));
    stage.responses.answer(asking({ kind: 'signal', signal: 19, isDryRun: false }));
    await stage.settled();

    assert.deepStrictEqual(
      stage.requests.map(({ kind, signal, isDryRun }) => [kind, signal, isDryRun]),
      [
        ['kill', undefined, true],
        ['kill', undefined, false],
        ['signal', 1, false],
        ['signal', 19, false],
      ],
    );
    assert.equal(stage.responses.stats().repeated, 1);
  });

  it('do not quarantine what is', async () => {
    const stage = new ResponseStage();
    const { tgid, startNs } = aProcess();
    stage.quarantines.push({
      ...{ id: 1, scope: 'process', process: { tgid, startNs }, rule: '', reason: '', since: '' },
      ...{ processes: 1, denied: 0, lastDenied: '' },
    });
    const quarantine: RuleResponse = { kind: 'quarantine_process', isDryRun: false };

    stage.responses.answer(asking(quarantine));
    stage.responses.answer(asking(quarantine, 9));
    await stage.settled();

    assert.deepStrictEqual(
      stage.requests.map(({ process }) => process?.tgid),
      [9],
    );
  });

  it('do not quarantine what descends from a tree that is', async () => {
    const stage = new ResponseStage();
    const held = aProcess({ tgid: 700 });
    const { tgid, startNs } = held;
    const told = { rule: '', reason: '', since: '', processes: 1, denied: 0, lastDenied: '' };
    stage.quarantines.push({ id: 1, scope: 'tree', process: { tgid, startNs }, ...told });
    const child = asking({ kind: 'quarantine_process', isDryRun: false }, 8);
    const [event] = child.evidence;
    assert.ok(event !== undefined);

    stage.responses.answer({ ...child, evidence: [{ ...event, ancestors: [held] }] });
    stage.responses.answer({ ...child, evidence: [{ ...event, ancestors: [] }] });
    await stage.settled();

    assert.equal(stage.requests.length, 1);
    assert.equal(stage.responses.stats().repeated, 1);
  });

  it('that are refused are told with the reason', async () => {
    const stage = new ResponseStage();
    stage.respond = async () => {
      throw new ResponseError('ENGINE_RESPONSE_PROTECTED', 'nothing is done: it is the agent');
    };

    stage.responses.answer(asking({ kind: 'kill_tree', isDryRun: false }));
    stage.responses.answer(asking({ kind: 'quarantine_pod', isDryRun: false }));
    await stage.settled();

    assert.deepStrictEqual(stage.outcomes(), [
      ['quarantine_pod', 'not_enforced', 'the process is in no container'],
      [
        ...['kill_tree', 'not_enforced'],
        'ENGINE_RESPONSE_PROTECTED: nothing is done: it is the agent',
      ],
    ]);
    assert.equal(stage.responses.stats().notEnforced, 2);
  });

  it('are bounded, and what is too much is told', async () => {
    const stage = new ResponseStage();
    stage.respond = () => new Promise(() => undefined);

    for (let pid = 1; pid <= 300; pid++) {
      stage.responses.answer(asking({ kind: 'kill_process', isDryRun: false }, pid));
    }

    assert.equal(stage.requests.length, 256);
    assert.equal(stage.outcomes().length, 44);
    assert.equal(stage.responses.stats().pending, 256);
  });

  it('are posted to webhooks', async (t) => {
    const stage = new ResponseStage();
    const bodies: string[] = [];
    const url = await aReceiver(t, (path, body) => {
      bodies.push(body);
      return path === '/yes' ? 204 : 500;
    });

    for (const path of ['yes', 'no']) {
      stage.responses.answer(
        asking({ kind: 'webhook', url: `${url}/${path}`, isDryRun: false }, path.length),
      );
      while (stage.lines.length < bodies.length || bodies.length === 0) await setImmediate();
      while (stage.responses.stats().pending > 0) await setImmediate();
    }
    stage.responses.answer(asking({ kind: 'webhook', url: `${url}/yes`, isDryRun: true }));
    await stage.settled();

    assert.deepStrictEqual(stage.outcomes(), [
      ['webhook', 'delivered', ''],
      ['webhook', 'not_delivered', 'HTTP 500'],
      ['webhook', 'delivered', ''],
    ]);
    assert.equal(bodies.length, 2);
    assert.equal(JSON.parse(bodies[0] ?? '').finding.rule.id, 'a-rule');
  });
});

async function aReceiver(
  t: TestContext,
  answer: (path: string, body: string) => number,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      response.writeHead(answer(request.url ?? '', body)).end();
    });
  });
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
