/** Command line of the guest harness: runs a command on another kernel. */
import { parseArgs } from 'node:util';
import { isKernelLine, KERNEL_LINES } from './kernels.ts';
import { runGuest } from './run-guest.ts';

const USAGE = `usage: npm run guest -- [options] -- command [argument...]
  --kernel LINE    ${KERNEL_LINES.join(' or ')} (default 6.12)
  --memory MB      default 1024
  --timeout SEC    default 600
  --append TEXT    extra kernel parameters
  --console        print the kernel's console afterwards
Without a command, prints the guest's kernel release.
`;
const EXIT_USAGE = 2;
const EXIT_TIMEOUT = 124;
const EXIT_NO_GUEST = 125;

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      kernel: { type: 'string', default: '6.12' },
      memory: { type: 'string', default: '1024' },
      timeout: { type: 'string', default: '600' },
      append: { type: 'string', default: '' },
      console: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { kernel } = values;
  if (values.help || !isKernelLine(kernel)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : EXIT_USAGE;
  }
  const result = await runGuest({
    kernel,
    command: positionals.length > 0 ? positionals : ['uname', '-r'],
    cwd: process.cwd(),
    memoryMb: Number(values.memory),
    timeoutMs: Number(values.timeout) * 1000,
    append: values.append,
    onOutput: (chunk) => process.stdout.write(chunk),
  });
  if (values.console || result.reason !== 'exited') process.stderr.write(result.consoleLog);
  if (result.reason === 'exited') return result.exitCode ?? 0;
  process.stderr.write(`guest ${result.release}: ${result.reason.replace('_', ' ')}\n`);
  return result.reason === 'timeout' ? EXIT_TIMEOUT : EXIT_NO_GUEST;
}

process.exitCode = await main(process.argv.slice(2));
