/** What the set-up fails with: it runs uncompiled, so its codes are described here. */
import type { ErrorSpec } from '../../src/model/errors.ts';

const row = (summary: string, remedy: string, retryable = false): ErrorSpec => ({
  summary,
  remedy,
  retryable,
});

/** Every code of scripts/setup.mjs and scripts/setup/; a test compares. */
export const SETUP_ERRORS: Readonly<Record<string, ErrorSpec>> = {
  SETUP_MODE_UNKNOWN: row(
    'the set-up was called with something that is no mode',
    'Use an npm script, or `node scripts/setup.mjs start|test|build`.',
  ),
  SETUP_NOT_LINUX: row(
    'this is not a Linux machine',
    'Use a Linux machine or a virtual machine with one.',
  ),
  SETUP_NODE_TOO_OLD: row('the Node that npm runs with is too old', 'Install Node 20 or newer.'),
  SETUP_APT_MISSING: row(
    'system packages are missing and there is no apt',
    'Install what provides the packages that the message names.',
  ),
  SETUP_ROOT_NEEDED: row(
    'system packages are missing and this user may not install them',
    'Run the `apt-get install` line of the message as root.',
  ),
  SETUP_APT_UPDATE_FAILED: row(
    'the package lists could not be updated',
    'Check the network and the sources of apt.',
    true,
  ),
  SETUP_PACKAGE_FAILED: row(
    'a system package could not be installed',
    'Read the output of apt above the message.',
    true,
  ),
  SETUP_NPM_FAILED: row(
    'the npm packages of the lock file could not be installed',
    'Check the network and the output of npm above the message.',
    true,
  ),
  SETUP_BUILD_FAILED: row(
    'a compiler failed',
    'Read the output of the compiler above the message; a clean checkout builds.',
  ),
  SETUP_NATS_FAILED: row(
    'the server that tests of NATS start could not be fetched',
    'Check the network and the sources of apt, or put `nats-server` on the path.',
    true,
  ),
  SETUP_KERNEL_FAILED: row(
    'a kernel for the guests could not be fetched or unpacked',
    'Check that this machine can reach a Debian archive.',
    true,
  ),
};
