/** Sources of events as rules want them, around a kernel that takes what it is told to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  attachSources,
  detachSources,
  type EventSourceOptions,
} from '../../../src/cli/event-sources.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import type { PolicyPlan } from '../../../src/model/plan.ts';
import type { PolicyStatus } from '../../../src/model/policy.ts';
import type { DetectionRule } from '../../../src/rules/index.ts';
import { rulesOf } from '../../support/detections-stage.ts';
import { smallKernel } from '../rules/small-kernel.ts';

function opens(path: string): string {
  return `title: ${path}
logsource: {category: file.open}
detection: {s: {file.path: ${path}}, condition: s}
level: low
`;
}

const LINKS = `title: links
logsource: {category: file.symlink}
detection: {s: {file.path: /a}, condition: s}
level: low
`;

const NAMES = `title: names
logsource: {category: dns.query}
detection: {s: {dns.query: a.test}, condition: s}
level: low
`;

const rules = (...texts: readonly string[]): readonly DetectionRule[] =>
  rulesOf(texts.join('---\n'));

interface Bench extends EventSourceOptions {
  readonly steps: string[];
  /** Which policies can be attached. */
  takes: boolean | 'all but those that kill';
  letsGo: boolean;
}

function kills({ hooks }: PolicyPlan): boolean {
  return hooks.some(({ selectors }) =>
    selectors.some(({ actions }) => actions.some(({ kind }) => kind === 'Sigkill')),
  );
}

function pointing(target: string): string {
  return LINKS.replace('file.path: /a', `file.target: ${target}`);
}

const killing = (target: string): string => `${pointing(target)}respond: kill_process\n`;

/** Policies that are there already stay when the next one is refused, as in the real one. */
function makeBench(): Bench {
  const there = new Map<string, PolicyStatus>();
  const steps: string[] = [];
  const bench: Bench = {
    ...{ steps, takes: true, letsGo: true, types: smallKernel, logger: silentLogger },
    dns: { start: () => void steps.push('start dns'), close: () => void steps.push('close dns') },
    manager: {
      status: (name) => there.get(name),
      remove(name) {
        steps.push(`remove ${name}`);
        if (!bench.letsGo) throw new CodedError('ENGINE_STUCK', 'it is stuck');
        return there.delete(name);
      },
      put(intents) {
        return intents.map(({ plan }): PolicyStatus => {
          const { name, file } = plan;
          const base = { name, file, mode: 'monitor_only' } as const;
          if (bench.takes === true || (bench.takes !== false && !kills(plan))) {
            steps.push(`put ${name}${kills(plan) ? ', which kills' : ''}`);
            const hooks = [{ kind: 'attached', hook: 'h', method: 'fentry' }] as const;
            const status = { ...base, state: 'enabled', hooks } as const;
            there.set(name, status);
            return status;
          }
          const hooks = [{ kind: 'failed', hook: 'h', code: 'X', reason: 'it is full' }] as const;
          const failed = { ...base, state: 'load_error', hooks } as const;
          if (there.has(name)) return { ...failed, keepsPrevious: true };
          there.set(name, failed);
          return failed;
        });
      },
    },
  };
  return bench;
}

function change(bench: Bench, before: readonly DetectionRule[], after: readonly DetectionRule[]) {
  const first = attachSources(before, bench);
  bench.steps.length = 0;
  const second = attachSources(after, bench, first);
  detachSources(first, second, bench);
  return second.map(({ source, way = 'none', reason }) => `${source} ${way} ${reason}`.trim());
}

