/** Every example policy on a real kernel: what it is for is matched, and its twin is not. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type ExamplePolicy, readExamples } from '../../scripts/docs/example-policies.ts';
import type { Event, HookEvent } from '../../src/model/event.ts';
import type { PolicyStatus } from '../../src/model/policy.ts';
import { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const ROOT = repositoryRoot();
const ENVIRONMENT = {
  ...process.env,
  DEED: join(ROOT, 'build/triggers/deed'),
  TRIGGER: join(ROOT, 'build/triggers/trigger'),
};

/** Fixtures write to /etc and load programs into the kernel: they are for machines of their own. */
const isGuest = process.env['WARDER_GUEST'] !== undefined;

function run(script: string): SpawnSyncReturns<string> {
  return spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: ENVIRONMENT });
}

/** Whether the shell did it, or a program that the shell started. */
function isBy(event: Event, { pid }: SpawnSyncReturns<string>): boolean {
  return event.process.tgid === pid || event.parent?.tgid === pid;
}

function assertEffect({ fixture }: ExamplePolicy, result: SpawnSyncReturns<string>): void {
  if (fixture.effect === 'killed') assert.equal(result.signal, 'SIGKILL');
  if (fixture.effect === 'denied') {
    assert.match(result.stderr, /not permitted/);
    assert.notEqual(result.status, 0);
  }
}

function assertOutcome({ fixture }: ExamplePolicy, event: HookEvent): void {
  const { signalled, overridden } = event.outcome;
  if (fixture.effect === undefined) assert.deepStrictEqual([signalled, overridden], [false, false]);
  // What is killed may be denied as well, so that nothing happens before the end.
  if (fixture.effect === 'killed') assert.ok(signalled);
  if (fixture.effect === 'denied') assert.deepStrictEqual([signalled, overridden], [false, true]);
}

async function proveMapped({ fixture }: ExamplePolicy, live: LivePolicies): Promise<void> {
  const match = run(fixture.match);
  const twin = run(fixture.twin);
  const events = (await live.mappings()).filter(({ path }) => path === fixture.mapped);

  assert.equal(events.filter((one) => isBy(one, match)).length, 1, match.stderr);
  assert.deepStrictEqual(
    events.filter((one) => isBy(one, twin)),
    [],
  );
  assert.equal(twin.status, 0, twin.stderr);
}

async function prove(example: ExamplePolicy, live: LivePolicies): Promise<void> {
  const { name, fixture } = example;
  const match = run(fixture.match);
  const twin = run(fixture.twin);
  const events = await live.eventsOf(name);

  const [event] = events.filter((one) => isBy(one, match));
  assert.ok(event, `not matched: ${fixture.match}\n${match.stdout}${match.stderr}`);
  assert.deepStrictEqual(
    events.filter((one) => isBy(one, twin)).map((one) => one.args),
    [],
    `the twin was matched: ${fixture.twin}`,
  );
  assertEffect(example, match);
  assertOutcome(example, event);
}

describe('example policies', { skip: isGuest ? false : 'change files of the machine' }, () => {
  const bySubject = Map.groupBy(readExamples(ROOT), ({ subject }) => subject);
  for (const [subject, examples] of bySubject) {
    describe(subject, () => {
      const states = new Map<string, PolicyStatus>();
      let live: LivePolicies;

      // Together, as on a machine that has them all: they share hooks, and none disturbs another.
      before(() => {
        live = new LivePolicies();
        const texts = examples.map(({ text }) => text).join('\n---\n');
        for (const status of live.load(texts)) states.set(status.name, status);
      });
      after(() => live.close());

      for (const example of examples) {
        it(`${example.name} matches what it is for and nothing much like it`, async () => {
          const state = states.get(example.name);
          assert.match(state?.state ?? '', /^(partially_)?enabled$/, inspect(state));
          await (example.fixture.mapped === undefined ? prove : proveMapped)(example, live);
        });
      }
    });
  }
});
