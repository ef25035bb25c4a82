/** Installs the npm packages of the lock file. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announce, CHECKOUT, run, TOOLS } from './steps.mjs';

const STAMP = join(CHECKOUT, 'node_modules', '.warder-lock-hash');

/** Runs `npm ci` when there is no installation or it is of another lock file. */
export function installNodeModules() {
  const lock = readFileSync(join(CHECKOUT, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(join(TOOLS, 'node')) && existsSync(STAMP) && readStamp() === hash) return;
  announce('installing the npm packages of package-lock.json, Node 24 among them');
  const remedy = 'check the network and the output of npm above';
  // Npm itself may run on an older Node than the packages want, and would warn about each.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', args, { code: 'SETUP_NPM_FAILED', remedy });
  writeFileSync(STAMP, `${hash}\n`);
}

function readStamp() {
  return readFileSync(STAMP, 'utf8').trim();
}
