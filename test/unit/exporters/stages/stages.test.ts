/** Stages: what is selected, limited and taken out, each with a twin that is left alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Intake } from '../../../../src/exporters/delivery/intake.ts';
import {
  compileRateLimits,
  compileRoute,
} from '../../../../src/exporters/stages/compile-stages.ts';
import { createRedaction } from '../../../../src/exporters/stages/redact.ts';
import { createRoute, type Route } from '../../../../src/exporters/stages/select.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { aMessage } from '../../../support/messages.ts';
import { compiledValue, problemsOf } from '../../../support/sink-seams.ts';

describe('createRoute', () => {
  const message = aMessage(1, { kind: 'alert', severity: 'high', rule: 'r-1' });
  const cases: readonly (readonly [Route, boolean])[] = [
    [{}, true],
    [{ kinds: ['alert'] }, true],
    [{ kinds: ['event', 'health'] }, false],
    [{ severityMin: 'high' }, true],
    [{ severityMin: 'critical' }, false],
    [{ namespaces: ['shop', ''] }, true],
    [{ namespaces: [''] }, false],
    [{ rules: ['r-1'] }, true],
    [{ rules: ['r-2'] }, false],
    [{ kinds: ['alert'], severityMin: 'low', rules: ['r-1'] }, true],
    [{ kinds: ['alert'], severityMin: 'low', rules: [] }, false],
  ];
  for (const [route, expected] of cases) {
    it(`${expected ? 'takes' : 'leaves'} by ${JSON.stringify(route)}`, () =>
      assert.equal(createRoute(route)(message), expected));
  }
});

describe('createRedaction', () => {
  const redact = createRedaction({ members: ['token'], words: ['password', 'SECRET'] });
  const cases: readonly (readonly [unknown, unknown])[] = [
    [{ a: { token: 'x', other: 'y' } }, { a: { token: '*****', other: 'y' } }],
    [{ token: { deep: ['x'] } }, { token: '*****' }],
    [{ args: '--password hunter2 --user me' }, { args: '--password ***** --user me' }],
    [{ args: '--password=hunter2 -v' }, { args: '--password=***** -v' }],
    [
      ['MYSQL_PASSWORD=a=b', 'x'],
      ['MYSQL_PASSWORD=*****', 'x'],
    ],
    [['my_secret=1'], ['my_secret=*****']],
    [['--password "two words" z'], ['--password "*****" z']],
    [["--password='two words' z"], ["--password='*****' z"]],
    [['"--password=two words" z'], ['"--password=*****" z']],
    [['-c "PASSWORD=x command" z'], ['-c "PASSWORD=***** command" z']],
    [['-H "X-Secret: Bearer x" z'], ['-H "X-Secret: *****" z']],
    [
      ['--password\tx', '--password\nx'],
      ['--password\t*****', '--password\n*****'],
    ],
    [['{"password":"x","a":1}'], ['{"password":"*****","a":1}']],
    [['{\\"password\\": \\"x y\\", 1}'], ['{\\"password\\": \\"*****\\", 1}']],
    [['password = x y'], ['password = ***** y']],
    [['\u0130 PASSWORD=x y'], ['\u0130 PASSWORD=***** y']],
    [['--password --secret x'], ['--password ***** *****']],
  ];
  for (const [value, expected] of cases) {
    it(`takes the secret out of ${JSON.stringify(value)}`, () =>
      assert.deepStrictEqual(JSON.parse(redact(JSON.stringify(value))), expected));
  }

  for (const text of [
    '{"args": "cat /etc/password", "n": 1.0}',
    '{"args":"passwords=1"}',
    '{"args":"--password.file x"}',
    '{"args":"reset password now"}',
    '{"args":"--password"}',
    '{"tokens":"x"}',
    'not JSON, password=1',
    '',
  ]) {
    it(`leaves ${JSON.stringify(text)} as it is`, () => assert.equal(redact(text), text));
  }
});

describe('Intake', () => {
  it('takes secrets out of what is kept, also those that a function finds', () => {
    const stage = new Intake({
      ...{ node: 'n', boot: 'b', clock: new FakeClock() },
      redaction: { members: ['token'], words: [] },
      redact: (body) => body.replace('hunter2', '*****'),
    });

    const { message } = stage.take(aMessage(1, { body: '{"token":"x","a":"hunter2"}' }));

    assert.equal(message.body, '{"token":"*****","a":"*****"}');
  });
});

describe('compileRoute and compileRateLimits', () => {
  it('read what is given', () => {
    const route = { kinds: ['alert'], severity: 'high', namespaces: [''], rules: ['r'] };
    const limits = { event: { messages: 100, per: '10s' }, alert: { messages: 1 } };

    assert.deepStrictEqual(compiledValue(compileRoute(route, [])), {
      ...{ kinds: ['alert'], severityMin: 'high', namespaces: [''], rules: ['r'] },
    });
    assert.deepStrictEqual(compiledValue(compileRateLimits(limits, [])), {
      event: { messagesMax: 100, windowMs: 10_000 },
      alert: { messagesMax: 1, windowMs: 60_000 },
    });
  });

  it('name every mistake', () => {
    const limits = { events: {}, event: { per: '1ms' }, alert: { messages: 0 } };

    assert.deepStrictEqual(problemsOf(compileRateLimits(limits, ['rate'])), [
      'rate.events: CONFIG_KEY_UNKNOWN',
      'rate.event.messages: CONFIG_KEY_MISSING',
      'rate.event.per: CONFIG_VALUE_RANGE',
      'rate.alert.messages: CONFIG_VALUE_RANGE',
    ]);
    assert.deepStrictEqual(problemsOf(compileRoute({ rule: [], severity: 1 }, ['route'])), [
      'route.rule: CONFIG_KEY_UNKNOWN',
      'route.severity: CONFIG_TYPE_MISMATCH',
    ]);
  });
});

describe('Rate limit', () => {
  const limit = { messagesMax: 2, windowMs: 1000 };
  function intake(clock: FakeClock): Intake {
    return new Intake({ node: 'n', boot: 'b', clock, rateLimits: { event: limit } });
  }
  const admitted = (stage: Intake, changes: Parameters<typeof aMessage>[1], number = 1): boolean =>
    stage.take(aMessage(number, changes)).isAdmitted;

  it('lets the first ones of each rule and namespace through, and no more', () => {
    const stage = intake(new FakeClock());

    const answers = [
      admitted(stage, { rule: 'a' }),
      admitted(stage, { rule: 'a' }),
      admitted(stage, { rule: 'a' }),
      admitted(stage, { rule: 'b' }),
      admitted(stage, { rule: 'a', namespace: 'bank' }),
      admitted(stage, { rule: 'a', kind: 'alert' }),
    ];

    assert.deepStrictEqual(answers, [true, true, false, true, true, true]);
  });

  it('never leaves out the first one of a window', () => {
    const clock = new FakeClock();
    const stage = intake(clock);
    for (let number = 0; number < 10; number += 1) admitted(stage, {});

    clock.advance(1000);

    assert.equal(admitted(stage, {}), true);
  });

  it('reports what it left out, once', () => {
    const clock = new FakeClock();
    const stage = intake(clock);
    for (let number = 1; number <= 5; number += 1) admitted(stage, { rule: 'a' }, number);
    const during = stage.reports();

    clock.advance(1000);
    const [report, ...others] = stage.reports();

    assert.deepStrictEqual([during, others, stage.reports()], [[], [], []]);
    assert.deepStrictEqual(
      [report?.id, report?.kind, JSON.parse(report?.body ?? '')],
      [
        'n/b/suppressed-1',
        'health',
        {
          ...{ type: 'suppressed', node: 'n', kind: 'event', rule: 'a', namespace: 'shop' },
          ...{ count: 3, firstId: aMessage(3).id, lastId: aMessage(5).id },
          ...{ fromMs: aMessage(3).timeMs, toMs: aMessage(5).timeMs },
        },
      ],
    );
  });

  it('reports nothing when it left nothing out', () => {
    const clock = new FakeClock();
    const stage = intake(clock);
    admitted(stage, {});
    clock.advance(1000);

    assert.deepStrictEqual(stage.reports(), []);
  });
});
