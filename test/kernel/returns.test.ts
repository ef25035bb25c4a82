/** What functions return: reported, compared, and acted on when the call is over. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { encodeHook } from '../../src/exporters/formats/tetragon-json/encode-hook.ts';
import type { HookEvent } from '../../src/model/event.ts';
import { type AttachWay, loadEnabled, startBy } from '../support/attach-ways.ts';
import type { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-returns-'));
const ACT = join(BASE, 'act');
const FILE = join(BASE, 'file');
const MISSING = join(BASE, 'missing');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
writeFileSync(FILE, 'what the file says\n');
after(() => rmSync(BASE, { recursive: true }));

const OURS = `matchBinaries: [{operator: In, values: [${ACT}]}]`;
const HERE = `matchArgs: [{index: 1, operator: Prefix, values: [${BASE}]}]`;

function policy(name: string, entry: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes: [{${entry}}]
`;
}

function openPolicy(name: string, selector: string): string {
  const args = 'args: [{index: 1, type: string}, {index: 2, type: int}]';
  const result = 'return: true, returnArg: {index: 0, type: int, label: fd}';
  const selectors = `selectors: [{${OURS}, ${HERE}, ${selector}}]`;
  return policy(name, `call: sys_openat, ${args}, ${result}, ${selectors}`);
}

function open(path: string): ReturnType<typeof spawnSync> {
  return spawnSync(ACT, ['open', path, '0'], { encoding: 'utf8' });
}

/** What the events say, without what differs from run to run. */
function summary(events: readonly HookEvent[]): readonly object[] {
  return events.map((event) => {
    const { args, return: result, return_action } = encodeHook(event, {});
    return { args, result, return_action };
  });
}

function opened(path: string, fd: number): object {
  return {
    args: [{ string_arg: path }, { int_arg: 0 }],
    result: { int_arg: fd, label: 'fd' },
    return_action: 'KPROBE_ACTION_POST',
  };
}

/** How the hooks of a suite are attached. */
interface Way extends AttachWay {
  readonly name: string;
}

const WAYS: readonly Way[] = [
  { name: 'sys_enter and sys_exit', without: ['fentry', 'kprobe'] },
  { name: 'fentry and fexit', needs: 'fentry', without: [] },
  { name: 'kprobe and kretprobe', needs: 'kprobe', without: ['fentry'] },
];

const OPENED = opened(FILE, 3);
const FAILED = opened(MISSING, -2);

function countsOf(live: LivePolicies, policyName: string): object {
  const { fired, actions } = live.policies.activityOf(policyName).get('sys_openat') ?? {};
  return { fired, actions };
}

const CONDITIONS: readonly (readonly [operator: string, values: string, expected: object[]])[] = [
  ['GT', '[-1]', [OPENED]],
  ['LT', '[0]', [FAILED]],
  ['Equal', '[-2]', [FAILED]],
  ['NotEqual', '[-2]', [OPENED]],
  ['InRange', '["-5:-1"]', [FAILED]],
  ['InMap', '[3, 7]', [OPENED]],
];

for (const way of WAYS) {
  describe(`returns by ${way.name}`, () => {
    it('reports arguments and return value in one event', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      loadEnabled(live, openPolicy('opens', 'matchActions: [{action: Post}]'));

      open(FILE);
      open(MISSING);
      const events = await live.eventsOf('opens');

      assert.deepStrictEqual(summary(events), [OPENED, FAILED]);
    });

    it('compares the return value', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      for (const [operator, values] of CONDITIONS) {
        const condition = `{index: 0, operator: ${operator}, values: ${values}}`;
        loadEnabled(live, openPolicy(operator.toLowerCase(), `matchReturnArgs: [${condition}]`));
      }

      open(FILE);
      open(MISSING);

      for (const [operator, , expected] of CONDITIONS) {
        const events = await live.eventsOf(operator.toLowerCase());
        assert.deepStrictEqual(summary(events), expected, operator);
      }
    });

    it('reads what the call filled', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      const args =
        'args: [{index: 0, type: fd}, {index: 1, type: char_buf, returnCopy: true, ' +
        'sizeArgIndex: 3}, {index: 2, type: size_t}]';
      const result = 'return: true, returnArg: {index: 0, type: int64}';
      const ofFile = `matchArgs: [{index: 0, operator: Equal, values: [${FILE}]}]`;
      loadEnabled(
        live,
        policy('reads', `call: sys_read, ${args}, ${result}, selectors: [{${OURS}, ${ofFile}}]`),
      );

      open(FILE);
      open('/dev/null');
      const events = await live.eventsOf('reads');

      assert.partialDeepStrictEqual(summary(events), [
        {
          args: [
            { file_arg: { path: FILE } },
            { bytes_arg: Buffer.from('what the file says\n').toString('base64') },
            { size_arg: '63' },
          ],
          result: { long_arg: '19' },
        },
      ]);
      assert.equal(events.length, 1);
    });

    it('kills for what was returned', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      const failed = 'matchReturnArgs: [{index: 0, operator: Equal, values: [-2]}]';
      loadEnabled(live, openPolicy('kills', `${failed}, matchReturnActions: [{action: Sigkill}]`));

      const survivor = open(FILE);
      const killed = open(MISSING);
      const events = await live.eventsOf('kills');

      assert.equal(survivor.status, 0);
      assert.equal(killed.signal, 'SIGKILL');
      assert.deepStrictEqual(summary(events), [
        { ...FAILED, return_action: 'KPROBE_ACTION_SIGKILL' },
      ]);
      assert.equal(events[0]?.outcome.signalled, true);
      assert.deepStrictEqual(countsOf(live, 'kills'), {
        fired: 1,
        actions: { post: 1, sigkill: 1, monitor_sigkill: 0 },
      });
    });

    it('does not kill in monitor mode', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      live.load(openPolicy('watches', 'matchReturnActions: [{action: Sigkill}]'), 'monitor');

      const { signal } = open(MISSING);
      const events = await live.eventsOf('watches');

      assert.equal(signal, null);
      assert.deepStrictEqual(
        events.map(({ outcome }) => outcome.withheld),
        [true],
      );
      assert.deepStrictEqual(countsOf(live, 'watches'), {
        fired: 1,
        actions: { post: 1, sigkill: 0, monitor_sigkill: 1 },
      });
    });

    it('keeps apart policies with and without return on one hook', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      loadEnabled(
        live,
        openPolicy('late', 'matchReturnArgs: [{index: 0, operator: LT, values: [0]}]'),
      );
      const plain = `args: [{index: 1, type: string}], selectors: [{${OURS}, ${HERE}}]`;
      loadEnabled(live, policy('early', `call: sys_openat, ${plain}`));

      open(FILE);
      open(MISSING);

      assert.deepStrictEqual(summary(await live.eventsOf('late')), [FAILED]);
      assert.deepStrictEqual(
        (await live.eventsOf('early')).map(({ args, returned }) => [args[0]?.value, returned]),
        [FILE, MISSING].map((value) => [{ kind: 'string', value, truncated: false }, undefined]),
      );
    });

    it('reports at once what was enforced at the entry', async (t) => {
      const live = startBy(t, way);
      if (live === undefined) return;
      loadEnabled(live, openPolicy('entry', 'matchActions: [{action: Sigkill}]'));

      const { signal } = open(FILE);
      const events = await live.eventsOf('entry');

      assert.equal(signal, 'SIGKILL');
      assert.deepStrictEqual(
        events.map(({ returned, outcome }) => [returned, outcome.signalled]),
        [[{ kind: 'missing', reason: 'enforced' }, true]],
      );
    });
  });
}
