/** The agent stands still for who is about to end, and for nobody else. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { WayGiver } from '../../src/engine/response/index.ts';

function sleeper(t: TestContext): number {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return child.pid;
}

/** The nice value of a process: what giving way to it changes. */
function niceOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return Number(fields[16]);
}

describe('giving way', () => {
  it('puts a process first, and rests when one does not end', (t) => {
    let nowMs = 0;
    const way = new WayGiver(() => nowMs);
    const [first, second, third] = [sleeper(t), sleeper(t), sleeper(t)];
    const before = niceOf(first);

    way.giveWay(first);
    nowMs += 900;
    way.giveWay(second);
    nowMs += 200;
    way.giveWay(third);

    assert.deepStrictEqual([niceOf(first), niceOf(second), niceOf(third)], [-20, before, -20]);
  });

  it('goes on at once when there is nobody, or who is meant has ended', (t) => {
    const way = new WayGiver(() => 0);
    const gone = spawn('true', [], { stdio: 'ignore' });
    assert.ok(gone.pid !== undefined);
    process.kill(gone.pid, 'SIGKILL');

    way.giveWay(gone.pid);
    const next = sleeper(t);
    way.giveWay(next);

    assert.equal(niceOf(next), -20);
  });
});
