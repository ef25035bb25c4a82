/** Fetches the server that tests of NATS start; nothing is installed, so no service starts. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { announce, ask, CHECKOUT, run } from './steps.mjs';

const DIRECTORY = join(CHECKOUT, '.cache', 'nats-server');
const PROGRAM = join(DIRECTORY, 'usr', 'sbin', 'nats-server');
const PACKAGE = 'nats-server';

/** Unpacks the package of the distribution, whose signature apt checks. Needs no root. */
export function fetchNatsServer() {
  if (existsSync(PROGRAM) || ask('nats-server', ['--version']).status === 0) return;
  announce('fetching nats-server: tests publish to it');
  const remedy = 'check the network and the sources of apt, or put nats-server on the path';
  const failure = { code: 'SETUP_NATS_FAILED', remedy };
  mkdirSync(DIRECTORY, { recursive: true });
  // A machine on which nothing was missing may have no package lists yet.
  const isKnown = /Candidate: \d/.test(ask('apt-cache', ['policy', PACKAGE]).output);
  if (!isKnown && process.getuid() === 0) run('apt-get', ['update', '-q'], failure);
  run('env', ['-C', DIRECTORY, 'apt-get', 'download', '-q', PACKAGE], failure);
  const archives = readdirSync(DIRECTORY).filter((name) => name.endsWith('.deb'));
  for (const name of archives) {
    run('dpkg-deb', ['-x', join(DIRECTORY, name), DIRECTORY], failure);
    rmSync(join(DIRECTORY, name));
  }
}
