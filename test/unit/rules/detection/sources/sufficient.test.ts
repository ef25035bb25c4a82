/** What the kernel acts on by itself is nothing but what rules match. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binaryName } from '../../../../../src/engine/process/binary-name.ts';
import type { EventClass } from '../../../../../src/model/event-class.ts';
import type { FieldSource } from '../../../../../src/rules/detection/fields/field-value.ts';
import type { Condition, Test } from '../../../../../src/rules/detection/ir/condition.ts';
import { accessFlags } from '../../../../../src/rules/detection/sources/kernel-flags.ts';
import {
  type Comparison,
  sufficientClauses,
} from '../../../../../src/rules/detection/sources/sufficient.ts';
import { forClass } from '../../../../../src/rules/detection/sources/wanted.ts';
import { aFieldSource } from '../../../../support/detection-events.ts';
import { evaluateNaively } from '../../../../support/naive-evaluate.ts';
import { aRandom, one, type Random, some } from '../../../../support/random.ts';
import { aCondition } from '../../../../support/random-conditions.ts';
import {
  type HookArguments,
  kernelCompares,
  sourceHook,
} from '../../../../support/source-hooks.ts';

const ROUNDS = 40_000;

/** A value that is not known satisfies what asks for no value, as in the kernel. No networks. */
function holds({ label, operator, values, isNegated }: Comparison, args: HookArguments): boolean {
  const found = args[label];
  const isFound =
    found !== undefined &&
    found !== '' &&
    values.some((value) => kernelCompares(operator, found, value) ?? false);
  return isFound !== isNegated;
}

interface Seen {
  readonly source: FieldSource;
  readonly args: HookArguments;
}

const PARTS: readonly string[] = [
  ...['/bin/', 'bash', 'sh', 'Bash', 'curl', '/etc', '/etc/shadow', '/', 'a', 'ab', 'aba', ' -c '],
  ...['\u212a', '\u0130', 'K', 'I', 'é', 'cURL', '?', '/busybox', 'x*'],
];
const FLAGS: readonly number[] = [0, 1, 2, 0o101, 0o1002, 0o2001, 0o100, 0o1000, 0o40];
const UIDS: readonly number[] = [0, 1, 1000];

/** What a hook reads of a command line, of which tests of ends may be deceived. */
const CUT_AT = 12;

function aPath(random: Random): string {
  return `/${some(random, PARTS, 3).join('')}`;
}

const CWDS: readonly string[] = ['/', '/bin', '/etc/x', '', '(unreachable)/etc'];

/** As it is given to exec: itself, a link or a script, from wherever the process is. */
function aFilename(random: Random, path: string): string {
  switch (random(6)) {
    case 0:
    case 1:
      return path;
    case 2:
      return aPath(random);
    case 3:
      return path.slice(1);
    default:
      return `${one(random, ['.', '..', 'a/..', './b'])}${one(random, [path, aPath(random)])}`;
  }
}

/** An exec as rules see it, and as the hook does, which cannot always read what it looks for. */
function anExec(random: Random): Seen {
  const path = aPath(random);
  const filename = aFilename(random, path);
  const interpreter = random(3) === 0 ? '/bin/sh' : '';
  const executable = { path };
  const binary = binaryName({ filename, interpreter, cwd: one(random, CWDS), executable });
  const commandLine = some(random, PARTS, 4).join('');
  const beginning = commandLine.slice(0, CUT_AT);
  const uid = one(random, UIDS);
  const isMulti = binary.endsWith('/busybox');
  const applet = `${binary.slice(0, binary.lastIndexOf('/'))}/sh`;
  const paths = isMulti ? [binary, applet] : [binary];
  const fields = {
    'process.exe.path': paths,
    'process.name': paths.map((each) => each.slice(each.lastIndexOf('/') + 1)),
    ...(commandLine === '' ? {} : { 'process.cmdline': commandLine }),
    'process.uid': uid,
  };
  const read = { command_line: beginning, filename, executable: path, uid };
  const lost = random(8) === 0 ? one(random, Object.keys(read)) : '';
  const args = Object.fromEntries(Object.entries(read).filter(([label]) => label !== lost));
  return { source: aFieldSource('process.exec', fields), args };
}

function anOpen(random: Random): Seen {
  const path = aPath(random);
  const flags = one(random, FLAGS);
  const fields = { 'file.path': path, 'file.flags': accessFlags(flags) };
  return { source: aFieldSource('file.open', fields), args: { path, flags } };
}

