/** The routes of quarantines: what is answered to good requests and to their bad twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { buildApp } from '../../../src/server/app.ts';
import { EventClients } from '../../../src/server/event-clients.ts';
import { FakeAgent, RESPONSE } from './fake-agent.ts';

const PATH = '/v1/quarantines';

function makeBench(): { readonly agent: FakeAgent; readonly app: FastifyInstance } {
  const agent = new FakeAgent();
  const clients = new EventClients({ api: agent });
  return { agent, app: buildApp({ api: agent, logger: silentLogger, clients }) };
}

async function post(app: FastifyInstance, body: unknown): Promise<readonly unknown[]> {
  const headers = { 'content-type': 'application/json' };
  const payload = JSON.stringify(body);
  const { statusCode, payload: answer } = await app.inject({
    ...{ method: 'POST', url: PATH, headers, payload },
  });
  return [statusCode, JSON.parse(answer)];
}

const ANSWER = {
  id: 4,
  outcome: 'denied',
  reason: '',
  dry_run: false,
  processes: 1,
  latency_ns: 1_500_000,
  found: [{ pid: 42, name: 'miner' }],
};

describe('GET /v1/quarantines', () => {
  it('lists them, with large numbers as text', async () => {
    const { statusCode, payload } = await makeBench().app.inject({ method: 'GET', url: PATH });

    assert.equal(statusCode, 200);
    assert.deepStrictEqual(JSON.parse(payload), {
      quarantines: [
        {
          id: 3,
          scope: 'tree',
          pid: 42,
          start_ns: '12345678901234567890',
          rule: 'miner-started',
          reason: 'mines coins',
          since: '2026-01-02T03:04:05Z',
          processes: 2,
          denied: 7,
          last_denied: '2026-01-02T03:05:00Z',
        },
      ],
    });
  });
});

describe('POST /v1/quarantines', () => {
  const orders: readonly (readonly [body: object, asked: string])[] = [
    [
      { exec_id: 'bjE6MTox', reason: 'why' },
      'quarantine execId bjE6MTox {"isTree":false,"isDryRun":false,"reason":"why"}',
    ],
    [{ pid: 42, tree: true }, 'quarantine pid 42 {"isTree":true,"isDryRun":false,"reason":""}'],
    [
      { cgroup_id: '9007199254740993', dry_run: true },
      'quarantine cgroup 9007199254740993 {"isTree":false,"isDryRun":true,"reason":""}',
    ],
  ];
  for (const [body, asked] of orders) {
    it(`hands on ${JSON.stringify(body)}`, async () => {
      const { agent, app } = makeBench();

      assert.deepStrictEqual(await post(app, body), [201, ANSWER]);
      assert.deepStrictEqual(agent.asked, [asked]);
    });
  }

  it('answers a dry run with 200, and what is not enforced with 409', async () => {
    const { agent, app } = makeBench();
    const { id: _, ...dry } = { ...RESPONSE, isDryRun: true };
    agent.responses.result = dry;
    const [dryStatus] = await post(app, { pid: 42, dry_run: true });
    agent.responses.result = { ...dry, isDryRun: false, outcome: 'not_enforced', reason: 'gone' };
    const failed = await post(app, { pid: 42 });

    const { id: __, ...rest } = ANSWER;
    assert.equal(dryStatus, 200);
    assert.deepStrictEqual(failed, [409, { ...rest, outcome: 'not_enforced', reason: 'gone' }]);
  });

  it('answers what is never touched with the code', async () => {
    const { agent, app } = makeBench();
    agent.responses.result = new CodedError('ENGINE_RESPONSE_PROTECTED', 'it is the agent');

    const answer = await post(app, { pid: 42 });

    const body = { code: 'ENGINE_RESPONSE_PROTECTED', message: 'it is the agent' };
    assert.deepStrictEqual(answer, [409, body]);
  });

  const refused: readonly unknown[] = [
    null,
    [],
    {},
    { pid: 42, exec_id: 'x' },
    { pid: 0 },
    { pid: 4.5 },
    { pid: '42' },
    { exec_id: '' },
    { cgroup_id: 42 },
    { cgroup_id: '042' },
    { cgroup_id: '42', tree: true },
    { pid: 42, tree: 'yes' },
    { pid: 42, reason: 7 },
    { pid: 42, reason: 'x'.repeat(1025) },
  ];
  for (const body of refused) {
    it(`refuses ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const { agent, app } = makeBench();
      const [status, answer] = await post(app, body);

      assert.equal(status, 400);
      assert.match(JSON.stringify(answer), /^\{"code":"SERVER_REQUEST_INVALID"/);
      assert.deepStrictEqual(agent.asked, []);
    });
  }
});

describe('DELETE /v1/quarantines/ID', () => {
  it('releases one that there is', async () => {
    const { agent, app } = makeBench();
    const { statusCode } = await app.inject({ method: 'DELETE', url: `${PATH}/3` });

    assert.deepStrictEqual([statusCode, agent.asked], [204, ['release 3']]);
  });

  for (const id of ['4', 'x', '-3', '3.0']) {
    it(`does not know ${id}`, async () => {
      const { statusCode, payload } = await makeBench().app.inject({
        ...{ method: 'DELETE', url: `${PATH}/${id}` },
      });

      const message = `there is no quarantine ${JSON.stringify(id)}`;
      assert.equal(statusCode, 404);
      assert.deepStrictEqual(JSON.parse(payload), { code: 'SERVER_QUARANTINE_UNKNOWN', message });
    });
  }
});
