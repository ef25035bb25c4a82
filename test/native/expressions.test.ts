/** What the kernel makes of random expressions against their values, by test runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HookMember } from '../../src/engine/sensors/join-plans.ts';
import type { ArgumentType } from '../../src/model/argument-types.ts';
import type { ArgumentPlan } from '../../src/model/plan.ts';
import { compilePolicies } from '../../src/rules/index.ts';
import { decide, loadMembers } from '../support/matching-harness.ts';
import { aMember, type Run } from '../support/policy-model.ts';
import { aRandom, one, type Random } from '../support/random.ts';
import {
  EXPRESSION_NUMBERS,
  type ExpressionNumber,
  type RandomExpression,
  randomExpression,
  randomNumber,
  randomText,
} from '../support/random-expressions.ts';
import { randomRun } from '../support/random-policies.ts';

const SEEDS = [20261, 31337, 99];
const POLICY_SETS_PER_SEED = 25;
const RUNS_PER_SET = 100;
const DEPTH_MAX = 4;

type Types = readonly [ExpressionNumber, ExpressionNumber];

/** A selector for each expression, in order: the first that is true acts. */
function policyOf(expressions: readonly RandomExpression[], types: Types): string {
  const selectors = expressions.map(({ text }) => {
    const quoted = JSON.stringify(text.replaceAll("'", '\\x27'));
    return `{matchArgs: [{args: [0, 1, 2], operator: CelExpr, values: [${quoted}]}]}`;
  });
  const args = ['string', ...types].map((type, index) => `{index: ${index}, type: ${type}}`);
  return `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: sample}
spec:
  kprobes: [{call: f, syscall: false, args: [${args.join()}], selectors: [${selectors.join()}]}]
`;
}

/** Expressions that can be true and fit together; what is constant is refused, and is no case. */
function compileSome(
  expressions: readonly RandomExpression[],
  types: Types,
): { readonly member: HookMember; readonly expressions: readonly RandomExpression[] } | undefined {
  const isUsable = (some: readonly RandomExpression[]): boolean =>
    compilePolicies(policyOf(some, types), 'policy.yaml').plans.length > 0;
  const usable = expressions.filter((expression) => isUsable([expression]));
  while (usable.length > 0 && !isUsable(usable)) usable.pop();
  const [plan] = compilePolicies(policyOf(usable, types), 'policy.yaml').plans;
  const hook = plan?.hooks[0];
  if (usable.length === 0 || hook === undefined) return undefined;
  const sample = aMember('sample', hook.selectors);
  const typed = sample.plan.arguments.map((argument, place): ArgumentPlan => {
    const type: ArgumentType | undefined =
      place === 1 || place === 2 ? types[place - 1] : undefined;
    return type === undefined ? argument : { ...argument, type };
  });
  return { member: { ...sample, plan: { ...sample.plan, arguments: typed } }, expressions: usable };
}

function runOf(random: Random, types: Types): Run {
  const [unsigned, signed] = types.map((type) => randomNumber(random, type));
  return {
    ...randomRun(random),
    text: randomText(random),
    // The work area holds bit patterns of 64 bits, extended by the sign of the type.
    unsigned: BigInt.asUintN(64, unsigned ?? 0n),
    signed: BigInt.asIntN(64, signed ?? 0n),
  };
}

function valuesOf(run: Run, types: Types): Parameters<RandomExpression['holds']>[0] {
  const inType = (value: bigint, type: ExpressionNumber): bigint =>
    type.startsWith('int') ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  return {
    text: run.text,
    numbers: [inType(run.unsigned, types[0]), inType(run.signed, types[1])],
  };
}

/** Returns how many runs were compared. */
function checkExpressions(random: Random, label: string): number {
  const type = one(random, EXPRESSION_NUMBERS);
  // Two arguments of one type can be compared with each other.
  const types: Types = [type, random(2) === 0 ? type : one(random, EXPRESSION_NUMBERS)];
  const made = Array.from({ length: 1 + random(4) }, () =>
    randomExpression(random, types, 1 + random(DEPTH_MAX)),
  );
  const compiled = compileSome(made, types);
  if (compiled === undefined) return 0;
  const { member, expressions } = compiled;
  const loaded = loadMembers([member]);
  try {
    for (let index = 0; index < RUNS_PER_SET; index++) {
      const run = runOf(random, types);
      const values = valuesOf(run, types);
      const wanted = expressions.findIndex((expression) => expression.holds(values));
      const places = decide(loaded, run).map(
        (number) => loaded.joined.selectors.find((one) => one.number === number)?.place,
      );
      assert.deepStrictEqual(
        places,
        wanted < 0 ? [] : [wanted],
        `${label}, run ${index}: ${types.join()} ${String(values.numbers)} ${values.text} ` +
          expressions.map(({ text }) => text).join('\n'),
      );
    }
  } finally {
    loaded.object.close();
  }
  return RUNS_PER_SET;
}

describe('expressions in the kernel', () => {
  for (const seed of SEEDS) {
    it(`are true when their values say so, in random cases of seed ${seed}`, () => {
      const random = aRandom(seed);
      let count = 0;
      for (let set = 0; set < POLICY_SETS_PER_SEED; set++) {
        count += checkExpressions(random, `set ${set}`);
      }
      // Most expressions can be true: otherwise this would compare nothing.
      assert.ok(count > (POLICY_SETS_PER_SEED * RUNS_PER_SET) / 2, `only ${count} runs`);
    });
  }
});
