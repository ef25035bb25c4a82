/** For which rules the kernel kills, and whom it never does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyExceptions,
  applyResponses,
  type DetectionRule,
  findWanted,
  type ResponseMode,
  sourcePolicies,
} from '../../../../../src/rules/index.ts';
import { rulesOf } from '../../../../support/detections-stage.ts';

const RULE = `title: Miner
name: miner
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: xmrig}, condition: s}
level: high
`;
const KILLS = `${RULE}respond: kill_process\n`;
const FALCO = `- rule: Miner
  desc: x
  condition: evt.type = execve and proc.exepath = /opt/xmrig
  output: x
  priority: WARNING
  respond: kill_tree
`;
const COUNTED = `---
title: Several
correlation:
  {type: event_count, rules: [miner], group-by: [User], timespan: 1m, condition: {gte: 3}}
level: high
respond: kill_process
`;

const PIDS = { pid: 50, parents: [40, 1] };

function answered(text: string, responses = '', mode: ResponseMode = 'enforce') {
  const files = responses === '' ? [] : [{ file: 'responses.yaml', text: responses }];
  const { rules, diagnostics } = applyResponses(rulesOf(text), files, mode);
  assert.deepStrictEqual(diagnostics, []);
  return rules;
}

/** Selectors of execs that kill. */
function selectorsOf(rules: readonly DetectionRule[], excluded = PIDS): readonly string[] {
  const [source] = sourcePolicies(findWanted(rules), excluded).filter(
    ({ source: { onlyActs } }) => {
      return onlyActs;
    },
  );
  const text = source?.policies[0]?.texts.map((each) => each.text).join('') ?? '';
  return text.match(/\{matchPIDs.*?Sigkill(?:, killTree: true)?\}\]\}/g) ?? [];
}

describe('rules for which the kernel kills', () => {
  const when = (respond: string): string =>
    `responses: [{when: process.uid == 0, respond: ${respond}}]`;
  const cases: readonly (readonly [what: string, number, readonly DetectionRule[]])[] = [
    ['kill whatever else is known', 1, answered(KILLS)],
    ['kill trees, in the language of Falco', 1, answered(FALCO)],
    [
      'are said to by a file of responses',
      1,
      answered(RULE, 'responses: [{level: high, respond: kill_tree}]'),
    ],
    ['ask for nothing', 0, answered(RULE)],
    ['ask for something else', 0, answered(`${RULE}respond: quarantine_tree\n`)],
    ['are switched off', 0, answered(`${FALCO}  enabled: false\n`)],
    ['are used by a correlation only', 0, answered(KILLS + COUNTED)],
    [
      'are spared by a file of responses',
      0,
      answered(KILLS, 'responses: [{level: high, respond: none}]'),
    ],
    ['are spared in some cases', 0, answered(KILLS, when('none'))],
    ['kill in some cases', 0, answered(RULE, when('kill_tree'))],
    ['kill in a dry run', 0, answered(KILLS, '', 'dry-run')],
    ['kill where no rule is answered', 0, answered(KILLS, '', 'off')],
  ];
  for (const [what, count, rules] of cases) {
    it(`${count === 0 ? 'are not' : 'are'} those that ${what}`, () => {
      assert.equal(selectorsOf(rules).length, count);
    });
  }

  it('are not those with an exception that it cannot decide, and are as far as it can', () => {
    const except = (fields: string, values: string): readonly DetectionRule[] => {
      const said = `fields: ${fields}, values: ${values}`;
      const text = `exceptions: [{rule: miner, reason: r, owner: o, ${said}}]`;
      const { rules, diagnostics } = applyExceptions(
        answered(KILLS),
        [{ file: 'e.yaml', text }],
        0,
      );
      assert.deepStrictEqual(diagnostics, []);
      return rules;
    };
    assert.equal(selectorsOf(except('[k8s.ns.name]', '[[shop]]')).length, 0);
    const [spared] = selectorsOf(except('[k8s.ns.name, proc.exepath]', '[[shop, /opt/fine]]'));
    assert.match(spared ?? '', /NotEqual, values: \["\/opt\/fine"\]/);
  });
});

describe('whom the kernel kills', () => {
  it('is never the agent, those it descends from, and the first process', () => {
    const pids = (parents: readonly number[]): readonly (string | undefined)[] =>
      selectorsOf(answered(KILLS), { pid: 50, parents: [...parents] }).map((selector) => {
        return /matchPIDs: \[(\{.*?\})\]/.exec(selector)?.[1];
      });

    const spares = '{operator: NotIn, isNamespacePID: false, values: [50, 1';
    assert.deepStrictEqual(pids([40, 1]), [`${spares}, 40]}`]);
    assert.deepStrictEqual(pids([]), [`${spares}]}`]);
  });
});
