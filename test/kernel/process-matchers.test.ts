/** Matchers of the process, decided by the kernel: one that holds, a twin that does not. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-process-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
copyFileSync(ACT, join(BASE, 'other'));
// A shell of its own: the test itself may descend from the system's.
const DASH = join(BASE, 'dash');
copyFileSync('/usr/bin/dash', DASH);
after(() => rmSync(BASE, { recursive: true }));

const OFFSET = '123456789';
const SEEK = [ACT, 'seek', OFFSET];

/** Seeks twice after each change. */
function changing(...names: readonly string[]): readonly string[] {
  return [ACT, 'change-and-seek', OFFSET, ...names];
}

/** One policy; the processes that are run under it, and which of them it must see. */
interface Case {
  readonly name: string;
  readonly matcher: string;
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly expected: readonly string[];
}

const own = (kind: string): number => statSync(`/proc/self/ns/${kind}`).ino;
const plain = ['setpriv', ...SEEK];
const weak = ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-all', ...SEEK];
const apart = ['unshare', '--uts', ...SEEK];

const CASES: readonly Case[] = [
  {
    name: 'matchNamespaces In sees those of the host',
    matcher: 'matchNamespaces: [{namespace: Uts, operator: In, values: [host_ns]}]',
    commands: { host: SEEK, apart },
    expected: ['host'],
  },
  {
    name: 'matchNamespaces NotIn sees those that left',
    matcher: `matchNamespaces: [{namespace: Uts, operator: NotIn, values: [${own('uts')}]}]`,
    commands: { host: SEEK, apart },
    expected: ['apart'],
  },
  {
    name: 'two namespaces have to hold together',
    matcher: `matchNamespaces:
      - {namespace: Uts, operator: NotIn, values: [host_ns]}
      - {namespace: Net, operator: In, values: [${own('net')}]}`,
    commands: { host: SEEK, apart, both: ['unshare', '--uts', '--net', ...SEEK] },
    expected: ['apart'],
  },
  {
    name: 'matchCapabilities In sees who has one of them',
    matcher: 'matchCapabilities: [{operator: In, values: [CAP_SYS_ADMIN]}]',
    commands: { plain, weak },
    expected: ['plain'],
  },
  {
    name: 'matchCapabilities NotIn sees who has none of them',
    matcher:
      'matchCapabilities: [{type: Permitted, operator: NotIn, values: [CAP_SYS_ADMIN, CAP_BPF]}]',
    commands: {
      plain,
      weak,
      weakest: ['setpriv', '--bounding-set=-sys_admin,-bpf', ...SEEK],
    },
    expected: ['weakest'],
  },
  {
    name: 'matchPIDs looks at the pid in the namespace when asked to',
    matcher: 'matchPIDs: [{operator: In, values: [1], isNamespacePID: true}]',
    commands: { host: SEEK, first: ['unshare', '--pid', '--fork', ...SEEK] },
    expected: ['first'],
  },
  {
    name: 'every entry of matchPIDs counts',
    matcher: `matchPIDs:
      - {operator: NotIn, values: [1, 2]}
      - {operator: NotIn, values: [1], isNamespacePID: true}`,
    commands: { host: SEEK, first: ['unshare', '--pid', '--fork', ...SEEK] },
    expected: ['host'],
  },
  {
    name: 'isNamespaceCapability leaves out who has it in the host',
    matcher:
      'matchCapabilities: [{operator: In, values: [CAP_SYS_ADMIN], isNamespaceCapability: true}]',
    commands: { host: SEEK, inside: ['unshare', '--user', '--map-root-user', ...SEEK] },
    expected: ['inside'],
  },
  {
    name: 'matchNamespaceChanges In sees who left since its exec',
    matcher: 'matchNamespaceChanges: [{operator: In, values: [Uts, Net]}]',
    commands: { plain: SEEK, before: apart, uts: changing('uts'), ipc: changing('ipc') },
    expected: ['uts'],
  },
  {
    name: 'matchNamespaceChanges NotIn sees who left another one',
    matcher: 'matchNamespaceChanges: [{operator: NotIn, values: [Uts, Net]}]',
    commands: { plain: SEEK, uts: changing('uts'), ipc: changing('ipc') },
    expected: ['ipc'],
  },
  {
    name: 'matchCapabilityChanges In sees who dropped one of them since its exec',
    matcher: 'matchCapabilityChanges: [{operator: In, values: [CAP_SYS_NICE]}]',
    commands: { plain, nice: changing('sys_nice'), mknod: changing('mknod') },
    expected: ['nice'],
  },
  {
    name: 'matchCapabilityChanges NotIn sees who dropped another one',
    matcher: 'matchCapabilityChanges: [{operator: NotIn, values: [CAP_SYS_NICE]}]',
    commands: { plain, nice: changing('sys_nice'), mknod: changing('mknod') },
    expected: ['mknod'],
  },
  {
    name: 'matchCapabilityChanges looks at the set it is told to',
    matcher: 'matchCapabilityChanges: [{type: Permitted, operator: In, values: [CAP_SYS_NICE]}]',
    commands: { nice: changing('sys_nice') },
    expected: [],
  },
];

const sh = (name: string, command: string): readonly string[] => [name, '-c', command];
/** Not the last command, so that the shell forks for it. */
const below = (shell: string): readonly string[] => sh(shell, `${SEEK.join(' ')}; true`);

