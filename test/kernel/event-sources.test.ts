/** What rules are about is seen: for each class a deed that is found and one that is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { capabilityOf } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

const DEED = join(repositoryRoot(), 'build/triggers/deed');
const WAIT_MS_MAX = 30_000;
const CLONE_NEWUTS = 0x0400_0000;

interface Case {
  /** Class of the events, and what a rule asks of them. */
  readonly class: string;
  readonly asks: string;
  /** Given a directory and `hit` or `miss`, which the rule tells apart. */
  readonly deed: (base: string, which: 'hit' | 'miss') => void;
}

const deed = (...args: readonly (string | number)[]): void => {
  spawnSync(DEED, args.map(String));
};

/** Which of two numbers. */
const pick = (which: 'hit' | 'miss', hit: number, miss: number): number =>
  which === 'hit' ? hit : miss;

const CASES: readonly Case[] = [
  {
    class: 'process.exec',
    asks: 'process.cmdline|endswith: exec-hit',
    deed: (_base, which) => spawnSync('/bin/true', [`exec-${which}`]),
  },
  {
    class: 'process.exit',
    asks: 'exit.code: 3',
    deed: (_base, which) => spawnSync('/bin/sh', ['-c', `exit ${pick(which, 3, 4)}`]),
  },
  {
    class: 'file.open',
    asks: 'file.path|endswith: /open-hit',
    deed: (base, which) => writeFileSync(join(base, `open-${which}`), ''),
  },
  {
    class: 'file.open',
    asks: 'file.path|endswith: /read-hit, file.flags: read',
    deed: (base, which) => readFileSync(join(base, `read-${which}`)),
  },
  {
    class: 'file.create',
    asks: 'file.path|endswith: /create-hit',
    deed: (base, which) => writeFileSync(join(base, `create-${which}`), ''),
  },
  {
    class: 'file.mkdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => mkdirSync(join(base, `mkdir-${which}`)),
  },
  {
    class: 'file.rmdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => rmdirSync(join(base, `mkdir-${which}`)),
  },
  {
    class: 'file.rename',
    asks: 'file.path|endswith: /renamed-hit, file.old_path|endswith: /create-hit',
    deed: (base, which) =>
      renameSync(join(base, `create-${which}`), join(base, `renamed-${which}`)),
  },
  {
    class: 'file.link',
    asks: 'file.path|endswith: /link-hit',
    deed: (base, which) => linkSync(join(base, 'read-hit'), join(base, `link-${which}`)),
  },
  {
    class: 'file.symlink',
    asks: 'file.target: /etc/hit',
    deed: (base, which) => symlinkSync(`/etc/${which}`, join(base, `symlink-${which}`)),
  },
  {
    class: 'file.mode',
    asks: 'file.path|endswith: /read-hit, file.mode_bits: S_ISUID',
    deed: (base, which) => chmodSync(join(base, 'read-hit'), pick(which, 0o4755, 0o755)),
  },
  {
    class: 'file.owner',
    asks: 'file.path|endswith: /read-hit',
    deed: (base, which) => chownSync(join(base, `read-${which}`), 1, 1),
  },
  {
    class: 'file.unlink',
    asks: 'file.path|endswith: /link-hit',
    deed: (base, which) => unlinkSync(join(base, `link-${which}`)),
  },
  {
    class: 'file.mount',
    asks: 'file.filesystem: tmpfs, mount.source: hit',
    deed: (base, which) => deed('mount', which, join(base, 'mnt'), 'tmpfs', 0, 0),
  },
  {
    class: 'network.connect',
    asks: 'network.remote.ip: 127.0.0.1, network.remote.port: 9901',
    deed: (_base, which) => deed('connect', '127.0.0.1', pick(which, 9901, 9902)),
  },
  {
    class: 'network.bind',
    asks: 'network.local.port: 9903',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9903, 9904)),
  },
  {
    class: 'network.listen',
    asks: 'network.local.port: 9905, network.protocol: tcp',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9905, 9906)),
  },
  {
    class: 'network.socket',
    asks: 'network.type: raw, network.family: ipv4',
    deed: (_base, which) => deed('socket', 2, pick(which, 3, 2), 1),
  },
  {
    class: 'process.namespace',
    asks: 'namespace.flags: uts',
    deed: (_base, which) => deed('unshare', pick(which, CLONE_NEWUTS, 0)),
  },
  {
    class: 'process.ptrace',
    asks: 'ptrace.request: traceme',
    deed: (_base, which) => deed(...(which === 'hit' ? ['ptrace', 0, 0, 0, 0] : ['getpid'])),
  },
  {
    class: 'process.io_uring',
    asks: 'event.syscall: io_uring_setup, Image|endswith: /deed',
    deed: (_base, which) => deed(...(which === 'hit' ? ['io_uring_setup', 1, 0] : ['getpid'])),
  },
  {
    class: 'process.credentials',
    asks: 'credentials.new_uid: 1234',
    deed: (_base, which) => deed('setuid', pick(which, 1234, 1235)),
  },
  {
    class: 'kernel.bpf',
    asks: 'bpf.command: prog_load',
    deed: (_base, which) => deed('bpf', pick(which, 5, 1), 0, 0),
  },
];

