/** The routes: what is answered to good requests and to their bad twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { CodedError } from '../../../src/model/errors.ts';
import { type LogFields, silentLogger } from '../../../src/model/log.ts';
import { buildApp } from '../../../src/server/app.ts';
import { EventClients } from '../../../src/server/event-clients.ts';
import { DIAGNOSTIC, FakeAgent, KERNEL, POLICIES, STATS } from './fake-agent.ts';

interface Bench {
  readonly agent: FakeAgent;
  readonly app: FastifyInstance;
  readonly failures: LogFields[];
}

function makeBench(): Bench {
  const agent = new FakeAgent();
  const failures: LogFields[] = [];
  const logger = { ...silentLogger, error: (fields: LogFields) => void failures.push(fields) };
  const app = buildApp({ api: agent, logger, clients: new EventClients({ api: agent }) });
  return { agent, app, failures };
}

/** Status and JSON body; the body of an empty answer is undefined. */
async function ask(app: FastifyInstance, options: InjectOptions): Promise<readonly unknown[]> {
  const { statusCode, payload } = await app.inject(options);
  return [statusCode, payload === '' ? undefined : JSON.parse(payload)];
}

const YAML = { 'content-type': 'application/yaml' };

describe('questions', () => {
  const answers: readonly (readonly [url: string, body: unknown])[] = [
    ['/healthz', { status: 'ok' }],
    ['/v1/version', { version: '1.2.3' }],
    ['/v1/kernel', KERNEL],
    ['/v1/status', STATS],
    ['/v1/policies', { policies: POLICIES }],
  ];

  for (const [url, body] of answers) {
    it(`answers GET ${url}`, async () => {
      assert.deepStrictEqual(await ask(makeBench().app, { method: 'GET', url }), [200, body]);
    });
  }

  it('answers an unknown path and an unknown method with a code', async () => {
    const { app } = makeBench();

    const answers = [
      await ask(app, { method: 'GET', url: '/v1/nothing?x=1' }),
      await ask(app, { method: 'DELETE', url: '/v1/status' }),
    ];

    assert.deepStrictEqual(answers, [
      [404, { code: 'SERVER_ROUTE_UNKNOWN', message: 'there is no GET /v1/nothing' }],
      [404, { code: 'SERVER_ROUTE_UNKNOWN', message: 'there is no DELETE /v1/status' }],
    ]);
  });

  it('answers with metrics as they are made, where there are some', async () => {
    const agent = new FakeAgent();
    const clients = new EventClients({ api: agent });
    const contentType = 'text/plain; version=0.0.4; charset=utf-8';
    const metrics = { render: async () => ({ contentType, text: 'warder_rules 1\n' }) };
    const app = buildApp({ api: agent, logger: silentLogger, clients, metrics });

    const { statusCode, headers, payload } = await app.inject({ url: '/metrics' });

    const answer = [statusCode, headers['content-type'], payload];
    assert.deepStrictEqual(answer, [200, contentType, 'warder_rules 1\n']);
    assert.equal((await makeBench().app.inject({ url: '/metrics' })).statusCode, 404);
  });

  it('answers a path that cannot be decoded in the same form', async () => {
    const [status, body] = await ask(makeBench().app, { method: 'GET', url: '/v1/%zz' });

    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /^\{"code":"SERVER_REQUEST_INVALID","message":"[^"]+"\}$/);
  });

  it('hides what went wrong inside the agent, and logs it', async () => {
    const { agent, app, failures } = makeBench();
    agent.statsResult = new TypeError('secret of the inside');

    const answer = await ask(app, { method: 'GET', url: '/v1/status' });

    const message = 'the agent failed to answer; its log says why';
    assert.deepStrictEqual(answer, [500, { code: 'SERVER_FAILED', message }]);
    assert.deepStrictEqual(failures, [
      { code: 'SERVER_FAILED', error: agent.statsResult, method: 'GET', url: '/v1/status' },
    ]);
  });
});

describe('POST /v1/containers', () => {
  const headers = { 'content-type': 'application/json' };
  const post = { method: 'POST', url: '/v1/containers' } as const;

  it('hands on what a runtime says', async () => {
    const { agent, app } = makeBench();
    const answer = await ask(app, { ...post, headers, payload: '{"id":"c1","pid":7}' });
    assert.deepStrictEqual(answer, [200, { id: 'c1', pod: 'shop/web-0', unknown: '' }]);
    assert.deepStrictEqual(agent.asked, ['announce {"id":"c1","pid":7}']);
  });

  it('refuses what is no JSON, and JSON where policies go', async () => {
    const { agent, app } = makeBench();
    const [status] = await ask(app, { ...post, headers, payload: '{"id":' });
    const [other] = await ask(app, { ...post, url: '/v1/policies', headers, payload: '{}' });
    assert.deepStrictEqual([status, other], [400, 415]);
    assert.deepStrictEqual(agent.asked, []);
  });
});

