/** Installs the system packages that are missing, through apt. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { announce, ask, run, SetupError } from './steps.mjs';

/**
 * What is needed and why. Any of `packages` will do, as distributions name them differently; so
 * will a `command` on the path that came from somewhere else.
 */
const BUILD = [
  { packages: ['clang'], why: 'compiles the probes' },
  { packages: ['llvm'], why: 'strips the probes' },
  { packages: ['libbpf-dev'], why: 'loads the probes' },
  { packages: ['libelf-dev'], why: 'libbpf reads objects with it' },
  { packages: ['zlib1g-dev'], why: 'libbpf reads objects with it' },
  { packages: ['pkg-config', 'pkgconf'], why: 'finds the libraries' },
  { packages: ['make'], why: 'builds the C parts' },
  { packages: ['gcc'], why: 'builds the native part' },
  { packages: ['libc6-dev'], why: 'builds the native part' },
  { packages: ['bpftool', 'linux-tools-common'], command: 'bpftool', why: 'inspects the probes' },
];
const TEST = [
  { packages: ['qemu-system-x86'], why: 'boots other kernels' },
  { packages: ['busybox-static'], why: 'is the first program in a guest' },
  { packages: ['crun'], why: 'runs containers in tests' },
  { packages: ['openssl'], why: 'makes certificates in tests' },
  {
    packages: ['kubernetes-client'],
    command: 'kubectl',
    why: 'is a client of the API server in tests',
  },
  { packages: ['iproute2'], command: 'ip', why: 'makes networks in tests' },
  { packages: ['xz-utils'], why: 'unpacks kernels' },
  { packages: ['zstd'], why: 'unpacks kernels' },
  { packages: ['debian-archive-keyring'], why: 'vouches for the kernels' },
  { packages: ['clang-format'], why: 'checks the style of C files' },
];

/** Installs what `mode` needs and is missing. Throws a SetupError when that is impossible. */
export function installPackages(mode) {
  const needs = mode === 'test' ? [...BUILD, ...TEST] : BUILD;
  const missing = findMissing(needs);
  if (missing.length === 0) return;

  const apt = findApt(missing);
  announce('updating the package lists, to install what is missing');
  const update = 'check the network and the sources of apt';
  run(apt[0], [...apt.slice(1), 'update', '-q'], {
    code: 'SETUP_APT_UPDATE_FAILED',
    remedy: update,
  });
  // Names are chosen only now: without package lists nothing has a candidate.
  for (const need of missing) announce(`installing ${chooseName(need)}: ${need.why}`);
  installAll(apt, missing.map(chooseName));
}

function findMissing(needs) {
  const installed = listInstalled(needs.flatMap((need) => need.packages));
  return needs.filter(
    (need) => !need.packages.some((name) => installed.has(name)) && !hasCommand(need.command),
  );
}

/** A removed package may leave its configuration behind, so the status counts, not the name. */
function listInstalled(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of dpkg-query
  const format = '${Package} ${db:Status-Status}\n';
  const { output } = ask('dpkg-query', ['-W', '-f', format, ...names]);
  const lines = output.split('\n').filter((line) => line.endsWith(' installed'));
  return new Set(lines.map((line) => line.split(' ')[0]));
}

function hasCommand(command) {
  if (command === undefined) return false;
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The command that runs apt-get with enough rights, as a list of words. */
function findApt(missing) {
  const names = missing.map((need) => need.packages[0]).join(' ');
  if (!hasCommand('apt-get')) {
    const remedy = `install what provides these: ${names}`;
    throw new SetupError('SETUP_APT_MISSING', 'packages are missing and there is no apt', remedy);
  }
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  if (process.getuid() === 0) return apt;
  const canAsk = process.stdin.isTTY === true || ask('sudo', ['-n', 'true']).status === 0;
  if (hasCommand('sudo') && canAsk) return ['sudo', ...apt];
  const remedy = `run as root: apt-get install --no-install-recommends ${names}`;
  throw new SetupError('SETUP_ROOT_NEEDED', 'packages are missing and this is not root', remedy);
}

function chooseName(need) {
  const hasCandidate = (name) => /Candidate: \d/.test(ask('apt-cache', ['policy', name]).output);
  return need.packages.find(hasCandidate) ?? need.packages[0];
}

/** All at once is faster; one at a time after a failure names the package that caused it. */
function installAll(apt, names) {
  const install = ['install', '-y', '-q', '--no-install-recommends'];
  const remedy = 'see the output of apt above';
  const failure = { code: 'SETUP_PACKAGE_FAILED', remedy };
  const [program, ...first] = apt;
  try {
    run(program, [...first, ...install, ...names], failure);
  } catch (error) {
    for (const name of names) run(program, [...first, ...install, name], failure);
    announce(`all at once failed (${error.message}), one at a time worked`);
  }
}
