/** The `warder` command in this process. */
import { createProcessIo } from './process-io.ts';
import { COMMANDS } from './registry.ts';
import { runCli } from './run-cli.ts';

/** Runs the command line of this process and sets its exit code. */
export async function main(): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), COMMANDS, createProcessIo());
}
