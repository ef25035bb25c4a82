/** Runs benchmarks by name, all of them without one; exits with 1 when a budget is missed. */
import { delimiter, join } from 'node:path';
import { runDecodeBench } from '../bench/decode/run.ts';
import { runDeliveryBench } from '../bench/delivery/run.ts';
import { runGrpcBench } from '../bench/grpc/run.ts';
import { runHooksBench } from '../bench/hooks/run.ts';
import { runIdentityBench } from '../bench/identity/run.ts';
import { runMemoryBench } from '../bench/memory/run.ts';
import { runPoliciesBench } from '../bench/policies/run.ts';
import { runRingBench } from '../bench/ring/run.ts';
import { runRulesBench } from '../bench/rules/run.ts';
import { CHECKOUT } from './guest/places.ts';

const EXIT_MISSED = 1;
const EXIT_USAGE = 2;

/** Each prints its own table and verdicts, and says whether it kept its budgets. */
const BENCHES: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  ring: runRingBench,
  decode: runDecodeBench,
  grpc: runGrpcBench,
  hooks: runHooksBench,
  policies: runPoliciesBench,
  identity: runIdentityBench,
  rules: runRulesBench,
  memory: runMemoryBench,
  delivery: runDeliveryBench,
};

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    const known = Object.keys(BENCHES).join(', ');
    process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${known}\n`);
    return EXIT_USAGE;
  }
  process.chdir(CHECKOUT);
  const tools = join(CHECKOUT, 'node_modules', '.bin');
  process.env['PATH'] = `${tools}${delimiter}${process.env['PATH'] ?? ''}`;
  const missed: string[] = [];
  for (const [name, run] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stdout.write(`\n== ${name}\n`);
    if (!(await run())) missed.push(name);
  }
  if (missed.length === 0) return 0;
  process.stdout.write(`\nbudgets missed: ${missed.join(', ')}\n`);
  return EXIT_MISSED;
}

process.exitCode = await main(process.argv.slice(2));
