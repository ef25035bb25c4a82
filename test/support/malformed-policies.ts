/**
 * The corpus of malformed policies: mistakes of people, written down in test/malformed, and good
 * policies with one line damaged in a way that is always a mistake.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './root.ts';

/** A policy that has to be refused. */
export interface MalformedPolicy {
  readonly name: string;
  readonly text: string;
  /** Where and why: `LINE CODE`, by line. */
  readonly expected: readonly string[];
}

const CORPUS = join(repositoryRoot(), 'test/malformed');
const GOOD = join(repositoryRoot(), 'policies/examples/quickstart');
const MUTATIONS_MAX = 110;

/** What stands before a text that begins with the sections of the spec. */
const HEAD = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata:
  name: mistake
spec:
`;

/** `#!` and codes at the end of a line say what is wrong there; they are no part of the policy. */
const MARK = /[ \t]*#! ([A-Z_ ]+)$/;

/** Mistakes that people make, with the line and the code of every error they are told. */
export function readHandWritten(): readonly MalformedPolicy[] {
  return readdirSync(CORPUS).flatMap((file) => {
    const [, ...parts] = readFileSync(join(CORPUS, file), 'utf8').split(/^=== /m);
    return parts.map((part) => {
      const [name = '', ...rest] = part.split('\n');
      const body = rest.join('\n');
      return parseCase(`${file}: ${name}`, body.startsWith('  ') ? HEAD + body : body);
    });
  });
}

function parseCase(name: string, marked: string): MalformedPolicy {
  const lines = marked.split('\n');
  const expected = lines.flatMap((line, index) =>
    (MARK.exec(line)?.[1]?.split(' ') ?? []).map((code) => `${index + 1} ${code}`),
  );
  return { name, text: lines.map((line) => line.replace(MARK, '')).join('\n'), expected };
}

interface Mutation {
  readonly name: string;
  readonly code: string;
  readonly applies: RegExp;
  damage(line: string): string;
}

const FIELD = /^ *(?:- )?[a-zA-Z]+:/;

const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a letter too many in a field',
    code: 'POLICY_FIELD_UNKNOWN',
    applies: FIELD,
    damage: (line) => line.replace(':', 'q:'),
  },
  {
    name: 'a mapping for a word',
    code: 'POLICY_VALUE_TYPE',
    applies: /^ *(?:- )?(?!name)[a-zA-Z]+: [a-z0-9_-]+$/i,
    damage: (line) => line.replace(/: .*/, ': {is: wrong}'),
  },
  {
    name: 'the same field twice',
    code: 'POLICY_YAML_KEY_DUPLICATE',
    applies: /^ +[a-zA-Z]+: \S/,
    damage: (line) => `${line}\n${line}`,
  },
  {
    name: 'an operator in capital letters',
    code: 'POLICY_OPERATOR_UNKNOWN',
    applies: /operator: [A-Z][a-z]/,
    damage: (line) => line.replace(/: .*/, (value) => value.toUpperCase()),
  },
  {
    name: 'text for a list',
    code: 'POLICY_VALUE_TYPE',
    applies: /^ +(?:values|tags): \[/,
    damage: (line) => line.replace(/: .*/, ': text'),
  },
  {
    name: 'a bracket left open',
    code: 'POLICY_YAML_INVALID',
    applies: /\]$/,
    damage: (line) => line.slice(0, -1),
  },
  {
    name: 'a tab before a field',
    code: 'POLICY_YAML_INVALID',
    applies: /^ +[a-zA-Z]+:/,
    damage: (line) => line.replace(/^ +/, '\t'),
  },
];

/** Good policies with one line damaged; which lines is always the same. */
export function makeMutations(): readonly MalformedPolicy[] {
  const all = readdirSync(GOOD).flatMap((file) => {
    const lines = readFileSync(join(GOOD, file), 'utf8').split('\n');
    return MUTATIONS.flatMap((mutation) => damageEach(file, lines, mutation));
  });
  const step = all.length / MUTATIONS_MAX;
  return Array.from({ length: MUTATIONS_MAX }, (_, index) => all[Math.floor(index * step)]).filter(
    (one) => one !== undefined,
  );
}

function damageEach(
  file: string,
  lines: readonly string[],
  { name, code, applies, damage }: Mutation,
): readonly MalformedPolicy[] {
  return lines.flatMap((line, index) => {
    if (!applies.test(line) || line.startsWith('#')) return [];
    const text = lines.with(index, damage(line)).join('\n');
    const at = index + (code === 'POLICY_YAML_KEY_DUPLICATE' ? 2 : 1);
    return [{ name: `${file}: ${name} in line ${index + 1}`, text, expected: [`${at} ${code}`] }];
  });
}
