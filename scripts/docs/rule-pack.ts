/** Finds the shipped detection rules with their fixtures: one folder per tactic. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { assert } from '../../src/model/errors.ts';

/** What the file of a rule says, as far as the pages and tests of the pack read it. */
export interface RuleDocument {
  readonly title: string;
  readonly id: string;
  readonly name?: string;
  readonly status: string;
  readonly description: string;
  readonly references?: readonly string[];
  readonly tags: readonly string[];
  readonly falsepositives?: readonly string[];
  readonly level?: string;
  readonly runbook?: string;
  /** Name of an example policy that stops what the rule reports. */
  readonly prevention?: string;
  readonly correlation?: unknown;
}

/** A file of policies/rules; a correlation has the rules that it is made of behind it. */
export interface PackRule {
  readonly tactic: string;
  readonly name: string;
  /** In the checkout. */
  readonly path: string;
  readonly text: string;
  /** The rule that gives findings. */
  readonly rule: RuleDocument;
  /** All documents, the rule first. */
  readonly documents: readonly RuleDocument[];
  readonly fixturePath: string;
  readonly fixtureText: string;
}

const RULES = 'policies/rules';
const FIXTURES = 'test/rules/pack';

/** In the order of tactics and names. Throws when a rule has no fixtures, or these no rule. */
export function readRulePack(checkout: string): readonly PackRule[] {
  const paths = listFiles(join(checkout, RULES));
  const strays = listFiles(join(checkout, FIXTURES)).filter((path) => !paths.includes(path));
  assert(strays.length === 0, `${FIXTURES} has fixtures without a rule: ${strays.join(', ')}`);
  return paths.map((path) => readRule(checkout, path));
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort();
}

function readRule(checkout: string, path: string): PackRule {
  const [tactic = '', file = ''] = path.split('/');
  const fixturePath = join(FIXTURES, path);
  assert(existsSync(join(checkout, fixturePath)), `${path} has no fixtures`);
  const text = readFileSync(join(checkout, RULES, path), 'utf8');
  const documents = loadAll(text) as readonly RuleDocument[];
  const [rule] = documents;
  assert(rule !== undefined, `${path} has no rule`);
  return {
    ...{ tactic, name: file.slice(0, -'.yaml'.length), path: join(RULES, path), text },
    ...{ rule, documents, fixturePath },
    fixtureText: readFileSync(join(checkout, fixturePath), 'utf8'),
  };
}

/** Ids of techniques in ATT&CK, as T1059.004, in the order of the rule. */
export function techniquesOf({ tags }: RuleDocument): readonly string[] {
  return tags.flatMap(
    (tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? [],
  );
}
