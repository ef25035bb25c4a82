/** What detections cost: time of the CPU for each event, by number of rules. */
import { join } from 'node:path';
import { loadRules } from '../../src/cli/load-rules.ts';
import { openRecording } from '../../src/cli/recording-file.ts';
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { Process } from '../../src/model/event.ts';
import { DetectionEngine } from '../../src/rules/detection/detection-engine.ts';
import type { DetectionRule } from '../../src/rules/detection/ir/rule.ts';
import { aRandom } from '../../test/support/random.ts';
import { repositoryRoot } from '../../test/support/root.ts';
import { type Budget, checkBudgets, print, printTable, round } from '../report.ts';
import { anEventMix } from './event-mix.ts';
import { falcoLike, sigmaLike } from './rule-mix.ts';

const EVENTS = 50_000;
const ROUNDS = 10;
const BATCH = 256;
const SIGMA_RULES = 300;
const FALCO_RULES = 90;
const EVENTS_PER_SECOND_MIN = 100_000;
const GROWTH_MAX = 2;
const COUNTS = [1, 10, 100, 1_000];
const SEED = 42;
const NS_PER_US = 1_000;

const CONTEXT = {
  nodeName: 'node-1',
  clusterName: '',
  userName: () => 'root',
  toEpochMs: (timeNs: bigint) => Number(timeNs / 1_000_000n),
};

interface Measured {
  readonly nanoseconds: number;
  readonly findings: number;
}

/** Measures; true when the budgets are kept. */
export async function runRulesBench(): Promise<boolean> {
  const made = anEventMix(aRandom(SEED), EVENTS);
  const recorded = await readMix();
  const rules = COUNTS.map((count) => measure(mix(count), made));
  const published = publishedMix();
  const whole = measure(published, recorded);
  const name = `${SIGMA_RULES} of Sigma + ${FALCO_RULES} of Falco`;
  print(`rules: ${round(EVENTS)} events with many execs, and ${round(recorded.length)} recorded`);
  print('by what all threads used of the CPU, whatever else runs on the machine');
  printTable(
    ['rules, events', 'CPU ns per event', 'events per second of CPU', 'findings'],
    [
      ...COUNTS.map((count, at) => row(round(count), rules[at])),
      row(name, measure(published, made)),
      row(`${name}, recorded`, whole),
    ],
  );
  const [, , hundred, thousand] = rules;
  const budgets: readonly Budget[] = [
    {
      ...{ name: `${name}, recorded`, relation: 'at least', unit: 'events/s' },
      ...{ value: 1e9 / whole.nanoseconds, limit: EVENTS_PER_SECOND_MIN },
    },
    {
      ...{ name: '1,000 rules to 100', relation: 'at most', unit: 'x', limit: GROWTH_MAX },
      value: (thousand?.nanoseconds ?? Number.NaN) / (hundred?.nanoseconds ?? Number.NaN),
    },
  ];
  return checkBudgets(budgets);
}

function row(name: string, measured: Measured | undefined): readonly string[] {
  const { nanoseconds = Number.NaN, findings = 0 } = measured ?? {};
  return [name, round(nanoseconds), round(1e9 / nanoseconds), round(findings)];
}

/** Three of four as Sigma has them. */
function mix(count: number): readonly DetectionRule[] {
  const random = aRandom(SEED);
  return Array.from({ length: count }, (_, number) =>
    number % 4 === 3 ? falcoLike(random, number) : sigmaLike(random, number),
  );
}

/** The shipped rules, and as many made up as are missing. */
function publishedMix(): readonly DetectionRule[] {
  const random = aRandom(SEED);
  const { rules } = loadRules([join(repositoryRoot(), 'policies/rules')]);
  const missing = SIGMA_RULES - rules.length;
  return [
    ...rules,
    ...Array.from({ length: missing }, (_, number) => sigmaLike(random, number)),
    ...Array.from({ length: FALCO_RULES }, (_, number) => falcoLike(random, number)),
  ];
}

/** A clone, a build, searches and scripts, as an agent saw them. */
async function readMix(): Promise<readonly DetectionEvent[]> {
  const path = join(repositoryRoot(), 'bench/rules/recorded-mix.zst');
  const events: DetectionEvent[] = [];
  for await (const event of openRecording(path).events) events.push(event);
  return events;
}

/**
 * The best of some rounds, by what all threads of this program used of the CPU, the garbage
 * collector's among them: a clock would show what else runs on the machine.
 */
function measure(rules: readonly DetectionRule[], events: readonly DetectionEvent[]): Measured {
  let findings = 0;
  const onFinding = (): void => {
    findings += 1;
  };
  const engine = new DetectionEngine({ rules, context: CONTEXT, origin: 'node-1/boot', onFinding });
  let best = Number.POSITIVE_INFINITY;
  for (let number = 0; number < ROUNDS; number += 1) {
    const fresh = freshen(events);
    const start = process.cpuUsage();
    for (let at = 0; at < fresh.length; at += BATCH) engine.detect(fresh.slice(at, at + BATCH));
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, ((user + system) * NS_PER_US) / fresh.length);
  }
  return { nanoseconds: best, findings: findings / ROUNDS };
}

/**
 * Texts of a process that were remembered in one round are not to make the next one cheaper. Within
 * a round its events share them, as those of one process image do.
 */
function freshen(events: readonly DetectionEvent[]): readonly DetectionEvent[] {
  const copies = new Map<Process, Process>();
  const copyOf = (original: Process): Process => {
    const known = copies.get(original);
    if (known !== undefined) return known;
    const copy = { ...original };
    copies.set(original, copy);
    return copy;
  };
  return events.map((event) => {
    const { process, ancestors } = event;
    return { ...event, process: copyOf(process), ancestors: ancestors.map(copyOf) };
  });
}