const titleOf = ({ class: name, asks }: Case): string => `${name}: ${asks}`;

function rulesText(): string {
  return CASES.map((one) =>
    [
      `title: ${JSON.stringify(titleOf(one))}`,
      `logsource: {category: ${one.class}}`,
      `detection: {s: {${one.asks}}, condition: s}`,
      'level: low',
    ].join('\n'),
  ).join('\n---\n');
}

async function prepare(t: TestContext): Promise<{ agent: AgentProcess; base: string }> {
  const base = mkdtempSync(join(tmpdir(), 'warder-sources-'));
  mkdirSync(join(base, 'mnt'));
  for (const name of ['read-hit', 'read-miss']) writeFileSync(join(base, name), '');
  const rules = join(base, 'rules.yaml');
  writeFileSync(rules, rulesText());
  const agent = new AgentProcess({ args: ['--output', 'json', '--rules', rules] });
  t.after(async () => {
    await agent.end('SIGTERM');
    // What hit and what missed were both mounted.
    for (const _ of CASES) spawnSync('umount', [join(base, 'mnt')]);
    rmSync(base, { recursive: true });
  });
  await agent.armed();
  return { agent, base };
}

/** Titles of findings, how often each. */
function findings({ stdout }: AgentProcess): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{"finding"')) continue;
    const { finding } = JSON.parse(line);
    counts.set(finding.rule.title, (counts.get(finding.rule.title) ?? 0) + 1);
  }
  return counts;
}

async function untilFound(agent: AgentProcess, titles: readonly string[]): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (Date.now() < deadline) {
    const found = findings(agent);
    if (titles.every((title) => found.has(title))) return;
    await sleep(100);
  }
}

describe('sources of events', () => {
  it('see what is done, and nothing else', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const { agent, base } = await prepare(t);
    for (const { deed: act } of CASES) act(base, 'miss');
    await sleep(1_000);
    const early = [...findings(agent).keys()];

    for (const { deed: act } of CASES) act(base, 'hit');
    const titles = CASES.map(titleOf);
    await untilFound(agent, titles);

    assert.deepStrictEqual(early, []);
    assert.deepStrictEqual([...findings(agent).keys()].toSorted(), titles.toSorted());
  });

  it('see who connects to a server', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const base = mkdtempSync(join(tmpdir(), 'warder-sources-'));
    const rules = join(base, 'rules.yaml');
    const accept = (port: number): string =>
      `title: "${port}"\nlogsource: {category: network.accept}\n` +
      `detection: {s: {network.local.port: ${port}, network.direction: inbound}, condition: s}\n`;
    writeFileSync(rules, `${accept(9911)}---\n${accept(9912)}`);
    const agent = new AgentProcess({ args: ['--output', 'json', '--rules', rules] });
    const server = createServer((socket) => socket.destroy());
    t.after(async () => {
      server.close();
      await agent.end('SIGTERM');
      rmSync(base, { recursive: true });
    });
    await agent.armed();
    await new Promise<void>((resolve) => server.listen(9911, '127.0.0.1', resolve));

    spawnSync(DEED, ['connect', '127.0.0.1', '9911']);
    await untilFound(agent, ['9911']);

    assert.deepStrictEqual([...findings(agent).keys()], ['9911']);
  });
});
