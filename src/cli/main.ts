/** The `warder` command in this process. */
import { createProcessIo } from './process-io.ts';
import { loadCommandsFor } from './registry.ts';
import { runCli } from './run-cli.ts';

/** Runs the command line of this process and sets its exit code. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  process.exitCode = await runCli(words, await loadCommandsFor(words), createProcessIo());
}
