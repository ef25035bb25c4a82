/** A flood of findings saves nobody from what a rule does to processes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { RuleResponse } from '../../../src/model/finding.ts';
import type { ResponseResult } from '../../../src/model/response.ts';
import type { EventRule } from '../../../src/rules/detection/ir/rule.ts';
import { applyResponses } from '../../../src/rules/index.ts';
import { aRule } from '../../support/detection-rules.ts';
import { detectionsStage } from '../../support/detections-stage.ts';

const DONE: ResponseResult = {
  ...{ outcome: 'killed_after', isDryRun: false, latencyNs: 1n, processes: 1, found: [] },
  reason: '',
};

const ONLY_22 = {
  file: 'responses.yaml',
  text: 'responses: [{rules: [a-rule], when: process.pid == 22, respond: kill_process}]',
};

describe('findings that are too many', () => {
  const responding = (respond: RuleResponse, changes: Partial<EventRule> = {}): EventRule => {
    return aRule({ findingsPerSecond: 0.1, respond, ...changes });
  };
  const KILL: RuleResponse = { kind: 'kill_process', isDryRun: false };

  /** What was asked for, and what was told, when these processes execute something at once. */
  async function answers(
    rule: EventRule,
    tgids: readonly number[],
  ): Promise<{ readonly asked: readonly unknown[]; readonly told: readonly string[] }> {
    const asked: unknown[] = [];
    const told: string[] = [];
    const stage = detectionsStage({
      rules: [rule],
      onLine: (line) => told.push(Object.keys(JSON.parse(line))[0] ?? ''),
    });
    stage.detections.respondBy({
      ...{ arm: () => undefined, quarantines: () => [], release: async () => false },
      quarantine: () => Promise.reject(new Error('nobody asks')),
      respond: async ({ process }) => {
        asked.push(process?.tgid);
        return DONE;
      },
    });
    for (const tgid of tgids) stage.exec({ second: 1, tgid });
    const { suppressed } = stage.detections.stats();
    await stage.detections.close();
    for (let turns = 0; turns < 10; turns += 1) await setImmediate();
    told.push(`${suppressed[0]?.count ?? 0} suppressed`);
    return { asked, told: told.toSorted() };
  }

  it('are answered all the same, and go out with what came of it', async () => {
    const { asked, told } = await answers(responding(KILL), [21, 22, 22, 22, 23]);

    assert.deepStrictEqual(asked, [21, 22, 23]);
    assert.deepStrictEqual(told, [
      '2 suppressed',
      ...['finding', 'finding', 'finding', 'response', 'response', 'response'],
    ]);
  });

  it('are answered when a condition of the administrator says so', async () => {
    const [rule] = applyResponses([aRule({ findingsPerSecond: 0.1 })], [ONLY_22], 'enforce').rules;
    assert.ok(rule?.kind === 'event');

    assert.deepStrictEqual((await answers(rule, [21, 21, 22, 23])).asked, [22]);
  });

  it('are not told to anybody, in dry runs neither', async () => {
    const webhook = { kind: 'webhook', url: 'http://127.0.0.1:9/', isDryRun: true } as const;
    for (const respond of [{ ...KILL, isDryRun: true }, webhook]) {
      const { told } = await answers(responding(respond), [21, 22, 23]);

      assert.deepStrictEqual(told, ['2 suppressed', 'finding', 'response']);
    }
  });

  it('are only counted when nothing can be done', async () => {
    const pod: RuleResponse = { kind: 'quarantine_pod', isDryRun: false };
    const { asked, told } = await answers(responding(pod), [21, 22, 23]);

    assert.deepStrictEqual(asked, []);
    assert.deepStrictEqual(told, ['2 suppressed', 'finding', 'response']);
  });
});
