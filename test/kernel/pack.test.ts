/** The shipped rules on a real kernel: what they are for is found, and what is like it is not. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRulePack } from '../../scripts/docs/rule-pack.ts';
import { findingsOf } from '../support/agent-findings.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { findCgroupRoot } from '../support/cgroups.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { type PackTrigger, readTriggers, scriptOf } from '../support/pack-triggers.ts';
import { repositoryRoot } from '../support/root.ts';

const ROOT = repositoryRoot();
const TRIGGERS = readTriggers(ROOT, readRulePack(ROOT));
const ENVIRONMENT = { ...process.env, DEED: join(ROOT, 'build/triggers/deed') };

/** Scripts change files of the system: they are for machines of their own. */
const isGuest = process.env['WARDER_GUEST'] !== undefined;

/** How long the last findings may take after the last deed. */
const WAIT_MS_MAX = 60_000;
/** A script that hangs is ended; what it did until then counts. */
const SCRIPT_SECONDS_MAX = 60;

interface FoundRule {
  readonly rule: string;
  /** Of the process and its ancestors. */
  readonly pids: readonly number[];
}

function foundBy(agent: AgentProcess): readonly FoundRule[] {
  return findingsOf(agent).map(({ rule, process: found, ancestors = [] }) => {
    return { rule: rule.id, pids: [found, ...ancestors].map(({ pid }) => pid) };
  });
}

/** Runs it to its end; its process id. */
async function runScript(script: string, name: string): Promise<number> {
  const shell = spawn('/usr/bin/timeout', [`${SCRIPT_SECONDS_MAX}`, '/bin/sh'], {
    env: ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.stdin.on('error', () => undefined);
  shell.stdin.end(scriptOf(script, join(findCgroupRoot(), `warder-${name}`)));
  await once(shell, 'close');
  return shell.pid ?? -1;
}

async function runInContainer(command: readonly string[], number: number): Promise<void> {
  using runtime = new ContainerRuntime();
  const id = number.toString(16).padStart(64, 'c');
  const podUid = '5d2f9c1e-7d3a-4b8e-9f01-2a3b4c5d6e7f';
  // It may end with a failure: what it asks for is not there.
  await runtime.run({ id, podUid, driver: 'cgroupfs', command }).catch(() => undefined);
}

describe('shipped rules', { skip: isGuest ? false : 'change files of the machine' }, () => {
  const twins = new Map<PackTrigger, number>();
  const matches = new Map<PackTrigger, number>();
  let agent: AgentProcess;
  let found: readonly FoundRule[] = [];

  const isFound = (trigger: PackTrigger): boolean => {
    const pid = matches.get(trigger);
    return found.some(
      ({ rule, pids }) =>
        rule === trigger.rule.rule.id && (pid === undefined || pids.includes(pid)),
    );
  };

  before(async () => {
    agent = new AgentProcess({ args: ['--output', 'json', '--rules', 'policies/rules'] });
    await agent.armed();
    for (const trigger of TRIGGERS) {
      twins.set(trigger, await runScript(trigger.twin, `twin-${trigger.rule.name}`));
    }
    for (const [number, trigger] of TRIGGERS.entries()) {
      const { match, container } = trigger;
      if (match !== undefined) {
        matches.set(trigger, await runScript(match, trigger.rule.name));
      }
      if (container !== undefined) await runInContainer(container, number);
    }
    const deadline = Date.now() + WAIT_MS_MAX;
    do {
      await sleep(500);
      found = foundBy(agent);
    } while (Date.now() < deadline && !TRIGGERS.every(isFound));
  });
  after(() => agent.end('SIGTERM'));

  for (const trigger of TRIGGERS) {
    it(`${trigger.rule.path} finds what it is for and nothing much like it`, () => {
      const twin = twins.get(trigger) ?? -1;
      const wrong = found.filter(
        ({ rule, pids }) => rule === trigger.rule.rule.id && pids.includes(twin),
      );

      assert.ok(isFound(trigger), `not found: ${trigger.match ?? trigger.container}`);
      assert.deepStrictEqual(wrong, [], `found: ${trigger.twin}`);
    });
  }
});
