/** Shows the engine at work: a guest with the agent in it, and a scripted attack. */
import { parseArgs } from 'node:util';
import { isKernelLine } from './guest/kernels.ts';
import { CHECKOUT } from './guest/places.ts';
import { runGuest } from './guest/run-guest.ts';

const USAGE = `usage: npm run demo -- [options]
  --kernel LINE    6.1 or 6.12 (default 6.12)
  --no-agent       only the attack, to compare with
`;
const TIMEOUT_MS = 300_000;
const MEMORY_MB = 1536;
const EXIT_USAGE = 2;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kernel: { type: 'string', default: '6.12' },
      'no-agent': { type: 'boolean', default: false },
    },
  });
  const { kernel } = values;
  if (!isKernelLine(kernel)) {
    process.stderr.write(USAGE);
    return EXIT_USAGE;
  }
  process.stdout.write(`Starting a ${kernel} guest. Nothing here touches this machine.\n\n`);
  const result = await runGuest({
    kernel,
    command: ['bash', values['no-agent'] ? 'scripts/demo/attack.sh' : 'scripts/demo/stage.sh'],
    cwd: CHECKOUT,
    memoryMb: MEMORY_MB,
    timeoutMs: TIMEOUT_MS,
    onOutput: (chunk) => process.stdout.write(chunk),
  });
  if (result.reason === 'exited') return result.exitCode ?? 0;
  process.stderr.write(`${result.consoleLog}\nThe guest did not finish: ${result.reason}.\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
