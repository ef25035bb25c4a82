/** Reading a configuration: what is right is returned, and all that is wrong is noted. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigPlace, type SecretSource } from '../../../src/model/config-place.ts';

const SOURCE: SecretSource = {
  readFile: (path) => {
    if (path === '/key') return 'hunter2\n';
    if (path === '/empty') return '';
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  },
  readEnv: (name) => ({ TOKEN: 'from-env', NONE: '' })[name],
};

function reader(read: (place: ConfigPlace) => unknown): (value: unknown) => unknown {
  return (value) => read(new ConfigPlace(value, ['x']));
}

/** What is read, and the codes of what is wrong. */
function outcome(read: (place: ConfigPlace) => unknown, value: unknown): unknown {
  const place = new ConfigPlace(value, ['x']);
  const result = read(place);
  return place.problems.length === 0 ? result : place.problems.map(({ code }) => code);
}

describe('ConfigPlace', () => {
  const bounds = { min: 1000, max: 3_600_000 };
  const duration = (place: ConfigPlace): unknown => place.durationMs(bounds);
  const size = (place: ConfigPlace): unknown => place.bytes({ min: 1, max: 1024 ** 2 });
  const secret = (place: ConfigPlace): unknown => place.secret(SOURCE);
  const count = (place: ConfigPlace): unknown => place.integer({ min: 1, max: 5 });
  const level = (place: ConfigPlace): unknown => place.oneOf(['low', 'high']);
  const levels = (place: ConfigPlace): unknown => place.someOf(['low', 'high']);
  const cases: readonly (readonly [string, (place: ConfigPlace) => unknown, unknown, unknown])[] = [
    ['a text', (place) => place.text(), 'a', 'a'],
    ['a number for a text', (place) => place.text(), 1, ['CONFIG_TYPE_MISMATCH']],
    ['nothing for a text', (place) => place.text(), null, undefined],
    ['nothing that is required', (place) => place.requiredText(), null, ['CONFIG_KEY_MISSING']],
    ['an empty required text', (place) => place.requiredText(), '', ['CONFIG_VALUE_INVALID']],
    ['texts', (place) => place.texts(), ['a', 'b'], ['a', 'b']],
    ['a text for texts', (place) => place.texts(), 'a', ['CONFIG_TYPE_MISMATCH']],
    ['a flag', (place) => place.flag(), false, false],
    ['a text for a flag', (place) => place.flag(), 'no', ['CONFIG_TYPE_MISMATCH']],
    ['a count', count, 5, 5],
    ['a count too many', count, 6, ['CONFIG_VALUE_RANGE']],
    ['half of a count', count, 1.5, ['CONFIG_TYPE_MISMATCH']],
    ['seconds', duration, '10s', 10_000],
    ['an hour', duration, '1h', 3_600_000],
    ['too long a time', duration, '61m', ['CONFIG_VALUE_RANGE']],
    ['a time without a unit', duration, 10, ['CONFIG_TYPE_MISMATCH']],
    ['a time of a size', duration, '10MiB', ['CONFIG_TYPE_MISMATCH']],
    ['a size', size, '64KiB', 65_536],
    ['bytes', size, 512, 512],
    ['a size of the prototype', size, '1constructor', ['CONFIG_TYPE_MISMATCH']],
    ['a value of a few', level, 'high', 'high'],
    ['a value near one of a few', level, 'hihg', ['CONFIG_VALUE_UNKNOWN']],
    ['some values', levels, ['low'], ['low']],
    ['some values and others', levels, ['a', 'b'], Array(2).fill('CONFIG_VALUE_UNKNOWN')],
    ['a secret', secret, 'plain', 'plain'],
    ['a secret of a file', secret, { file: '/key' }, 'hunter2'],
    ['a secret of a variable', secret, { env: 'TOKEN' }, 'from-env'],
    ['a secret of no file', secret, { file: '/none' }, ['CONFIG_SECRET_UNREADABLE']],
    ['a secret of an empty file', secret, { file: '/empty' }, ['CONFIG_SECRET_UNREADABLE']],
    ['a secret of an empty variable', secret, { env: 'NONE' }, ['CONFIG_SECRET_UNREADABLE']],
    ['a secret of both', secret, { env: 'TOKEN', file: '/key' }, ['CONFIG_VALUE_INVALID']],
    ['a secret of neither', secret, {}, ['CONFIG_VALUE_INVALID']],
  ];
  for (const [name, read, value, expected] of cases) {
    it(`reads ${name}`, () => assert.deepStrictEqual(outcome(read, value), expected));
  }

  it('names the place and what was probably meant', () => {
    const place = new ConfigPlace({ url: 'x', heders: {}, level: 'hgih' }, ['sinks', 0]);
    place.expectKeys(['url', 'headers', 'level']);
    place.at('level').oneOf(['low', 'high']);

    assert.deepStrictEqual(place.problems, [
      {
        path: ['sinks', 0, 'heders'],
        code: 'CONFIG_KEY_UNKNOWN',
        message: '"heders" is not a key here',
        hint: 'did you mean "headers"?',
      },
      {
        path: ['sinks', 0, 'level'],
        code: 'CONFIG_VALUE_UNKNOWN',
        message: '"hgih" is none of low, high',
        hint: 'did you mean "high"?',
      },
    ]);
  });

  it('says bounds in units', () => {
    const place = new ConfigPlace('1ms', ['x']);
    place.durationMs(bounds);

    assert.equal(place.problems[0]?.message, '1ms is not within 1s to 1h');
  });

  it('makes nothing when anything is wrong', () => {
    const make = reader((place) => {
      place.at('a').flag();
      return place.result(() => 'made').kind;
    });

    assert.deepStrictEqual([make({ a: true }), make({ a: 1 })], ['compiled', 'refused']);
  });

  it('takes no key of a prototype', () => {
    assert.equal(new ConfigPlace({}).at('constructor').isAbsent, true);
  });
});
