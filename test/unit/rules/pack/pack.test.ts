/** The shipped rules: each is complete, finds what it is for, and leaves ordinary work alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readExamples } from '../../../../scripts/docs/example-policies.ts';
import { type PackRule, readRulePack, techniquesOf } from '../../../../scripts/docs/rule-pack.ts';
import { readFixtures, runFixtures } from '../../../../src/rules/detection/fixtures/index.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { pushDown } from '../../../../src/rules/detection/sources/pushdown.ts';
import { findHook } from '../../../../src/rules/detection/sources/source-table.ts';
import { findWanted } from '../../../../src/rules/detection/sources/wanted.ts';
import { readTriggers } from '../../../support/pack-triggers.ts';
import { repositoryRoot } from '../../../support/root.ts';

const ROOT = repositoryRoot();
const PACK = readRulePack(ROOT);
const COMPILED = compileSigma(PACK.map(({ path, text }) => ({ file: path, text })));
const TITLES = new Map(COMPILED.rules.map(({ id, title }) => [id, title]));
const POLICIES = new Set(readExamples(ROOT).map(({ name }) => name));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

function countSentences(text: string | undefined): number {
  return (text ?? '').match(/[.!?](?=\s|$)/g)?.length ?? 0;
}

/** Whether the link is the page of the technique. */
function isAbout(link: string, technique: string): boolean {
  const page = `https://attack.mitre.org/techniques/${technique.replace('.', '/')}`;
  return page === link.replace(/\/$/, '');
}

/** What a rule lacks, in clauses. */
function missingIn({ tactic, rule, documents }: PackRule): readonly string[] {
  const { description, tags, status, level = '', falsepositives = [], references = [] } = rule;
  const isStable = tags.includes('warder.stable');
  const checks: readonly (readonly [string, boolean])[] = [
    ['ids of version 4', documents.every(({ id }) => UUID.test(id))],
    ['two to four sentences of description', isWithin(countSentences(description), 2, 4)],
    ['two to five sentences of runbook', isWithin(countSentences(rule.runbook), 2, 5)],
    ['the tag of its tactic', tags.includes(`attack.${tactic}`)],
    ['one tier', isStable !== tags.includes('warder.incubating')],
    ['the status of its tier', status === (isStable ? 'stable' : 'experimental')],
    ['a technique', techniquesOf(rule).length > 0],
    [
      'references that are about its techniques',
      references.every((link) => techniquesOf(rule).some((id) => isAbout(link, id))),
    ],
    ['a reference', references.length > 0],
    ['false positives', falsepositives.length > 0],
    ['a level', LEVELS.includes(level)],
    ['a policy that exists', rule.prevention === undefined || POLICIES.has(rule.prevention)],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => name);
}

function isWithin(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}

function count(holds: (each: PackRule) => boolean): number {
  return PACK.filter(holds).length;
}

/** Ids of rules become titles, for those who read what went wrong. */
function withTitles(text: string): string {
  return text.replace(/[0-9a-f-]{36}/g, (id) => JSON.stringify(TITLES.get(id) ?? id));
}

describe('shipped rules', () => {
  it('are many, of every tier and kind, without two of one id, name or title', () => {
    const documents = PACK.flatMap((each) => each.documents);
    const names = documents.flatMap(({ name }) => name ?? []);

    assert.ok(PACK.length >= 100, `${PACK.length}`);
    assert.ok(count(({ rule }) => rule.tags.includes('warder.stable')) >= 60);
    assert.ok(count(({ rule }) => rule.correlation !== undefined) >= 10);
    assert.equal(new Set(documents.map(({ id }) => id)).size, documents.length);
    assert.equal(new Set(documents.map(({ title }) => title)).size, documents.length);
    assert.equal(new Set(names).size, names.length);
  });

  it('compile without a word', () => {
    assert.deepStrictEqual(COMPILED.diagnostics, []);
    assert.deepStrictEqual(
      new Set(COMPILED.rules.filter(({ emits }) => emits).map(({ id }) => id)),
      new Set(PACK.map(({ rule }) => rule.id)),
    );
  });

  it('leave opens for reading to the kernel that none of them is about', () => {
    const asked = findWanted(COMPILED.rules).conditions.get('file.open') ?? [];
    const hook = findHook('warder:file_open', 'file_open')?.hook;
    assert.ok(hook);

    const terms = pushDown(asked, hook);

    assert.ok(terms?.some(({ value }) => value === '/etc/shadow'));
    // As a part of a path these would be in the way of every program.
    const isBusy = (text: string): boolean => /^\/(proc|usr|lib|etc)\/?$/.test(text);
    assert.deepStrictEqual(terms?.map(({ value }) => String(value)).filter(isBusy), []);
  });

  for (const each of PACK) {
    it(`${each.path} says all that those need who get its findings`, () => {
      assert.deepStrictEqual(missingIn(each), []);
    });
  }
});

describe('fixtures of shipped rules', () => {
  const files = PACK.map(({ fixturePath, fixtureText }) => {
    return { file: fixturePath, text: fixtureText };
  });
  const { fixtures, diagnostics } = readFixtures(files, COMPILED.rules);
  const results = Map.groupBy(runFixtures(fixtures, COMPILED.rules), ({ file }) => file);

  it('are right', () => assert.deepStrictEqual(diagnostics, []));

  for (const { fixturePath, rule } of PACK) {
    it(`${fixturePath}: the rule finds what it is for and nothing much like it`, () => {
      const fixture = fixtures.find(({ file }) => file === fixturePath);
      const expected = new Set(fixture?.cases.map(({ expect }) => expect));
      const problems = (results.get(fixturePath) ?? []).flatMap((result) =>
        result.problems.map((problem) => `${result.case}: ${withTitles(problem)}`),
      );

      assert.equal(fixture?.rule?.value, rule.id);
      assert.deepStrictEqual(expected, new Set(['match', 'none']));
      assert.deepStrictEqual(problems, []);
    });
  }
});

describe('ordinary work', () => {
  const folder = 'test/rules/ordinary-work';
  const files = readdirSync(join(ROOT, folder)).map((name) => {
    return { file: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') };
  });
  const { fixtures, diagnostics } = readFixtures(files, COMPILED.rules);

  it('is written down without a mistake', () => assert.deepStrictEqual(diagnostics, []));

  for (const result of runFixtures(fixtures, COMPILED.rules)) {
    it(`raises nothing of level high or critical: ${result.case}`, () => {
      assert.deepStrictEqual(result.problems.map(withTitles), []);
    });
  }
});

describe('triggers of shipped rules', () => {
  const triggers = readTriggers(ROOT, PACK);

  it('are there for most stable rules, each with a twin', () => {
    const stable = triggers.filter(({ rule }) => rule.rule.tags.includes('warder.stable'));
    const wrong = triggers.filter(
      ({ match, container, twin }) => (match ?? container) === undefined || match === twin,
    );

    assert.ok(stable.length >= 100, `${stable.length}`);
    assert.deepStrictEqual(wrong, []);
  });
});
