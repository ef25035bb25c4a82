/** What every set-up step shares: where things are, how it speaks, how it fails. */
import { spawnSync } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this file belongs to. */
export const CHECKOUT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Programs of the installed npm packages, Node itself among them. */
export const TOOLS = join(CHECKOUT, 'node_modules', '.bin');

/** A set-up step that cannot go on: a stable code, what happened, and what to do. */
export class SetupError extends Error {
  constructor(code, message, remedy) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** Says what is about to happen; a set-up with nothing to do says nothing. */
export function announce(text) {
  process.stdout.write(`setup: ${text}\n`);
}

/**
 * Runs a program in the checkout with its output shown; throws `failure` (code, remedy) when it
 * does not end with 0. The installed Node comes first on its path.
 */
export function run(program, args, failure) {
  const environment = { ...process.env, ...failure.environment };
  environment.PATH = `${TOOLS}${delimiter}${environment.PATH ?? ''}`;
  const stdio = ['inherit', 'inherit', 'inherit'];
  const result = spawnSync(program, args, { cwd: CHECKOUT, env: environment, stdio });
  if (result.status === 0) return;
  const how = result.error?.message ?? `exit ${result.status ?? result.signal}`;
  throw new SetupError(
    failure.code,
    `"${program} ${args.join(' ')}" failed: ${how}`,
    failure.remedy,
  );
}

/** Runs quietly; the exit status and what it printed. Status 127 when there is no such program. */
export function ask(program, args) {
  const result = spawnSync(program, args, { cwd: CHECKOUT, encoding: 'utf8' });
  return { status: result.status ?? 127, output: result.stdout ?? '' };
}
