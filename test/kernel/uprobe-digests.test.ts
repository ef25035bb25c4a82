/** Places in programs that must have certain digests. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-digests-'));
const PROBED = join(BASE, 'probed');
const OTHER = join(BASE, 'other');
for (const path of [PROBED, OTHER])
  copyFileSync(join(repositoryRoot(), 'build/triggers/probed'), path);
// Runs as before, and has another digest.
appendFileSync(OTHER, 'changed');
after(() => rmSync(BASE, { recursive: true }));

const digest = (algorithm: string, path = PROBED): string =>
  `${algorithm}:${createHash(algorithm).update(readFileSync(path)).digest('hex')}`;
const WRONG = `sha256:${'0'.repeat(64)}`;

interface Entry {
  readonly digests: readonly string[];
  readonly path?: string;
  readonly symbol?: string;
  readonly rest?: string;
}

const entry = ({ digests, path = PROBED, symbol = 'probed_number', rest = '' }: Entry): string =>
  `{path: ${path}, symbols: [${symbol}], binaryDigests: [${digests
    .map((one) => `"${one}"`)
    .join(', ')}]${rest}}`;

const policy = (name: string, ...entries: readonly string[]): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  uprobes: [${entries.join(', ')}]
`;

const IGNORE = ', ignore: {digestVerificationFailure: true}';
const run = (program = PROBED, action = 'number'): number => spawnSync(program, [action, '7']).pid;

/** The note that linkers write: a name of 4 bytes, an id of 20, type 3. */
function buildIdIn(program: Buffer): string {
  const header = Buffer.from('040000001400000003000000474e5500', 'hex');
  const at = program.indexOf(header);
  assert.notEqual(at, -1);
  const id = at + header.length;
  return program.subarray(id, id + 20).toString('hex');
}

describe('uprobes with digests', () => {
  it('probe the program that has one of them', async (t) => {
    const live = useLivePolicies(t);
    for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512']) {
      const right = digest(algorithm)
        .toUpperCase()
        .replace(/^[^:]*/, algorithm);
      const [status] = live.load(policy('digest', entry({ digests: [WRONG, right] })));
      assert.equal(status?.state, 'enabled', JSON.stringify(status));

      const pid = run();
      run(OTHER);

      const events = await live.eventsOf('digest');
      assert.deepStrictEqual(
        events.map(({ process }) => process.tgid),
        [pid],
      );
      assert.equal(JSON.stringify(events[0]?.place).includes(PROBED), true);
      await live.clear();
    }
  });

  it('are a load error in another program', (t) => {
    const live = useLivePolicies(t);
    for (const digests of [[WRONG], [digest('sha512', OTHER), WRONG]]) {
      const [status] = live.load(
        policy('digest', entry({ digests }), entry({ digests: [digest('sha1')] })),
      );
      assert.equal(status?.state, 'load_error');
      assert.deepStrictEqual(
        status?.hooks.map(({ kind }) => kind),
        ['digest_rejected', 'failed'],
      );
      const [, second] = status?.hooks ?? [];
      assert.equal(second?.kind === 'failed' && second.code, 'ENGINE_DIGEST_REJECTED');
    }
  });

  it('leave the rest in force where a failure is ignored', async (t) => {
    const live = useLivePolicies(t);
    const rejected = entry({ digests: [digest('sha256')], path: OTHER, rest: IGNORE });
    const [status] = live.load(policy('digest', rejected, entry({ digests: [digest('sha256')] })));
    run(OTHER);
    const pid = run();

    assert.equal(status?.state, 'partially_enabled');
    assert.deepStrictEqual(
      status?.hooks.map(({ kind }) => kind),
      ['digest_rejected', 'attached'],
    );
    const events = await live.eventsOf('digest');
    assert.deepStrictEqual(
      events.map(({ process }) => process.tgid),
      [pid],
    );
  });

  it('that cannot be read are a load error, though a failure is ignored', (t) => {
    const live = useLivePolicies(t);
    const none = entry({ digests: [WRONG], path: join(BASE, 'none'), rest: IGNORE });
    const [status] = live.load(policy('digest', none));
    assert.equal(status?.state, 'load_error');
    assert.equal(status?.hooks[0]?.kind, 'failed');
  });

  it('are checked once more when it is attached', async (t) => {
    const live = useLivePolicies(t);
    const path = join(BASE, 'replaced');
    copyFileSync(PROBED, path);
    const { manager } = live.policies;
    const [status] = live.load(policy('digest', entry({ digests: [digest('sha256')], path })));
    manager.setEnabled('digest', false);
    const again = manager.setEnabled('digest', true);
    manager.setEnabled('digest', false);
    rmSync(path);
    copyFileSync(OTHER, path);

    assert.deepStrictEqual([status?.state, again?.state], ['enabled', 'enabled']);
    assert.throws(() => manager.setEnabled('digest', true), /has none of the digests/);
    run(path);
    assert.deepStrictEqual(await live.eventsOf('digest'), []);
  });

  it('are beside those without, and hold for returns', async (t) => {
    const live = useLivePolicies(t);
    const result = ', return: true, returnArg: {index: 0, type: int64}';
    const digests = [digest('sha384')];
    const plain = `{path: ${PROBED}, symbols: [probed_number]}`;
    const texts = [policy('digest', entry({ digests, rest: result })), policy('plain', plain)];
    const states = texts.map((text) => live.load(text)[0]?.state);
    const pid = run();

    assert.deepStrictEqual(states, ['enabled', 'enabled']);
    for (const name of ['digest', 'plain']) {
      const events = await live.eventsOf(name);
      assert.deepStrictEqual(
        events.map(({ process }) => process.tgid),
        [pid],
      );
    }
    const [event] = await live.eventsOf('digest');
    assert.deepStrictEqual(event?.returned, {
      kind: 'returned',
      value: { value: { kind: 'long', value: 8n }, label: '' },
      action: 'Post',
    });
  });

  it('take the build id of a program', async (t) => {
    const live = useLivePolicies(t);
    const id = buildIdIn(readFileSync(PROBED));
    const other = id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const rules = (build: string): string =>
      policy('digest', entry({ digests: [`build-id:${build}`] }));

    const [wrong] = live.load(rules(other));
    live.policies.manager.remove('digest');
    const [right] = live.load(rules(id));
    const pid = run();

    assert.deepStrictEqual([wrong?.state, right?.state], ['load_error', 'enabled']);
    const events = await live.eventsOf('digest');
    assert.deepStrictEqual(
      events.map(({ process }) => process.tgid),
      [pid],
    );
  });
});
