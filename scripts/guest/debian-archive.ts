/** Downloads Debian packages without installing them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An apt configuration: extra options for every call. */
type AptOptions = readonly string[];

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SUITES = [
  'http://deb.debian.org/debian bookworm main',
  'http://deb.debian.org/debian-security bookworm-security main',
];

/**
 * Puts the newest package whose name matches into `directory` and returns its name. Asks the
 * archives this machine knows, then, on another distribution or release, Debian 12's.
 * Throws when neither has it.
 */
export function downloadPackage(pattern: RegExp, directory: string): string {
  const errors: unknown[] = [];
  for (const prepare of [() => useMachineArchive(pattern), () => useOwnArchive(directory)]) {
    try {
      const options = prepare();
      const name = findNewest(pattern, options);
      if (name === undefined) throw new Error(`no package matches ${pattern.source}`);
      execFileSync('apt-get', [...options, 'download', '-q', name], {
        cwd: directory,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      return name;
    } catch (error) {
      errors.push(error);
    }
  }
  throw new AggregateError(errors, `cannot download a package matching ${pattern.source}`);
}

/** Machines made from images have no package lists until the first update. */
function useMachineArchive(pattern: RegExp): AptOptions {
  if (findNewest(pattern, []) === undefined && process.getuid?.() === 0) update([]);
  return [];
}

/** A private apt state, so that nothing of this machine's configuration changes. */
function useOwnArchive(directory: string): AptOptions {
  const root = join(directory, 'apt');
  for (const path of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  const sources = SUITES.map((suite) => `deb [arch=amd64 signed-by=${KEYRING}] ${suite}`);
  writeFileSync(join(root, 'debian.list'), `${sources.join('\n')}\n`);
  const options = [
    `Dir::State::lists=${join(root, 'lists')}`,
    `Dir::Cache=${join(root, 'cache')}`,
    `Dir::Etc::sourcelist=${join(root, 'debian.list')}`,
    'Dir::Etc::sourceparts=-',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  update(options);
  return options;
}

function update(options: AptOptions): void {
  execFileSync('apt-get', [...options, 'update', '-q'], { stdio: ['ignore', 'ignore', 'pipe'] });
}

function findNewest(pattern: RegExp, options: AptOptions): string | undefined {
  const output = execFileSync('apt-cache', [...options, 'pkgnames', 'linux-image-'], {
    encoding: 'utf8',
  });
  const names = output.split('\n').filter((name) => pattern.test(name));
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
