/** Policies that kill trees, at a tracepoint: this kernel need not be able to deny anything. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Responder, VerdictSensor } from '../../src/engine/response/index.ts';
import { silentLogger } from '../../src/model/log.ts';
import { isAlive, type Kin, startKin, until } from '../support/kin.ts';
import { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const QUIET_MS = 1500;

let live: LivePolicies;
let responder: Responder;

before(() => {
  live = new LivePolicies({ endTrees: () => responder.arm() });
  responder = new Responder({
    sensor: new VerdictSensor({
      objectDirectory: join(repositoryRoot(), 'build/bpf'),
      shared: live.base.maps,
      canDeny: false,
      pinDirectory: undefined,
      logger: silentLogger,
    }),
    denialObstacle: 'not of this test',
    saved: [],
    save: () => undefined,
    toIso: String,
    catchUp: () => undefined,
    descendantsOf: () => [],
  });
});

afterEach(() => live.clear());

after(() => {
  responder.close();
  live.close();
});

/** Kills who executes KIN so that its arguments tell of an usurper. */
function policy(action: string, name = 'fell'): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  tracepoints:
    - subsystem: sched
      event: sched_process_exec
      raw: true
      args: [{index: 0, type: command_line}]
      selectors:
        - matchArgs: [{args: [0], operator: SubString, values: ["usurper-is-in"]}]
          matchActions: [${action}]
`;
}

async function usurped(t: TestContext): Promise<Kin> {
  const kin = await startKin(t, ['usurper'], 1);
  kin.child.stdin?.write('go\n');
  await until(() => kin.child.signalCode !== null, 'the root is killed');
  return kin;
}

describe('policies that kill trees at a tracepoint', () => {
  it('kill what was forked before another thread than the first one executed', async (t) => {
    live.load(policy('{action: Sigkill, killTree: true}'));
    const { others } = await usurped(t);

    await until(() => !others.some(isAlive), 'its child has ended');
  });

  it('kill it though another policy asks for the process alone', async (t) => {
    live.load(policy('{action: Sigkill}', 'behead'));
    live.load(policy('{action: Sigkill, killTree: true}'));
    const { others } = await usurped(t);

    await until(() => !others.some(isAlive), 'its child has ended');
  });

  it('leave what they do not ask for', async (t) => {
    live.load(policy('{action: Sigkill}'));
    const { others } = await usurped(t);
    await pause(QUIET_MS);

    assert.ok(others.length === 1 && others.every(isAlive));
  });

  it('do nothing while they only monitor', async (t) => {
    live.load(policy('{action: Sigkill, killTree: true}'), 'monitor');
    const kin = await startKin(t, ['usurper'], 1);
    kin.child.stdin?.write('go\n');
    await pause(QUIET_MS);

    assert.deepStrictEqual([kin.root, ...kin.others].map(isAlive), [true, true]);
  });
});
