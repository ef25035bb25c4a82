/** Random conditions and events over few words, so that they meet often. */
import type { EventClass } from '../../src/model/event-class.ts';
import type { FieldName } from '../../src/rules/detection/fields/field-table.ts';
import type { FieldSource, FieldValue } from '../../src/rules/detection/fields/field-value.ts';
import type {
  Condition,
  GlobPart,
  Test,
  TestOperator,
  Transform,
} from '../../src/rules/detection/ir/condition.ts';
import { aFieldSource, type WrittenFields } from './detection-events.ts';
import { one, type Random, some } from './random.ts';

const CLASSES: readonly EventClass[] = ['process.exec', 'file.open', 'network.connect'];
const TEXT_FIELDS: readonly FieldName[] = [
  'process.exe.path',
  'process.cmdline',
  'process.name',
  'parent.exe.path',
  'file.path',
];
const NUMBER_FIELDS: readonly FieldName[] = ['process.uid', 'network.remote.port'];
const KEYED_FIELDS: readonly FieldName[] = ['k8s.pod.label', 'process.args'];
const KEYS: readonly string[] = ['app', '0', '1'];
const WORDS: readonly string[] = [
  ...['/bin/', 'bash', 'sh', 'Bash', 'curl', 'cURL', '/', 'a', 'b', 'ab', 'ba', 'aba', ' -c '],
  ...['/etc', '/etc/shadow', 'é', 'É', '😀', '', 'x*', '?', 'L2Jpbi9zaA==', '0', '22', '1e3'],
];
const NUMBERS: readonly number[] = [0, 1, 22, 1000, -1];
const ADDRESSES: readonly string[] = [
  '10.0.0.1',
  '10.0.1.1',
  '192.168.0.7',
  '::1',
  'fd00::1',
  'no',
];
const NETWORKS: readonly string[] = ['10.0.0.0/24', '10.0.0.0/8', '192.168.0.7', 'fd00::/8', '::1'];
const PATTERNS: readonly string[] = [
  'a+b',
  'ab(sh|ba)',
  '(bash|curl)+x?',
  'ba{1,2}',
  '[^a]sh\\b',
  '^/bin/',
  'sh$',
  '[bc]a',
  'é',
  '.',
  '(a|b)*c',
];
const TRANSFORMS: readonly Transform[] = [
  'lower',
  'upper',
  'basename',
  'dirname',
  'length',
  'base64_decode',
  ...(['minute', 'hour', 'day', 'week', 'month', 'year'] as const),
];

function aText(random: Random): string {
  return some(random, WORDS, 3).join('');
}

function aGlob(random: Random): readonly GlobPart[] {
  return Array.from({ length: 1 + random(4) }, (): GlobPart => {
    const kind = one(random, ['text', 'one', 'many'] as const);
    return kind === 'text' ? { kind, text: one(random, WORDS) } : { kind };
  });
}

function textOperator(random: Random): TestOperator {
  const ignoresCase = random(2) === 0;
  switch (random(8)) {
    case 0:
      return {
        kind: 'glob',
        globs: Array.from({ length: 1 + random(2) }, () => aGlob(random)),
        ignoresCase: true,
      };
    case 1:
      return {
        kind: 'regex',
        patterns: some(random, PATTERNS, 2),
        flags: one(random, ['', 'i']),
        isWhole: ignoresCase,
      };
    case 2:
      return { kind: 'below', paths: some(random, ['/', '/bin', '/etc/', '/etc/shadow'], 2) };
    case 3:
      return {
        kind: 'field',
        compare: one(random, [
          'equals',
          'contains',
          'starts_with',
          'ends_with',
          'less',
          'greater',
        ] as const),
        other: { field: one(random, TEXT_FIELDS) },
        otherTransforms: random(4) === 0 ? [one(random, TRANSFORMS)] : [],
        ignoresCase,
      };
    case 4:
      return { kind: 'exists' };
    default: {
      const kind = one(random, ['equals', 'contains', 'starts_with', 'ends_with'] as const);
      const texts = Array.from({ length: 1 + random(3) }, () => aText(random));
      return {
        kind,
        texts: ignoresCase ? texts.map((text) => text.toLowerCase()) : texts,
        ignoresCase,
      };
    }
  }
}

function numberOperator(random: Random): TestOperator {
  const kind = one(random, [
    'number_equals',
    'less',
    'less_or_equal',
    'greater',
    'greater_or_equal',
  ] as const);
  if (kind === 'number_equals') return { kind, numbers: some(random, NUMBERS, 3) };
  return { kind, number: one(random, NUMBERS) };
}

function aTest(random: Random): Test {
  const base = { kind: 'test', transforms: [], written: 'x' } as const;
  switch (random(8)) {
    case 0:
      return { ...base, field: one(random, NUMBER_FIELDS), operator: numberOperator(random) };
    case 1:
      return {
        ...base,
        field: 'network.remote.ip',
        operator: { kind: 'in_network', networks: some(random, NETWORKS, 2) },
      };
    case 2:
      return {
        ...base,
        field: 'process.exe.memfd',
        operator: { kind: 'flag_equals', flag: random(2) === 0 },
      };
    case 3:
      return {
        ...base,
        field: one(random, KEYED_FIELDS),
        key: one(random, KEYS),
        operator: textOperator(random),
      };
    default: {
      const transforms = random(5) === 0 ? some(random, TRANSFORMS, 2) : [];
      return {
        ...base,
        transforms,
        field: one(random, TEXT_FIELDS),
        operator: textOperator(random),
      };
    }
  }
}

/** A condition; deep ones are rarer than flat ones. */
export function aCondition(random: Random, depth: number = 3): Condition {
  if (depth === 0 || random(3) === 0) return aTest(random);
  switch (random(6)) {
    case 0:
      return { kind: 'not', part: aCondition(random, depth - 1) };
    case 1:
      return { kind: 'class', classes: some(random, CLASSES, 2) };
    case 2:
      return random(4) === 0 ? { kind: 'constant', value: random(2) === 0 } : aTest(random);
    default: {
      const kind = one(random, ['and', 'or'] as const);
      const parts = Array.from({ length: random(4) }, () => aCondition(random, depth - 1));
      return { kind, parts };
    }
  }
}

function aValue(random: Random): FieldValue {
  return random(5) === 0 ? some(random, WORDS, 3) : aText(random);
}

/** An event with some of the fields. */
export function anEvent(random: Random): FieldSource {
  const fields: Record<string, FieldValue> = {};
  const keyed = KEYED_FIELDS.flatMap((field) => KEYS.map((key) => `${field}[${key}]`));
  for (const field of TEXT_FIELDS) if (random(4) > 0) fields[field] = aValue(random);
  for (const field of NUMBER_FIELDS) if (random(3) > 0) fields[field] = one(random, NUMBERS);
  for (const field of keyed) if (random(2) > 0) fields[field] = aText(random);
  if (random(3) > 0) fields['network.remote.ip'] = one(random, ADDRESSES);
  if (random(2) > 0) fields['process.exe.memfd'] = random(2) === 0;
  return aFieldSource(one(random, CLASSES), fields satisfies WrittenFields);
}