describe('POST /v1/policies', () => {
  it('loads the text under the name of its file', async () => {
    const { agent, app } = makeBench();

    const answer = await ask(app, {
      method: 'POST',
      url: '/v1/policies?file=a%20b.yaml',
      headers: { 'content-type': 'text/yaml; charset=utf-8' },
      payload: 'kind: TracingPolicy # ü',
    });

    assert.deepStrictEqual(answer, [201, { policies: POLICIES, diagnostics: [] }]);
    assert.deepStrictEqual(agent.asked, ['load a b.yaml: kind: TracingPolicy # ü']);
  });

  it('answers rejected policies with their diagnostics', async () => {
    const { agent, app } = makeBench();
    agent.loadResult = { kind: 'rejected', diagnostics: [DIAGNOSTIC] };

    const answer = await ask(app, {
      method: 'POST',
      url: '/v1/policies',
      headers: YAML,
      payload: 'knd: x',
    });

    assert.deepStrictEqual(answer, [
      422,
      {
        code: 'SERVER_POLICY_REJECTED',
        message: 'the policies have errors, and none of them was loaded',
        diagnostics: [DIAGNOSTIC],
      },
    ]);
    assert.deepStrictEqual(agent.asked, ['load policy.yaml: knd: x']);
  });

  it('answers a change that the policy does not allow with 409', async () => {
    const { agent, app } = makeBench();
    agent.loadResult = new CodedError(
      'ENGINE_MODE_REFUSED',
      'policy a has no action that enforces',
    );

    const answer = await ask(app, {
      method: 'POST',
      url: '/v1/policies',
      headers: YAML,
      payload: 'a',
    });

    const body = { code: 'ENGINE_MODE_REFUSED', message: 'policy a has no action that enforces' };
    assert.deepStrictEqual(answer, [409, body]);
  });

  const refusals: readonly (readonly [string, Partial<InjectOptions>, number, string])[] = [
    [
      'JSON',
      { headers: { 'content-type': 'application/json' }, payload: '{}' },
      415,
      'SERVER_BODY_UNSUPPORTED',
    ],
    ['a body without a type', { payload: 'kind: x' }, 415, 'SERVER_BODY_UNSUPPORTED'],
    ['no body', {}, 400, 'SERVER_REQUEST_INVALID'],
    ['an empty body', { headers: YAML, payload: '' }, 400, 'SERVER_REQUEST_INVALID'],
    [
      'bytes that are not UTF-8',
      { headers: YAML, payload: Buffer.from([0xff, 0xfe]) },
      400,
      'SERVER_REQUEST_INVALID',
    ],
    [
      'a body above 1 MiB',
      { headers: YAML, payload: 'x'.repeat(1024 * 1024 + 1) },
      413,
      'SERVER_BODY_TOO_LARGE',
    ],
    [
      'two file names',
      { headers: YAML, payload: 'x', url: '/v1/policies?file=a&file=b' },
      400,
      'SERVER_REQUEST_INVALID',
    ],
    [
      'an empty file name',
      { headers: YAML, payload: 'x', url: '/v1/policies?file=' },
      400,
      'SERVER_REQUEST_INVALID',
    ],
  ];

  for (const [name, options, status, code] of refusals) {
    it(`refuses ${name}`, async () => {
      const { agent, app } = makeBench();

      const answer = await app.inject({ method: 'POST', url: '/v1/policies', ...options });

      const body: unknown = JSON.parse(answer.payload);
      assert.deepStrictEqual(
        { status: answer.statusCode, keys: Object.keys(Object(body)), code: Object(body).code },
        { status, keys: ['code', 'message'], code },
      );
      assert.deepStrictEqual(agent.asked, []);
    });
  }

  it('takes a body of exactly 1 MiB', async () => {
    const { agent, app } = makeBench();

    const payload = 'x'.repeat(1024 * 1024);
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/policies',
      headers: YAML,
      payload,
    });

    assert.equal(answer.statusCode, 201);
    assert.deepStrictEqual(agent.asked, [`load policy.yaml: ${payload}`]);
  });
});

describe('DELETE /v1/policies/:name', () => {
  it('removes a policy', async () => {
    const { agent, app } = makeBench();

    const answer = await ask(app, { method: 'DELETE', url: '/v1/policies/watch-files' });

    assert.deepStrictEqual(answer, [204, undefined]);
    assert.deepStrictEqual(agent.asked, ['remove watch-files']);
  });

  it('answers 404 when there is none of that name', async () => {
    const answer = await ask(makeBench().app, { method: 'DELETE', url: '/v1/policies/no%22ne' });

    const body = { code: 'SERVER_POLICY_UNKNOWN', message: 'there is no policy "no\\"ne"' };
    assert.deepStrictEqual(answer, [404, body]);
  });
});

describe('rules', () => {
  const request = { method: 'POST', url: '/v1/rules/reload' } as const;

  it('are read again, and their number is said', async () => {
    const { app, agent } = makeBench();

    const answer = await ask(app, request);

    assert.deepStrictEqual(answer, [200, { rules: 12, detectors: 1, diagnostics: [] }]);
    assert.deepStrictEqual(agent.asked, ['reload rules']);
  });

  it('that have errors are refused with them', async () => {
    const { app, agent, failures } = makeBench();
    agent.reloadResult = { kind: 'rejected', diagnostics: [DIAGNOSTIC] };

    const answer = await ask(app, request);

    const message = 'there are errors; what was in force before stays';
    const code = 'SERVER_RULES_REJECTED';
    assert.deepStrictEqual(answer, [422, { code, message, diagnostics: [DIAGNOSTIC] }]);
    assert.deepStrictEqual(failures, []);
  });

  it('that cannot be read are refused with the reason', async () => {
    const { app, agent } = makeBench();
    agent.reloadResult = new CodedError('CONFIG_FOLDER_EMPTY', 'there is nothing in rules');

    const answer = await ask(app, request);

    const body = { code: 'CONFIG_FOLDER_EMPTY', message: 'there is nothing in rules' };
    assert.deepStrictEqual(answer, [409, body]);
  });
});