function aConnection(random: Random): Seen {
  const port = one(random, [0, 1, 22, 443]);
  const fields = port === 0 ? {} : { 'network.remote.port': port };
  return { source: aFieldSource('network.connect', fields), args: { address: port } };
}

const test = (field: Test['field'], operator: Test['operator']): Test => {
  return { kind: 'test', field, operator, transforms: [], written: '' };
};

function aTextTest(random: Random, field: Test['field']): Test {
  const ignoresCase = random(2) === 0;
  const text = (): string => some(random, PARTS, 2).join('');
  const texts = Array.from({ length: 1 + random(2) }, text);
  switch (random(6)) {
    case 0:
      return test(field, { kind: 'below', paths: ['/bin', '/etc/'] });
    case 1: {
      const parts = [{ kind: 'many' }, { kind: 'text', text: text() }, { kind: 'many' }] as const;
      const globs = [parts.slice(random(2), 2 + random(2))];
      return test(field, { kind: 'glob', globs, ignoresCase });
    }
    default: {
      const kind = one(random, ['equals', 'contains', 'starts_with', 'ends_with'] as const);
      return test(field, { kind, texts, ignoresCase });
    }
  }
}

function aTestOf(random: Random, eventClass: EventClass): Test {
  if (eventClass === 'network.connect') {
    const numbers = [one(random, [0, 1, 22, 443])];
    return test('network.remote.port', { kind: 'number_equals', numbers });
  }
  if (eventClass === 'file.open') {
    if (random(2) === 0) return aTextTest(random, 'file.path');
    const texts = [one(random, ['read', 'write', 'create', 'append', 'exec'])];
    return test('file.flags', { kind: 'equals', texts, ignoresCase: random(2) === 0 });
  }
  switch (random(5)) {
    case 0:
      return test('process.uid', { kind: 'number_equals', numbers: [one(random, UIDS)] });
    case 1: {
      const texts = [one(random, ['bash', 'sh', 'busybox', 'curl', 'Bash'])];
      return test('process.name', { kind: 'equals', texts, ignoresCase: random(2) === 0 });
    }
    case 2:
      return aTextTest(random, 'process.exe.path');
    default:
      return aTextTest(random, 'process.cmdline');
  }
}

function aRule(random: Random, eventClass: EventClass, depth = 2): Condition {
  if (depth === 0 || random(3) === 0) return aTestOf(random, eventClass);
  switch (random(8)) {
    case 0:
    case 1:
      return { kind: 'not', part: aRule(random, eventClass, depth - 1) };
    case 2:
      return aCondition(random, 1);
    default: {
      const parts = Array.from({ length: 2 }, () => aRule(random, eventClass, depth - 1));
      return { kind: random(3) === 0 ? 'or' : 'and', parts };
    }
  }
}

const PLACES: readonly (readonly [EventClass, string, (random: Random) => Seen])[] = [
  ['process.exec', 'process_exec', anExec],
  ['file.open', 'file_open', anOpen],
  ['network.connect', 'network_connect', aConnection],
];

interface Counts {
  /** The rule matched, and the kernel acted. */
  acted: number;
  /** The rule matched, and it was left to the agent. */
  left: number;
  /** The kernel had something to look for, and did not find it. */
  missed: number;
}

/** One event and one rule; fails when the kernel acts on what the rule does not match. */
function play(random: Random, [eventClass, name, see]: (typeof PLACES)[number]): keyof Counts | '' {
  const condition = forClass(aRule(random, eventClass), eventClass);
  const { source, args } = see(random);
  const clauses = sufficientClauses(condition, sourceHook(name));
  const acts = clauses.some((clause) => clause.every((comparison) => holds(comparison, args)));
  const isMatched = evaluateNaively(condition, source);
  assert.ok(isMatched || !acts, JSON.stringify({ condition, clauses, args }));
  if (acts) return 'acted';
  if (isMatched) return 'left';
  return clauses.length > 0 ? 'missed' : '';
}

describe('sufficientClauses', () => {
  for (const place of PLACES) {
    it(`hold for no ${place[0]} that the rule does not match`, () => {
      const random = aRandom(23);
      const counts: Counts = { acted: 0, left: 0, missed: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const what = play(random, place);
        if (what !== '') counts[what] += 1;
      }

      assert.ok(Math.min(...Object.values(counts)) > 500, JSON.stringify(counts));
    });
  }
});