describe('sources of rules that become others', () => {
  it('stay untouched where they are wanted as before', () => {
    const bench = makeBench();
    const states = change(bench, rules(opens('/srv/a'), LINKS), rules(LINKS, opens('/srv/a')));

    assert.deepStrictEqual(bench.steps, []);
    assert.equal(states.length, 2);
  });

  it('are replaced, come and go as they are wanted', () => {
    const bench = makeBench();
    change(bench, rules(opens('/srv/a'), LINKS), rules(opens('/srv/b'), NAMES));

    assert.deepStrictEqual(bench.steps, [
      ...['put warder:file_open', 'start dns', 'remove warder:file_symlink'],
    ]);
  });

  it('do without names when nobody wants them', () => {
    const bench = makeBench();
    change(bench, rules(LINKS, NAMES), rules(LINKS));

    assert.deepStrictEqual(bench.steps, ['close dns']);
  });

  it('stay as they were when the kernel does not take the new ones, and say so', () => {
    const bench = makeBench();
    const first = attachSources(rules(opens('/srv/a')), bench);
    bench.takes = false;
    const second = attachSources(rules(opens('/srv/b'), LINKS), bench, first);
    detachSources(first, second, bench);
    bench.takes = true;
    const third = attachSources(rules(opens('/srv/b')), bench, second);
    detachSources(second, third, bench);

    const [open, link] = second;
    assert.equal(open?.way, first[0]?.way);
    assert.match(open?.reason ?? '', /it is full/);
    assert.equal(link?.way, undefined);
    assert.deepStrictEqual(third[0]?.reason, first[0]?.reason);
    assert.deepStrictEqual(
      bench.steps.filter((step) => step.endsWith('file_open')),
      ['put warder:file_open', 'put warder:file_open'],
    );
  });
});

describe('sources of rules that kill', () => {
  it('kill where the kernel can tell, and go when no rule kills any more', () => {
    const bench = makeBench();
    const states = change(bench, rules(pointing('/srv/a')), rules(killing('/srv/a')));
    assert.deepStrictEqual(bench.steps, ['put warder:file_symlink, which kills']);
    assert.deepStrictEqual(states, ['file_symlink lsm']);

    bench.steps.length = 0;
    const first = attachSources(rules(killing('/srv/a')), bench);
    attachSources(rules(pointing('/srv/a')), bench, first);
    assert.deepStrictEqual(bench.steps, [
      ...['put warder:file_symlink, which kills', 'put warder:file_symlink'],
    ]);
  });

  it('tell of events all the same where the kernel does not take kills', () => {
    const bench = makeBench();
    bench.takes = 'all but those that kill';
    const [state] = attachSources(rules(killing('/srv/a')), bench);

    assert.deepStrictEqual(bench.steps.at(-1), 'put warder:file_symlink');
    assert.equal(state?.way, 'lsm');
    assert.match(state?.reason ?? '', /killed by the agent/);
  });

  it('are taken out again and again until the kernel lets go of them', () => {
    const bench = makeBench();
    const first = attachSources(rules(killing('/srv/a')), bench);
    bench.letsGo = false;
    const left = detachSources(first, [], bench);
    assert.match(left[0]?.reason ?? '', /still killed for rules before these: it is stuck/);
    assert.equal(attachSources(rules(), bench, left).length, 0);
    assert.equal(detachSources(left, [], bench).length, 1);
    bench.letsGo = true;
    assert.deepStrictEqual(detachSources(left, [], bench), []);

    const steps = Array.from({ length: 3 }, () => 'remove warder:file_symlink');
    assert.deepStrictEqual(bench.steps, ['put warder:file_symlink, which kills', ...steps]);
  });

  it('are put in force anew where the kernel did not let go of them', () => {
    const bench = makeBench();
    const first = attachSources(rules(killing('/srv/a')), bench);
    bench.letsGo = false;
    const left = detachSources(first, [], bench);
    const [state] = attachSources(rules(killing('/srv/a')), bench, left);

    assert.deepStrictEqual(state, first[0]);
  });

  it('kill nobody for rules that are gone, also when nothing else can be attached', () => {
    const bench = makeBench();
    const first = attachSources(rules(killing('/srv/a')), bench);
    bench.takes = false;
    const [state] = attachSources(rules(killing('/srv/b')), bench, first);

    assert.deepStrictEqual(bench.steps, [
      ...['put warder:file_symlink, which kills', 'remove warder:file_symlink'],
    ]);
    assert.equal(state?.way, undefined);
  });
});
