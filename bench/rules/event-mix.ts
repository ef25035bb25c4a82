/** Events as a node that builds and serves makes them: a shell script, a compiler, a web server. */
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { Process } from '../../src/model/event.ts';
import type { Facts } from '../../src/model/fact.ts';
import { aDetectionEvent } from '../../test/support/detection-events.ts';
import { aParent, aProcess } from '../../test/support/events.ts';
import { one, type Random } from '../../test/support/random.ts';

const PROGRAMS: readonly (readonly [string, string])[] = [
  ['/usr/bin/gcc-12', '-O2 -g -Wall -I/usr/include/x86_64-linux-gnu -c -o build/file.o src/file.c'],
  ['/usr/lib/gcc/x86_64-linux-gnu/12/cc1', '-quiet -imultiarch x86_64-linux-gnu src/file.c -O2'],
  ['/usr/bin/make', '-j8 all'],
  ['/usr/bin/bash', '-c for f in *.c; do echo "$f"; done'],
  ['/usr/bin/git', 'fetch --no-tags --prune origin +refs/heads/main:refs/remotes/origin/main'],
  ['/usr/sbin/nginx', '-g daemon off;'],
  ['/usr/bin/node', '/srv/app/node_modules/.bin/webpack --mode production --progress'],
  ['/usr/bin/grep', '-rn pattern /srv/app/src'],
  ['/usr/bin/python3', '/usr/lib/ubuntu-release-upgrader/check-new-release -q'],
  ['/usr/bin/sed', '-e s/a/b/ /etc/hosts'],
];
const DIRECTORIES: readonly string[] = [
  '/srv/app/src/',
  '/usr/include/linux/',
  '/tmp/cc',
  '/var/log/nginx/',
  '/usr/lib/x86_64-linux-gnu/',
  '/etc/',
];

/** Processes of a machine: some hundred at a time, new ones with every exec. */
function aProcessOf(random: Random, number: number): Process {
  const [binary, args] = one(random, PROGRAMS);
  // Numbers in arguments, as names of files have them: few command lines are the same twice.
  const argv = [binary, ...`${args} ${number % 4096}`.split(' ')];
  return aProcess({ binary, argv, tgid: 1_000 + number, execId: `bm9kZTo${number}` });
}

/** Of ten events six are about files, three about processes and one about the network. */
export function anEventMix(random: Random, count: number): readonly DetectionEvent[] {
  const parents = Array.from({ length: 64 }, (_, number) =>
    aParent({ tgid: number + 2, binary: one(random, PROGRAMS)[0], argv: ['make', String(number)] }),
  );
  let current = aProcessOf(random, 0);
  return Array.from({ length: count }, (_, number) => {
    const kind = random(10);
    if (kind < 3) current = aProcessOf(random, number);
    const ancestors = [one(random, parents), one(random, parents), one(random, parents)];
    const base = { sequence: number, timeNs: BigInt(number) * 1_000n, process: current, ancestors };
    if (kind < 3) return aDetectionEvent({ ...base, class: 'process.exec' });
    if (kind === 3)
      return aDetectionEvent({ ...base, class: 'network.connect', facts: connection(random) });
    const path = `${one(random, DIRECTORIES)}${random(100_000).toString(36)}.h`;
    const facts: Facts = { 'file.path': path, 'file.flags': ['read'], 'file.mode': 0o100644 };
    return aDetectionEvent({ ...base, class: 'file.open', facts });
  });
}

function connection(random: Random): Facts {
  return {
    'network.remote.ip': `10.0.${random(256)}.${random(256)}`,
    'network.remote.port': one(random, [80, 443, 5432, 6379, 53]),
    'network.protocol': 'tcp',
  };
}
