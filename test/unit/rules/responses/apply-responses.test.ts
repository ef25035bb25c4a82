/** Which rules are answered, and how. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuleResponse } from '../../../../src/model/finding.ts';
import { describeEvent } from '../../../../src/rules/detection/findings/make-finding.ts';
import {
  applyResponses,
  type ResponseMode,
} from '../../../../src/rules/detection/responses/apply-responses.ts';
import { readResponseText } from '../../../../src/rules/detection/responses/response-text.ts';
import { aDetectionEvent, aFieldSource } from '../../../support/detection-events.ts';
import { aRule } from '../../../support/detection-rules.ts';

const KILL: RuleResponse = { kind: 'kill_tree', isDryRun: false };

const RULES = [
  aRule({ id: 'one', title: 'First', level: 'high', tags: ['a', 'b'], respond: KILL }),
  aRule({ id: 'two', title: 'Second', level: 'critical', tags: ['b'] }),
  aRule({ id: 'three', title: 'Third', level: 'low', tags: [] }),
];

interface Applied {
  readonly responses: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Responses by rule; codes and lines of problems. */
function apply(text: string, mode: ResponseMode = 'enforce'): Applied {
  const files = text === '' ? [] : [{ file: 'r.yaml', text }];
  const { rules, diagnostics } = applyResponses(RULES, files, mode);
  return {
    responses: Object.fromEntries(
      rules.flatMap(({ id, respond }) =>
        respond === undefined ? [] : [[id, `${respond.kind}${respond.isDryRun ? ' dry' : ''}`]],
      ),
    ),
    problems: diagnostics.map(({ code, location }) => `${code} ${location.line}`),
  };
}

describe('responses of rules', () => {
  it('are off unless somebody asks for them', () => {
    assert.deepStrictEqual(apply('', 'off').responses, {});
    assert.deepStrictEqual(apply('', 'dry-run').responses, { one: 'kill_tree dry' });
    assert.deepStrictEqual(apply('', 'enforce').responses, { one: 'kill_tree' });
  });

  it('are for a rule that is named twice', () => {
    assert.deepStrictEqual(apply('responses: [{rules: [two, Second], respond: kill_tree}]'), {
      responses: { one: 'kill_tree', two: 'kill_tree' },
      problems: [],
    });
  });

  it('are for all rules of a title', () => {
    const rules = ['x', 'y'].map((id) => aRule({ id, title: 'Same' }));
    const text = 'responses: [{rules: Same, respond: kill_tree}]';

    const applied = applyResponses(rules, [{ file: 'r.yaml', text }], 'enforce');

    assert.deepStrictEqual(
      applied.rules.map(({ respond }) => respond),
      [KILL, KILL],
    );
  });

  it('are those of the first entry that fits', () => {
    const text = [
      'responses:',
      '- {rules: Second, respond: quarantine_pod, dry_run: true}',
      '- {tags: [b, c], respond: none}',
      '- {level: low, respond: signal SIGSTOP}',
    ].join('\n');

    assert.deepStrictEqual(apply(text), {
      responses: { two: 'quarantine_pod dry', three: 'signal' },
      problems: [],
    });
  });

  it('fit by all that an entry says', () => {
    const text = 'responses:\n- {tags: b, level: critical, respond: kill_process}';

    assert.deepStrictEqual(apply(text).responses, { one: 'kill_tree', two: 'kill_process' });
  });

  it('of a dry run stay one, whatever a file says', () => {
    const text = 'responses:\n- {rules: two, respond: kill_process, dry_run: false}';

    assert.deepStrictEqual(apply(text, 'dry-run').responses, {
      one: 'kill_tree dry',
      two: 'kill_process dry',
    });
  });

  it('tell of entries that are about no rule', () => {
    const text = 'responses:\n- {tags: zzz, respond: kill_tree}';

    assert.deepStrictEqual(apply(text).problems, ['RULE_RESPONSE_UNUSED 2']);
  });

  for (const [what, entry, problem] of [
    ['no list', 'x: 1', 'RULE_RESPONSE_INVALID 1'],
    ['an entry that is a text', 'responses:\n- kill', 'RULE_RESPONSE_INVALID 2'],
    ['nothing that it is for', 'responses:\n- {respond: kill_tree}', 'RULE_RESPONSE_INVALID 2'],
    ['nothing to do', 'responses:\n- {rules: one}', 'RULE_RESPONSE_INVALID 2'],
    ['a key that is none', 'responses:\n- {rule: one, respond: none}', 'RULE_RESPONSE_INVALID 2'],
    ['no such rule', 'responses:\n- {rules: on, respond: none}', 'RULE_RESPONSE_RULE_UNKNOWN 2'],
    ['no such level', 'responses:\n- {level: hi, respond: none}', 'RULE_RESPONSE_INVALID 2'],
    ['no such response', 'responses:\n- {rules: one, respond: kil}', 'RULE_RESPONSE_INVALID 2'],
    [
      'a flag that is none',
      'responses:\n- {rules: one, respond: none, dry_run: perhaps}',
      'RULE_RESPONSE_INVALID 2',
    ],
    [
      'tags that are no texts',
      'responses:\n- {tags: {}, respond: none}',
      'RULE_RESPONSE_INVALID 2',
    ],
    [
      'a condition that is none',
      'responses:\n- {rules: one, respond: none, when: finding.count >}',
      'RULE_CONDITION_SYNTAX 2',
    ],
    [
      'a condition of unknown fields',
      'responses:\n- rules: one\n  respond: none\n  when: proces.pid == 1',
      'RULE_CONDITION_VARIABLE 4',
    ],
    ['text that is no YAML', 'responses: [', 'RULE_RESPONSE_YAML_INVALID 1'],
  ] as const) {
    it(`stay what they were for ${what}, and the place is told`, () => {
      assert.deepStrictEqual(apply(entry), {
        responses: { one: 'kill_tree' },
        problems: [problem],
      });
    });
  }
});

