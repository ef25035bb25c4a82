/** Every class has a source, and every source is a policy that the compiler takes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVENT_CLASSES, type EventClass } from '../../../../../src/model/event-class.ts';
import type { Condition } from '../../../../../src/rules/detection/ir/condition.ts';
import { sourcePolicies } from '../../../../../src/rules/detection/sources/source-policies.ts';
import {
  CLASSES_WITHOUT_SOURCE,
  SOURCES,
} from '../../../../../src/rules/detection/sources/source-table.ts';
import { findWanted, wantsNames } from '../../../../../src/rules/detection/sources/wanted.ts';
import { compilePolicies, compileRules } from '../../../../../src/rules/index.ts';

const OWN = { pid: 1 };
const CLASSES = Object.keys(EVENT_CLASSES) as readonly EventClass[];

function wantedBy(...rules: readonly string[]): ReturnType<typeof findWanted> {
  const text = rules
    .map((rule, index) => `title: rule ${index}\nlevel: low\n${rule}`)
    .join('\n---\n');
  const compiled = compileRules([{ file: 'rules.yaml', text }]);
  assert.deepStrictEqual(
    compiled.diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  return findWanted(compiled.rules);
}

const sourcesOf = (...rules: readonly string[]): readonly string[] =>
  sourcePolicies(wantedBy(...rules), OWN).map(({ source }) => source.name);

describe('sources', () => {
  it('are there for every class', () => {
    const found = new Set([...SOURCES.map((each) => each.class), ...CLASSES_WITHOUT_SOURCE]);
    assert.deepStrictEqual(
      CLASSES.filter((each) => !found.has(each)),
      [],
    );
  });

  it('have names of their own, and so have their calls', () => {
    const names = SOURCES.map(({ name }) => name);
    assert.deepStrictEqual(names, [...new Set(names)]);
    for (const { name, ways } of SOURCES) {
      for (const { hooks } of ways) {
        const calls = hooks.map(({ call }) => call);
        assert.deepStrictEqual(calls, [...new Set(calls)], name);
      }
    }
  });

  const fields = ['file.inode', 'file.device', 'file.filesystem'] as const;
  const all = findWanted([], { classes: CLASSES, fields });
  for (const { source, policies } of sourcePolicies(all, OWN)) {
    for (const { way, texts } of policies) {
      const [{ text = '' } = {}] = texts;
      it(`are policies without a fault: ${source.name} by ${way.kind}`, () => {
        const { plans, diagnostics } = compilePolicies(text, 'source.yaml');
        assert.deepStrictEqual(diagnostics, []);
        assert.equal(plans.length, 1);
        for (const { selectors } of plans[0]?.hooks ?? []) {
          // None of the events is the agent's.
          assert.ok(selectors.every(({ matchPids }) => matchPids[0]?.values[0] === OWN.pid));
        }
      });
    }
  }
});

describe('sources of rules', () => {
  it('are those of their classes', () => {
    const rule = 'logsource: {category: file.mode}\ndetection: {s: {file.path: /x}, condition: s}';
    assert.deepStrictEqual(sourcesOf(rule), ['file_mode']);
  });

  it('are none for what every agent sees', () => {
    const rule =
      'logsource: {category: process_creation}\ndetection: {s: {Image: /x}, condition: s}';
    assert.deepStrictEqual(sourcesOf(rule), []);
    assert.equal(wantsNames(wantedBy(rule)), false);
  });

  it('are none of classes that do not have what is asked for', () => {
    const of = (fact: string): string =>
      `logsource: {product: linux}\ndetection: {s: {${fact}}, condition: s}`;
    const about = (fact: string): string =>
      of(`event.class: [file.symlink, file.mode, process.exec], ${fact}`);
    assert.deepStrictEqual(sourcesOf(about('file.target: /x')), ['file_symlink']);
    assert.deepStrictEqual(sourcesOf(about('file.path: /x')), ['file_symlink', 'file_mode']);
  });

  it('watch names when somebody reads them', () => {
    const connect = 'logsource: {category: network_connection}\ndetection:';
    const byName = `${connect} {s: {network.remote.name|endswith: .test}, condition: s}`;
    const byPort = `${connect} {s: {network.remote.port: 22}, condition: s}`;
    assert.equal(wantsNames(wantedBy(byName)), true);
    assert.equal(wantsNames(wantedBy(byPort)), false);
    const query = 'logsource: {category: dns_query}\ndetection: {s: {dns.query: a}, condition: s}';
    assert.equal(wantsNames(wantedBy(query)), true);
  });

  it('read what costs more only when a rule asks for it', () => {
    const open = (fact: string): string => {
      const rule = `logsource: {category: file.open}\ndetection: {s: {${fact}}, condition: s}`;
      return sourcePolicies(wantedBy(rule), OWN)[0]?.policies[0]?.texts[0]?.text ?? '';
    };
    assert.match(open('file.inode: 7'), /label: inode/);
    assert.doesNotMatch(open('file.path: /x'), /label: inode/);
  });

  const KILL = 'respond: kill_process\nlogsource: {product: linux, category:';
  const exec = `${KILL} process_creation}\ndetection: {s: {Image|endswith: /nc}, condition: s}`;
  const open = `${KILL} file.open}\ndetection: {s: {file.path: /x}, condition: s}`;

  it('kill where the kernel can decide it, and only rules that kill', () => {
    const actions = (rule: string): readonly (readonly boolean[])[] =>
      sourcePolicies(wantedBy(rule), OWN).flatMap(({ policies }) =>
        policies.map(({ texts }) => texts.map(({ acts }) => acts)),
      );

    assert.deepStrictEqual(actions(exec), [[true]]);
    assert.deepStrictEqual(actions(exec.replace('kill_process', 'signal SIGSTOP')), []);
    assert.deepStrictEqual(actions(exec.replace('endswith', 're')), []);
    // A path that the process names, and may change, is not acted on.
    assert.deepStrictEqual(actions(open), [
      ...[
        [true, false, false],
        [true, false, false],
        [false, false],
      ],
    ]);
    assert.deepStrictEqual(actions(open.replace('kill_process', 'quarantine_process')), [
      ...[
        [false, false],
        [false, false],
        [false, false],
      ],
    ]);
  });

  for (const rule of [exec, open]) {
    it(`are policies without a fault also when they kill: ${rule.slice(50, 95)}`, () => {
      const excluded = { ...OWN, parents: [7] };
      const [found] = sourcePolicies(wantedBy(rule), excluded);
      const text = found?.policies[0]?.texts[0]?.text ?? '';
      const { plans, diagnostics } = compilePolicies(text, 'source.yaml');

      assert.deepStrictEqual(diagnostics, []);
      const selectors = plans[0]?.hooks[0]?.selectors ?? [];
      const spared = selectors.map(({ matchPids, actions }) => ({
        kills: actions.some(({ kind }) => kind === 'Sigkill'),
        pids: matchPids[0]?.values,
      }));
      assert.equal(spared[0]?.kills, true);
      for (const { kills, pids } of spared) {
        assert.deepStrictEqual(pids, kills ? [OWN.pid, 7] : [OWN.pid]);
      }
    });
  }

  it('leave nothing out when somebody wants the whole class', () => {
    const condition: Condition = { kind: 'constant', value: true };
    const wanted = { classes: ['file.open'], fields: [] } as const;
    assert.deepStrictEqual(
      findWanted([], wanted).conditions,
      new Map([['file.open', [condition]]]),
    );
  });
});
