/** Detectors and correlations of a real agent: what they find, and what the next agent knows. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findingsOf } from '../support/agent-findings.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { detectorText, writeDetectors } from '../support/detector-files.ts';
import { PinMount } from '../support/pin-mount.ts';

const WAIT_MS_MAX = 60_000;
const FIELDS = `fields: ['process.args'],`;
const COUNTED = `event.value('process.args')?.includes('--count-me') === true`;

const DETECTORS = {
  third: detectorText(
    `if (!(${COUNTED})) return;
     const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n); if (n === 3) emit();`,
    `${FIELDS} state: { seen: table({ entriesMax: 1 }) },`,
  ),
  loops: detectorText(
    `if (event.value('process.args')?.includes('--loop-now') === true) for (;;) {}`,
    FIELDS,
  ),
};

const RULES = `title: Counted
name: counted
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: --count-me}, condition: s}
level: low
---
title: Counted three times
correlation:
  type: event_count
  rules: [counted]
  group-by: [Image]
  timespan: 1h
  condition: {gte: 3}
level: low
---
title: After the loop
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: --after-loop}, condition: s}
level: low
`;

/** Runs true with an argument, so many times. */
function deed(argument: string, times = 1): void {
  for (let time = 0; time < times; time += 1) spawnSync('/bin/true', [argument]);
}

/** Titles of findings, in their order. */
function titles(agent: AgentProcess): readonly string[] {
  return findingsOf(agent).map(({ rule }) => rule.title);
}

async function untilFound(agent: AgentProcess, title: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!titles(agent).includes(title) && Date.now() < deadline) await sleep(50);
  assert.ok(titles(agent).includes(title), `${title}: ${agent.stderr}`);
}

/** What `status` says of detections, once it is so. */
async function untilStatus(
  agent: AgentProcess,
  isSo: (detections: Status) => boolean,
): Promise<Status> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const detections: Status = Object(await agent.ask('/v1/status')).detections;
    if (isSo(detections) || Date.now() > deadline) return detections;
    await sleep(50);
  }
}

interface Status {
  readonly events: number;
  readonly correlations: { readonly groups: number; readonly restored: number };
  readonly detectors: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason: string;
    readonly events: number;
  }[];
}

function stateOf({ detectors }: Status, id: string): string {
  return detectors.find((each) => each.id === id)?.state ?? 'absent';
}

/** Starts agents one after the other, with the same detectors, rules and state. */
function prepare(t: TestContext): () => Promise<AgentProcess> {
  const [first = ''] = writeDetectors(t, DETECTORS);
  const rules = join(dirname(first), 'rules.yaml');
  writeFileSync(rules, RULES);
  const args = ['--output', 'json', '--detectors', dirname(first), '--rules', rules];
  const pins = new PinMount();
  const agents: AgentProcess[] = [];
  t.after(async () => {
    for (const agent of agents) await agent.end('SIGKILL');
    pins.close();
  });
  return async () => {
    const agent = new AgentProcess({ pins, args });
    agents.push(agent);
    await agent.armed();
    return agent;
  };
}

describe('an agent with detectors and correlations', () => {
  it('goes on counting after a restart', async (t) => {
    const start = prepare(t);
    const before = await start();
    deed('--count-me', 2);
    await untilStatus(before, ({ correlations }) => correlations.groups === 1);
    deed('--after-loop');
    await untilFound(before, 'After the loop');
    await before.end('SIGTERM');
    const after = await start();
    const { correlations } = await untilStatus(after, () => true);
    deed('--count-me');
    await untilFound(after, 'Counted three times');
    await untilFound(after, 'A detector');

    assert.deepStrictEqual(titles(before), ['After the loop']);
    assert.equal(correlations.restored, 1);
  });

  it('switches a detector off that loops for ever, and rules and others find', async (t) => {
    const start = prepare(t);
    const agent = await start();
    deed('--loop-now');
    const status = await untilStatus(agent, (each) => stateOf(each, 'loops') === 'disabled');
    deed('--after-loop');
    deed('--count-me', 3);
    await untilFound(agent, 'After the loop');
    await untilFound(agent, 'A detector');

    assert.deepStrictEqual(
      [stateOf(status, 'loops'), stateOf(status, 'third')],
      ['disabled', 'running'],
    );
    const loops = status.detectors.find(({ id }) => id === 'loops');
    assert.match(loops?.reason ?? '', /^RULE_DETECTOR_STUCK: /);
    await agent.logged(/RULE_DETECTOR_STUCK/);
  });
});