const BINARY_CASES: readonly Case[] = [
  {
    name: 'matchBinaries Prefix compares the beginning of the path',
    matcher: `matchBinaries: [{operator: Prefix, values: ["${BASE}/o"]}]`,
    commands: { act: SEEK, other: [join(BASE, 'other'), ...SEEK.slice(1)] },
    expected: ['other'],
  },
  {
    name: 'matchBinaries NotPostfix compares the end of the path',
    matcher: 'matchBinaries: [{operator: NotPostfix, values: [ther, sh]}]',
    commands: { act: SEEK, other: [join(BASE, 'other'), ...SEEK.slice(1)] },
    expected: ['act'],
  },
  {
    name: 'matchParentBinaries In looks at the parent',
    matcher: `matchParentBinaries: [{operator: In, values: [${DASH}]}]`,
    commands: { test: SEEK, shell: below(DASH) },
    expected: ['shell'],
  },
  {
    name: 'matchParentBinaries NotPrefix looks at the parent',
    matcher: 'matchParentBinaries: [{operator: NotPrefix, values: [/usr/bin/da]}]',
    commands: { test: SEEK, shell: below('dash') },
    expected: ['test'],
  },
  {
    name: 'followChildren follows through other programs',
    matcher: `matchBinaries: [{operator: In, values: [${DASH}], followChildren: true}]`,
    commands: {
      test: SEEK,
      shell: below(DASH),
      far: [DASH, '-c', `env ${SEEK.join(' ')}; true`],
    },
    expected: ['shell', 'far'],
  },
  {
    name: 'followChildren with NotIn leaves them out',
    matcher: `matchBinaries: [{operator: NotIn, values: [${DASH}], followChildren: true}]`,
    commands: { test: SEEK, shell: below(DASH) },
    expected: ['test'],
  },
];

function policyOf(matcher: string, name = 'process'): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: [${OFFSET}]}]
      ${matcher}`;
}

describe('matchers of the process', () => {
  for (const { name, matcher, commands, expected } of [...CASES, ...BINARY_CASES]) {
    it(name, async (t) => {
      const live = useLivePolicies(t);
      assert.equal(live.load(policyOf(matcher))[0]?.state, 'enabled');

      const seen: string[] = [];
      for (const [label, [program = '', ...args]] of Object.entries(commands)) {
        const before = (await live.eventsOf('process')).length;
        const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
        assert.equal(status, 0, `${label}: ${stderr}`);
        if ((await live.eventsOf('process')).length > before) seen.push(label);
      }

      assert.deepStrictEqual(seen, expected);
    });
  }

  it('followChildren finds processes that were there before the policy', async (t) => {
    const live = useLivePolicies(t);
    const command = `${ACT} wait-and-seek ${OFFSET}; true`;
    const shell = spawn(DASH, ['-c', command], { stdio: ['pipe', 'ignore', 'ignore'] });
    await setTimeout(500);
    live.load(policyOf(`matchBinaries: [{operator: In, values: [${DASH}], followChildren: true}]`));

    shell.stdin.end('go\n');
    await once(shell, 'exit');
    const events = await live.eventsOf('process');

    assert.deepStrictEqual(
      events.map((event) => event.process.argv.slice(1)),
      [['wait-and-seek', OFFSET]],
    );
  });

  it('followForks finds the descendants of a process, and no others', async (t) => {
    const live = useLivePolicies(t);
    const shell = spawn(DASH, ['-c', `read line; env ${SEEK.join(' ')}; true`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const values = `values: [${shell.pid}], followForks: true`;
    live.load(policyOf(`matchPIDs: [{operator: In, ${values}}]`));
    live.load(policyOf(`matchPIDs: [{operator: NotIn, ${values}}]`, 'others'));

    const other = spawnSync(ACT, ['seek', OFFSET]);
    shell.stdin.end('go\n');
    await once(shell, 'exit');
    const below = await live.eventsOf('process');
    const others = await live.eventsOf('others');

    assert.deepStrictEqual(
      below.map((event) => event.parent?.tgid),
      [shell.pid],
    );
    assert.deepStrictEqual(
      others.map((event) => event.process.tgid),
      [other.pid],
    );
  });

  it('isNamespacePID with followForks looks at the pids of ancestors there', async (t) => {
    const live = useLivePolicies(t);
    const values = 'values: [1], isNamespacePID: true, followForks: true';
    const inside = ['unshare', '--pid', '--fork', ...below(DASH)];
    live.load(policyOf(`matchPIDs: [{operator: In, values: [1], isNamespacePID: true}]`));
    live.load(policyOf(`matchPIDs: [{operator: In, ${values}}]`, 'forks'));

    spawnSync(inside[0] ?? '', inside.slice(1));

    assert.equal((await live.eventsOf('process')).length, 0);
    assert.equal((await live.eventsOf('forks')).length, 1);
  });

  it('a change counts once', async (t) => {
    const live = useLivePolicies(t);
    live.load(policyOf('matchNamespaceChanges: [{operator: In, values: [Uts, Ipc]}]'));
    live.load(policyOf('matchCapabilityChanges: [{operator: In, values: [CAP_MKNOD]}]', 'caps'));
    const [program = '', ...args] = changing('uts', 'ipc', 'mknod', 'uts');

    assert.equal(spawnSync(program, args).status, 0);

    assert.equal((await live.eventsOf('process')).length, 3);
    assert.equal((await live.eventsOf('caps')).length, 1);
  });

  it('matchPIDs tells one process from another of the same program', async (t) => {
    const live = useLivePolicies(t);
    live.load(policyOf(`matchPIDs: [{operator: NotIn, values: [${process.pid}, 1]}]`));
    const { pid } = spawnSync(ACT, ['seek', OFFSET]);

    const events = await live.eventsOf('process');

    assert.deepStrictEqual(
      events.map((event) => event.process.tgid),
      [pid],
    );
  });
});
