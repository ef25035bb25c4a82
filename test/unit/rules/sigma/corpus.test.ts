/** The corpus of rules: each matches what its fixtures say, and nothing else of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import { Correlator } from '../../../../src/rules/detection/correlate/correlator.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { FieldName } from '../../../../src/rules/detection/fields/field-table.ts';
import type { FieldSource } from '../../../../src/rules/detection/fields/field-value.ts';
import type { Fixture, FixtureCase } from '../../../../src/rules/detection/fixtures/fixture.ts';
import { readFixtures } from '../../../../src/rules/detection/fixtures/index.ts';
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { repositoryRoot } from '../../../support/root.ts';

const CORPUS = join(repositoryRoot(), 'test/rules/sigma');
const TOPICS = readdirSync(join(CORPUS, 'rules')).sort();
const PLACEHOLDERS = { admins: ['root', 'admin'], hosts: ['web-*', 'db-1'] };

/** Later than any span that a case could wait for. */
const END_US = Number.MAX_SAFE_INTEGER;

function read(kind: 'rules' | 'fixtures', topic: string): { file: string; text: string } {
  const file = join(kind, topic);
  return { file, text: readFileSync(join(CORPUS, file), 'utf8') };
}

/** Ids of rules that match by the slow evaluator, with which the index has to agree. */
function matchesOf(event: FieldSource, rules: readonly DetectionRule[]): readonly string[] {
  const events = rules.filter((rule) => rule.kind === 'event');
  const slow = events.filter(({ condition }) => evaluateNaively(condition, event));
  const fast = new RuleIndex(events).evaluate(event);
  assert.deepStrictEqual(new Set(fast.map(({ id }) => id)), new Set(slow.map(({ id }) => id)));
  return slow.map(({ id }) => id);
}

/** Matches are of events that stand for themselves: fields are read from the fixture. */
function run({ events }: FixtureCase, rules: readonly DetectionRule[]): ReadonlySet<string> {
  const sources = new Map<DetectionEvent, FieldSource>();
  const correlator = new Correlator(
    rules.filter((rule) => rule.kind === 'correlation'),
    (match, field, key) => {
      const event = match.events.at(-1);
      const value = event && sources.get(event)?.value(field as FieldName, key);
      return value === undefined ? undefined : String(value);
    },
  );
  const seen = new Set<string>();
  for (const source of events) {
    const timeUs = Number(source.timeNs / 1000n);
    const event = { timeNs: source.timeNs } as DetectionEvent;
    sources.set(event, source);
    for (const rule of matchesOf(source, rules)) {
      seen.add(rule);
      correlator.add({ rule, timeUs, events: [event], count: 1 });
    }
    for (const { rule } of correlator.advance(timeUs)) seen.add(rule);
  }
  for (const { rule } of correlator.flush(END_US)) seen.add(rule);
  return seen;
}

function expectationsOf(fixtures: readonly Fixture[], id: string): readonly string[] {
  const cases = fixtures.filter(({ rule }) => rule?.value === id).flatMap((each) => each.cases);
  return [...new Set(cases.map(({ expect }) => expect))].sort();
}

for (const topic of TOPICS) {
  const { rules, diagnostics } = compileSigma([read('rules', topic)], {
    placeholders: PLACEHOLDERS,
  });
  const fixtures = readFixtures([read('fixtures', topic)], rules);

  describe(`rules about ${topic.replace('.yaml', '')}`, () => {
    it('have no mistakes, and fixtures of both kinds', () => {
      assert.deepStrictEqual([...diagnostics, ...fixtures.diagnostics], []);
      // Rules that correlations are made of are matched by the fixtures of these.
      const lacking = rules
        .filter(({ emits }) => emits)
        .filter(({ id }) => expectationsOf(fixtures.fixtures, id).join() !== 'match,none');
      assert.deepStrictEqual(
        lacking.map(({ title }) => title),
        [],
      );
    });

    for (const { rule, cases } of fixtures.fixtures) {
      const title = rules.find(({ id }) => id === rule?.value)?.name ?? '';
      for (const each of cases) {
        it(`${each.expect === 'match' ? 'match' : 'do not match'}: ${title}, ${each.name}`, () => {
          const isMatch = run(each, rules).has(rule?.value ?? '');

          assert.equal(isMatch, each.expect === 'match');
        });
      }
    }
  });
}