describe('responses with a condition', () => {
  const CONDITIONAL = [
    'responses:',
    '- {rules: one, when: finding.count > 1, respond: kill_process}',
    '- {level: high, when: \'finding.message == "quiet"\', respond: none}',
    '- {rules: two, respond: quarantine_pod}',
  ].join('\n');

  const read = (id: string, mode: ResponseMode): readonly unknown[] => {
    const files = [{ file: 'r.yaml', text: CONDITIONAL }];
    const rule = applyResponses(RULES, files, mode).rules.find((each) => each.id === id);
    const responses = rule?.respondWhen?.map(({ response }) => response);
    return [rule?.respond?.kind, responses?.map((each) => [each?.kind, each?.isDryRun])];
  };

  it('go before those without one, which stay what they are for the other findings', () => {
    const none = [undefined, undefined];
    assert.deepStrictEqual(read('one', 'enforce'), ['kill_tree', [['kill_process', false], none]]);
    assert.deepStrictEqual(read('one', 'dry-run'), ['kill_tree', [['kill_process', true], none]]);
    assert.deepStrictEqual(read('two', 'enforce'), ['quarantine_pod', [none]]);
    assert.deepStrictEqual(read('three', 'enforce'), [undefined, undefined]);
  });

  it('are off with all others', () => {
    assert.deepStrictEqual(read('one', 'off'), [undefined, undefined]);
  });

  it('are chosen by the finding', () => {
    const chosen = (when: string): string | undefined => {
      const text = `responses:\n- {rules: one, when: '${when}', respond: kill_process}`;
      const [rule] = applyResponses(RULES, [{ file: 'r.yaml', text }], 'enforce').rules;
      assert.ok(rule?.kind === 'event');
      const source = aFieldSource('process.exec', { 'process.exe.path': '/usr/bin/curl' });
      const about = { rule, source, event: aDetectionEvent(), origin: 'node-1/boot' };
      return describeEvent(about).rule.respond?.kind;
    };

    assert.equal(chosen('process.exe.path == "/usr/bin/curl"'), 'kill_process');
    assert.equal(chosen('process.exe.path == "/usr/bin/wget"'), 'kill_tree');
    assert.equal(chosen('file.path == "/etc/shadow"'), 'kill_tree');
    assert.equal(chosen('rule.id == "one" && finding.severity >= 3'), 'kill_process');
  });
});

describe('a written response', () => {
  for (const [text, expected] of [
    ['kill_tree', KILL],
    [' signal  SIGSTOP ', { kind: 'signal', signal: 19, isDryRun: false }],
    [
      'webhook https://example.org/x?y=1',
      { kind: 'webhook', url: 'https://example.org/x?y=1', isDryRun: false },
    ],
  ] as const) {
    it(`is read: ${text}`, () => {
      assert.deepStrictEqual(readResponseText(text), { response: expected });
    });
  }

  for (const text of [
    ...['', 'kill', 'kill_tree now', 'signal', 'signal 9', 'signal SIGSTOP again', 'webhook'],
    ...['webhook file:///etc/passwd', 'webhook https://user:secret@example.org/', 'webhook //x'],
  ]) {
    it(`is refused: ${JSON.stringify(text)}`, () => {
      assert.equal(readResponseText(text).response, undefined);
    });
  }
});
