/** What the kernel killed is told as that, and nothing else is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import type { RuleResponse } from '../../../src/model/finding.ts';
import type { ResponseResult } from '../../../src/model/response.ts';
import { aHookEvent, anExitEvent, aProcess } from '../../support/events.ts';
import { aFinding } from '../../support/findings.ts';
import { asking, DONE, ResponseStage } from '../../support/response-stage.ts';

describe('answers whose process the kernel killed', () => {
  const GONE: ResponseResult = {
    ...{ outcome: 'not_enforced', isDryRun: false, latencyNs: 9_000_000n, processes: 0 },
    ...{ found: [], reason: 'gone' },
  };
  const tgid = 51583;
  const process = aProcess({ tgid });
  const cause = aFinding().timeNs;
  const killed = aHookEvent({
    ...{ process, policyName: 'warder:process_exec', action: 'Sigkill', timeNs: cause },
    outcome: { ...aHookEvent({}).outcome, signalled: true },
  });
  const ended = anExitEvent({ process, timeNs: cause + 300_000n, signal: 9 });

  async function answered(
    seen: readonly Event[],
    result: ResponseResult,
    respond: RuleResponse = { kind: 'kill_tree', isDryRun: false },
  ): Promise<unknown> {
    const stage = new ResponseStage();
    stage.respond = async () => result;
    stage.killed.see(seen);
    stage.responses.answer(asking(respond, tgid));
    await stage.settled();
    const { outcome, latency_ns: latency, processes } = JSON.parse(stage.lines[0] ?? '').response;
    return [outcome, processes, latency];
  }

  it('are told as killed, when it ended', async () => {
    assert.deepStrictEqual(await answered([killed, ended], GONE), ['killed', 1, 300_000]);
    assert.deepStrictEqual(await answered([killed], GONE), ['killed', 1, 9_000_000]);
    const self = { ...DONE, processes: 1, found: [{ ...process, name: 'x' }] };
    assert.deepStrictEqual(await answered([killed, ended], self), ['killed', 1, 300_000]);
  });

  it('are told as they are when others had to be killed, or one goes on', async () => {
    assert.deepStrictEqual(await answered([killed, ended], DONE), ['killed_after', 2, 4_000_000]);
    const alive = { ...GONE, processes: 1, found: [{ ...process, name: 'x' }], reason: 'alive' };
    assert.deepStrictEqual(await answered([killed], alive), ['not_enforced', 1, 9_000_000]);
  });

  it('are told as they are when it was killed later than the event', async () => {
    const later = { ...killed, policyName: 'warder:file_open', timeNs: cause + 1n };
    const self = { ...DONE, processes: 1, found: [{ ...process, name: 'x' }] };
    assert.deepStrictEqual(await answered([later], self), ['killed_after', 1, 4_000_000]);
    const now = { ...later, timeNs: cause };
    assert.deepStrictEqual(await answered([now], self), ['killed', 1, 4_000_000]);
  });

  it('are told as killed at the execution that another record tells of', async () => {
    const { kind: _kind, ...hook } = killed;
    const image = { ...process, imageTimeNs: cause };
    const exec = { ...hook, kind: 'process_tracepoint', process: image, timeNs: cause + 1n };
    assert.deepStrictEqual(await answered([exec as Event], GONE), ['killed', 1, 9_000_000]);
    const next = { ...exec, process: { ...image, imageTimeNs: cause + 1n } };
    assert.deepStrictEqual(await answered([next as Event], GONE), ['not_enforced', 0, 9_000_000]);
  });

  it('name who was killed as it was called', async () => {
    const stage = new ResponseStage();
    const found = [{ ...process, name: 'dropper' }];
    stage.respond = async () => ({ ...DONE, processes: 1, found });
    stage.killed.see([ended]);
    stage.responses.answer(asking({ kind: 'kill_process', isDryRun: false }, tgid));
    await stage.settled();

    assert.deepStrictEqual(JSON.parse(stage.lines[0] ?? '').response.found, [
      { pid: tgid, name: 'dropper' },
    ]);
  });

  it('are told as not enforced when nobody was killed', async () => {
    const notEnforced = ['not_enforced', 0, 9_000_000];
    const failed = { ...killed, outcome: { ...killed.outcome, signalled: false } };
    const ofUser = { ...killed, policyName: 'users-policy' };
    const other = { ...killed, process: aProcess({ tgid, startNs: 1n }) };
    for (const seen of [[ended], [failed, ended], [ofUser, ended], [other]]) {
      assert.deepStrictEqual(await answered(seen, GONE), notEnforced);
    }
    const signal = { kind: 'signal', signal: 19, isDryRun: false } as const;
    assert.deepStrictEqual(await answered([killed], GONE, signal), notEnforced);
  });
});
