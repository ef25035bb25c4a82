/** Prepares a checkout for `npm start`, `npm test` or `npm run build`; idle when it is ready. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './setup/build.mjs';
import { fetchNatsServer } from './setup/nats-server.mjs';
import { installNodeModules } from './setup/node-modules.mjs';
import { installPackages } from './setup/packages.mjs';
import { CHECKOUT, run, SetupError, TOOLS } from './setup/steps.mjs';

const MODES = ['start', 'test', 'build'];
const NODE_MAJOR_MIN = 20;

/** Throws a SetupError when this machine cannot be used at all. */
function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MAJOR_MIN) {
    const remedy = `install Node ${NODE_MAJOR_MIN} or newer`;
    throw new SetupError('SETUP_NODE_TOO_OLD', `this is Node ${process.versions.node}`, remedy);
  }
  if (process.platform !== 'linux') {
    const remedy = 'use a Linux machine or a virtual machine';
    throw new SetupError('SETUP_NOT_LINUX', `this is ${process.platform}`, remedy);
  }
}

/** The fetcher is a program of its own, as it is compiled and this file must run uncompiled. */
function fetchKernels() {
  const fetcher = join(CHECKOUT, 'build', 'scripts', 'guest', 'fetch-kernels.js');
  if (!existsSync(fetcher)) return;
  const remedy = 'check that this machine can reach a Debian archive';
  run(join(TOOLS, 'node'), [fetcher], { code: 'SETUP_KERNEL_FAILED', remedy });
}

function main(mode) {
  if (!MODES.includes(mode)) {
    const remedy = `usage: node scripts/setup.mjs ${MODES.join('|')}`;
    throw new SetupError('SETUP_MODE_UNKNOWN', `"${mode}" is not a mode`, remedy);
  }
  checkMachine();
  installPackages(mode);
  installNodeModules();
  buildAll(mode);
  if (mode !== 'test') return;
  fetchNatsServer();
  fetchKernels();
}

try {
  main(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.code}: ${error.message}; ${error.remedy}\n`);
  process.exitCode = 1;
}
