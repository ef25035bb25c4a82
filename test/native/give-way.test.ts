/** The agent stands still for who is about to end, and for nobody else. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { WayGiver } from '../../src/engine/response/index.ts';
import { until } from '../support/kin.ts';

function sleeper(t: TestContext): number {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return child.pid;
}

/** From the state on, which is field 0. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** By a real-time priority or, where that is not allowed, by its nice value. */
function isFirst(pid: number): boolean {
  const fields = statOf(pid);
  return Number(fields[37]) > 0 || Number(fields[16]) === -20;
}

/** One that has ended, and that nobody waits for. */
async function zombie(t: TestContext): Promise<number> {
  const parent = spawn('sh', ['-c', ': & exec sleep 1000'], { stdio: 'ignore' });
  t.after(() => parent.kill('SIGKILL'));
  const children = (): string =>
    readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim();
  await until(() => children() !== '' && statOf(Number(children()))[0] === 'Z', 'it has ended');
  return Number(children());
}

describe('giving way', () => {
  it('puts a process first, and rests when one does not end', (t) => {
    let nowMs = 0;
    const way = new WayGiver(
      () => nowMs,
      () => true,
    );
    const [first, second, third] = [sleeper(t), sleeper(t), sleeper(t)];

    way.giveWay(first);
    nowMs += 900;
    way.giveWay(second);
    nowMs += 200;
    way.giveWay(third);

    assert.deepStrictEqual([first, second, third].map(isFirst), [true, false, true]);
  });

  it('does nothing for who lives on, as after a signal that does not end', async (t) => {
    const way = new WayGiver(() => 0);
    const [living, dying] = [sleeper(t), await zombie(t)];

    for (const pid of [living, dying]) way.giveWay(pid);

    assert.deepStrictEqual([living, dying].map(isFirst), [false, true]);
  });

  it('goes on at once when there is nobody, or who is meant has ended', async (t) => {
    const way = new WayGiver(() => 0);
    const gone = spawn('true', [], { stdio: 'ignore' });
    assert.ok(gone.pid !== undefined);
    process.kill(gone.pid, 'SIGKILL');

    way.giveWay(gone.pid);
    const next = await zombie(t);
    way.giveWay(next);

    assert.ok(isFirst(next));
  });

  it('is not handed on by who goes first', async (t) => {
    const way = new WayGiver(
      () => 0,
      () => true,
    );
    const parent = spawn('sh', ['-c', 'read -r go; sleep 1000 & wait'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const pid = parent.pid ?? -1;
    const children = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    t.after(() => {
      if (children() !== '') process.kill(Number(children()), 'SIGKILL');
      parent.kill('SIGKILL');
    });

    way.giveWay(pid);
    parent.stdin.write('go\n');
    await until(() => children() !== '', 'it has a child');

    assert.deepStrictEqual([pid, Number(children())].map(isFirst), [true, false]);
  });
});
