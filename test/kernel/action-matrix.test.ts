/** Every action in every section, on a real kernel, with a twin that is left alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { HookEvent } from '../../src/model/event.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { actionPolicy, allActionCells, type Moment } from '../support/matrix/action-cells.ts';
import { ACTION_PLACES, type ActionPlace } from '../support/matrix/action-places.ts';
import type { ActionRecipe, Outcome } from '../support/matrix/action-recipes.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-actions-'));
const PROGRAM = join(BASE, 'matrix');
copyFileSync(join(repositoryRoot(), 'build/triggers/matrix'), PROGRAM);
after(() => rmSync(BASE, { recursive: true }));

/** A number that no option of prctl has and no cell; those after it are of one cell each. */
const NO_CELL = 900;

/** Of tgid in struct socket_owner, maps.bpf.h. */
const OWNER_TGID_AT = 16;

/** A cell with the policy that asks for it. */
interface Trial {
  readonly name: string;
  readonly moment: Moment;
  readonly recipe: ActionRecipe;
  readonly number: number;
  /** What the program is told to open. */
  readonly text: string;
  readonly policy: string;
}

const CELLS = allActionCells();

function trialsOf(place: ActionPlace, kind: 'proven' | 'unenforceable'): readonly Trial[] {
  const trials: Trial[] = [];
  for (const { place: where, moment, column, state } of CELLS) {
    if (where !== place || state.kind !== kind) continue;
    const { recipe } = state;
    const number = NO_CELL + 1 + trials.length;
    // A decision at the opening of one text is nothing to the others.
    const text = join(BASE, recipe.before === undefined ? 'target' : `target-${number}`);
    writeFileSync(text, 'target');
    const name = `${column.toLowerCase().replaceAll(' ', '-')}-${moment}-${number}`;
    const policy = actionPolicy(
      { place, moment, recipe },
      { name, program: PROGRAM, text, number },
    );
    trials.push({ name, moment, recipe, number, text, policy });
  }
  return trials;
}

/** Undefined when the kernel is not able; the test is skipped then. */
function load(
  t: TestContext,
  trials: readonly Trial[],
  needs: readonly (CapabilityName | undefined)[],
): LivePolicies | undefined {
  for (const need of needs) {
    if (need !== undefined && !requireCapability(t, need, capabilityOf(need))) return undefined;
  }
  const live = useLivePolicies(t);
  const texts = trials.map(({ policy }) => policy);
  const failed = live.load(texts.join('\n---\n')).filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed, []);
  return live;
}

async function runUnder(
  live: LivePolicies,
  { recipe, text }: Trial,
  number: number,
): Promise<{ readonly outcome: Outcome; readonly events: readonly HookEvent[] }> {
  const { part = 'calls' } = recipe;
  await live.eventsOf('');
  live.events.length = 0;
  live.requests.length = 0;
  const { rateLimited } = live.base.counters();
  const times = part === 'threads' ? 2 : 1;
  const { server, descriptor } = await openSocket();
  const runs = Array.from({ length: times }, () =>
    spawnSync(PROGRAM, [part, text, String(number)], {
      ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit', descriptor] },
    }),
  );
  await live.eventsOf('');
  const events = live.events.filter((event): event is HookEvent => 'policyName' in event);
  const lines = runs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  const outcome = {
    signal: runs[0]?.signal ?? null,
    printed: [...new Set(lines)].join(),
    events: events.length,
    limited: live.base.counters().rateLimited - rateLimited,
    stacks: stacksOf(events),
    requests: live.requests.map(({ kind }) => kind),
    hashes: events.filter(({ fileHash }) => fileHash !== undefined).length,
    sockets: runs.flatMap(({ pid }) => socketsOf(live, pid)).length,
  };
  server.close();
  return { outcome, events };
}

/** Of TCP, which outlives the program that it is given to. */
async function openSocket(): Promise<{ readonly server: Server; readonly descriptor: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const handle: unknown = Reflect.get(server, '_handle');
  const descriptor: unknown = typeof handle === 'object' && handle && Reflect.get(handle, 'fd');
  assert.ok(typeof descriptor === 'number' && descriptor > 0);
  return { server, descriptor };
}

/** Rows of what is tracked from the process. */
function socketsOf(live: LivePolicies, pid: number): readonly object[] {
  const rows = live.base.maps.sockets.entries();
  return rows.filter(
    ({ value }) =>
      new DataView(value.buffer, value.byteOffset).getUint32(OWNER_TGID_AT, true) === pid,
  );
}

function stacksOf(events: readonly HookEvent[]): readonly string[] {
  const has = (field: 'kernelStack' | 'userStack'): boolean =>
    events.some((event) => (event[field]?.length ?? 0) > 0);
  return [...(has('kernelStack') ? ['kernel'] : []), ...(has('userStack') ? ['user'] : [])];
}

/** What went otherwise than it should, trial by trial. */
async function findProblems(live: LivePolicies, trials: readonly Trial[]): Promise<object[]> {
  const problems: object[] = [];
  const twins = new Map<string, Outcome>();
  for (const trial of trials) {
    const { name, recipe, number, text, moment } = trial;
    const { outcome, events } = await runUnder(live, trial, number);
    const actions = new Set(
      events.map(({ action, returned }) =>
        moment === 'return' && returned?.kind === 'returned' ? returned.action : action,
      ),
    );
    const expected = { outcome: recipe.matching, actions: outcome.events ? [recipe.action] : [] };
    const found = { outcome, actions: [...actions] };
    // Most twins are the same run.
    const key = `${recipe.part} ${text}`;
    const twin = twins.get(key) ?? (await runUnder(live, trial, NO_CELL)).outcome;
    twins.set(key, twin);
    if (!isSame(found, expected) || !isSame(twin, recipe.twin))
      problems.push({ name, found, twin });
  }
  return problems;
}

function isSame(one: object, other: object): boolean {
  try {
    assert.deepStrictEqual(one, other);
    return true;
  } catch {
    return false;
  }
}

/** Trials of one group are in force together. What the place needs is on kernels with the rest. */
function groupOf(place: ActionPlace, { recipe }: Trial): string {
  const need = recipe.needs === undefined || place.needs ? '' : ` by ${recipe.needs}`;
  return `${need}${recipe.before === undefined ? '' : ' after another hook'}`;
}

describe('the matrix of sections and actions', () => {
  for (const place of ACTION_PLACES) {
    const where = `${place.section}, ${place.name}`;
    const trials = trialsOf(place, 'proven');
    for (const [key, own] of Map.groupBy(trials, (trial) => groupOf(place, trial))) {
      it(`holds in ${own.length} cells of ${where}${key}`, async (t) => {
        const live = load(t, own, [place.needs, ...own.map(({ recipe }) => recipe.needs)]);
        if (live !== undefined) assert.deepStrictEqual(await findProblems(live, own), []);
      });
    }

    const unenforceable = trialsOf(place, 'unenforceable');
    if (unenforceable.length === 0) continue;
    it(`puts nothing in force in ${unenforceable.length} cells of ${where}`, async (t) => {
      const live = useLivePolicies(t);
      for (const trial of unenforceable) {
        const [status] = live.load(trial.policy);
        assert.equal(status?.state, 'load_error');
        assert.match(JSON.stringify(status?.hooks), /ENGINE_HOOK_UNENFORCEABLE/);
        const { outcome } = await runUnder(live, trial, trial.number);
        assert.deepStrictEqual(outcome, trial.recipe.twin);
      }
    });
  }
});
