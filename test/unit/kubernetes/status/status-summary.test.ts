/** The summary of a status says how the nodes are, in the words that `kubectl get` prints. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStatusDocument } from '../../../../src/kubernetes/status/status-document.ts';
import { type StatusPatch, summarise } from '../../../../src/kubernetes/status/status-summary.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

type Entries = Readonly<Record<string, object>>;

function anObject(nodes: Entries, status: object = {}): object {
  const metadata = { uid: 'u', resourceVersion: '7', generation: 2 };
  return { metadata, status: { nodes, ...status } };
}

function summariseObject(object: object): StatusPatch | undefined {
  const document = readStatusDocument(object);
  assert.ok(document);
  return summarise(document, NOW_MS);
}

function entry(fields: object = {}): object {
  return { state: 'enabled', mode: 'enforce', observedGeneration: 2, ...fields };
}

const ERROR = { code: 'POLICY_X', message: 'no x', place: '3:1' };

const CASES: readonly (readonly [string, Entries, readonly string[]])[] = [
  ['no node', {}, ['Unknown', 'NoReports', 'no node has answered', '0/0', '']],
  [
    'nodes where all is well',
    { a: entry(), b: entry({ state: 'partially_enabled' }) },
    ['True', 'Loaded', 'in force on 2/2 nodes', '2/2', 'enforce'],
  ],
  [
    'nodes that were left out',
    { a: entry(), b: entry({ state: 'skipped' }) },
    ['True', 'Loaded', 'in force on 1/1 nodes', '1/1', 'enforce'],
  ],
  [
    'only nodes that were left out',
    { b: entry({ state: 'skipped' }) },
    ['False', 'NodesNotSelected', 'no node is chosen by nodeSelector', '0/0', ''],
  ],
  [
    'a node that has not heard of the change',
    { a: entry(), b: entry({ observedGeneration: 1 }) },
    ['Unknown', 'Progressing', 'in force on 1/2 nodes', '1/2', 'enforce'],
  ],
  [
    'a node that failed with the version before',
    { a: entry(), b: entry({ observedGeneration: 1, state: 'load_error', error: ERROR }) },
    ['Unknown', 'Progressing', 'in force on 1/2 nodes', '1/2', 'enforce'],
  ],
  [
    'a node that fails',
    { a: entry(), b: entry({ state: 'load_error', error: ERROR }) },
    ['False', 'LoadFailed', 'in force on 1/2 nodes; b: 3:1: no x', '1/2', 'enforce'],
  ],
  [
    'a node that refused the change and keeps the version before',
    { a: entry({ error: { ...ERROR, place: '' } }) },
    ['False', 'LoadFailed', 'in force on 1/1 nodes; a: no x', '1/1', 'enforce'],
  ],
  [
    'a node where it was switched off',
    { a: entry(), b: entry({ state: 'disabled' }) },
    ['False', 'Disabled', 'in force on 1/2 nodes', '1/2', 'enforce'],
  ],
  [
    'nodes of two modes',
    { a: entry(), b: entry({ mode: 'monitor' }) },
    ['True', 'Loaded', 'in force on 2/2 nodes', '2/2', 'mixed'],
  ],
];

describe('summaries', () => {
  for (const [name, nodes, expected] of CASES) {
    it(`tell of ${name}`, () => {
      const patch = summariseObject(anObject(nodes));

      const [condition] = patch?.conditions ?? [];
      const { status, reason, message } = condition ?? {};
      const found = [status, reason, message, patch?.summary.nodes, patch?.summary.mode];
      assert.deepStrictEqual(found, expected);
    });
  }

  it('are made once', () => {
    const nodes = { a: entry() };
    const patch = summariseObject(anObject(nodes));

    assert.ok(patch);
    assert.equal(summariseObject(anObject(nodes, patch)), undefined);
    assert.notEqual(summariseObject(anObject({ ...nodes, b: entry() }, patch)), undefined);
  });

  it('keep the time while the condition is the same, and the conditions of others', () => {
    const other = { type: 'Reviewed', status: 'True' };
    const since = '2026-01-01T00:00:00Z';
    const before = { type: 'Loaded', status: 'True', lastTransitionTime: since };
    const status = { conditions: [before, other] };

    const same = summariseObject(anObject({ a: entry() }, status))?.conditions;
    const changed = summariseObject(anObject({ a: entry({ state: 'disabled' }) }, status));

    assert.deepStrictEqual(
      same?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
      [
        ['Reviewed', ''],
        ['Loaded', since],
      ],
    );
    assert.equal(changed?.conditions.at(-1)?.lastTransitionTime, '2026-03-01T12:00:00Z');
  });

  it('remove nodes that are a day late, and none before', () => {
    const nodes = { a: entry(), b: entry({ observedGeneration: 1 }) };
    const late = (since: string, generation = 2): object =>
      anObject(nodes, { summary: { generation, since } });

    const day = summariseObject(late('2026-02-28T11:59:59Z'));
    const hours = summariseObject(late('2026-02-28T12:00:01Z'));
    const other = summariseObject(late('2026-02-28T11:59:59Z', 1));

    assert.deepStrictEqual([day?.nodes, day?.summary.nodes], [{ b: null }, '1/1']);
    assert.deepStrictEqual([hours?.nodes, hours?.summary.nodes], [undefined, '1/2']);
    assert.deepStrictEqual([other?.nodes, other?.summary.nodes], [undefined, '1/2']);
  });

  for (const status of [null, 7, 'x', [], { nodes: 7 }, { nodes: { a: null }, conditions: 7 }]) {
    it(`do without what is odd: ${JSON.stringify(status)}`, () => {
      const { metadata } = Object(anObject({}));

      assert.ok(summariseObject({ metadata, status }));
    });
  }
});
