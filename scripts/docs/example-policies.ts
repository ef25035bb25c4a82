/** Finds the example policies: one folder per subject, with the fixtures of its policies. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../src/model/errors.ts';

/** What proves a policy: shell commands for a machine that is thrown away afterwards. */
export interface Fixture {
  /** Must be matched. */
  readonly match: string;
  /** Is much like it, and must not be matched. */
  readonly twin: string;
  /** What becomes of the first; it goes on unharmed when this is absent. */
  readonly effect?: 'denied' | 'killed';
  /** Of `loader`: the file whose mapping is reported, among those of every program. */
  readonly mapped?: string;
}

/** A policy of policies/examples. */
export interface ExamplePolicy {
  readonly subject: string;
  readonly name: string;
  /** In the checkout. */
  readonly path: string;
  readonly text: string;
  readonly fixture: Fixture;
}

const EXAMPLES = 'policies/examples';

/** In the order of subjects and names. Throws when a policy has no fixture, or one no policy. */
export function readExamples(checkout: string): readonly ExamplePolicy[] {
  return readdirSync(join(checkout, EXAMPLES), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((subject) => readSubject(checkout, subject));
}

function readSubject(checkout: string, subject: string): readonly ExamplePolicy[] {
  const folder = join(EXAMPLES, subject);
  const read = (file: string): string => readFileSync(join(checkout, folder, file), 'utf8');
  const fixtures = new Map<string, Fixture>(Object.entries(JSON.parse(read('fixtures.json'))));
  const policies = readdirSync(join(checkout, folder)).filter((file) => file.endsWith('.yaml'));
  assert(policies.length === fixtures.size, `${folder} has policies or fixtures too many`);
  return policies.sort().map((file) => {
    const name = file.slice(0, -'.yaml'.length);
    const fixture = fixtures.get(name);
    assert(fixture !== undefined, `${folder}/fixtures.json says nothing of ${name}`);
    return { subject, name, path: join(folder, file), text: read(file), fixture };
  });
}
