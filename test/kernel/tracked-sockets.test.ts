/** Events of a tracked socket name the process that it is tracked from, wherever they happen. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { thisKernel } from '../support/this-kernel.ts';

/** Says each byte that it gets, and ends when its connection does. */
const CLIENT = `
const { connect } = require('node:net');
connect(Number(process.argv[1]), '127.0.0.1').on('data', (data) => console.log(String(data)));`;

interface Peer {
  readonly port: number;
  readonly server: Server;
  readonly socket: Socket;
  readonly client: ChildProcess;
  /** Sends a byte, and waits until the client has got it. */
  send(byte: string): Promise<void>;
}

/** The server is this process. */
async function listen(t: TestContext): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

async function connectTo(
  t: TestContext,
  { port, server }: { readonly port: number; readonly server: Server },
): Promise<Peer> {
  const accepted = once(server, 'connection');
  const client = spawn(process.execPath, ['-e', CLIENT, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => client.kill('SIGKILL'));
  const lines = createInterface({ input: client.stdout });
  const [socket] = (await accepted) as [Socket];
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  const send = async (byte: string): Promise<void> => {
    const got = once(lines, 'line');
    socket.write(byte);
    assert.deepStrictEqual(await got, [byte]);
  };
  return { port, server, socket, client, send };
}

function load(t: TestContext, ...policies: readonly string[]): LivePolicies | undefined {
  const capability = thisKernel().capabilities.find(({ name }) => name === 'fentry');
  if (!requireCapability(t, 'fentry', capability ?? { available: false, detail: 'not probed' }))
    return undefined;
  const live = useLivePolicies(t);
  const statuses = live.load(policies.join('---'));
  const failed = statuses.filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed, []);
  return live;
}

const policy = (name: string, kprobes: string, mode = 'enforce'): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  options: [{name: policy-mode, value: ${mode}}]
  kprobes:${kprobes}
`;

const port = (operator: string, value: number): string =>
  `{index: 0, operator: ${operator}, values: [${value}]}`;

const silently = (action: string): string =>
  `matchActions: [{action: ${action}, argSock: 0}, {action: NoPost}]`;

/** Data for a client comes by here in the softirq of whoever sends it, on loopback. */
function received(operator: string, ports: readonly number[]): string {
  return `
  - call: tcp_rcv_established
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [{index: 0, operator: ${operator}, values: [${ports.join()}]}]`;
}

/** Pids that events name at the hook where data comes in, by the port of the server. */
async function namedPids(
  live: LivePolicies,
  wanted: number,
  policyName = 'tracking',
): Promise<readonly number[]> {
  const events = await live.eventsOf(policyName);
  return events
    .filter((event) => JSON.stringify(event, plain).includes(`"${wanted}"`))
    .map((event) => event.process.tgid);
}

/** Numbers as texts, so that one can be looked for. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
}

function isOnly(pids: readonly number[], pid: number | undefined): void {
  assert.ok(pids.length > 0);
  assert.deepStrictEqual([...new Set(pids)], [pid]);
}

/** Whoever is interrupted is named, which may also be a thread of the kernel. */
function isNever(pids: readonly number[], pid: number | undefined): void {
  assert.ok(pids.length > 0);
  assert.ok(pid !== undefined && !pids.includes(pid), pids.join());
}

const rowsOf = (live: LivePolicies): number => live.base.maps.sockets.entries().length;

describe('tracked sockets', () => {
  it('name the process that connected, and others whoever runs', async (t) => {
    const [tracked, twin] = [await listen(t), await listen(t)];
    const live = load(
      t,
      policy(
        'tracking',
        `
  - call: tcp_connect
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [${port('DPort', tracked.port)}]
      ${silently('TrackSock')}${received('DPort', [tracked.port, twin.port])}`,
      ),
    );
    if (live === undefined) return;
    const peers = [await connectTo(t, tracked), await connectTo(t, twin)] as const;
    for (const { send } of peers) await send('a');
    isOnly(await namedPids(live, tracked.port), peers[0].client.pid);
    isNever(await namedPids(live, twin.port), peers[1].client.pid);
  });

  it('name whoever runs when they are no longer tracked', async (t) => {
    const [untracked, twin] = [await listen(t), await listen(t)];
    const live = load(
      t,
      policy(
        'tracking',
        `
  - call: tcp_connect
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [{index: 0, operator: DPort, values: [${untracked.port}, ${twin.port}]}]
      ${silently('TrackSock')}
  - call: tcp_recvmsg
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [${port('DPort', untracked.port)}]
      ${silently('UntrackSock')}${received('DPort', [untracked.port, twin.port])}`,
      ),
    );
    if (live === undefined) return;
    const peers = [await connectTo(t, untracked), await connectTo(t, twin)] as const;
    for (const { send } of peers) await send('a');
    isOnly(await namedPids(live, untracked.port), peers[0].client.pid);
    isOnly(await namedPids(live, twin.port), peers[1].client.pid);
    live.events.length = 0;
    for (const { send } of peers) await send('b');
    isNever(await namedPids(live, untracked.port), peers[0].client.pid);
    isOnly(await namedPids(live, twin.port), peers[1].client.pid);
  });

  it('are tracked from what a function returns', async (t) => {
    const [tracked, twin] = [await listen(t), await listen(t)];
    const live = load(
      t,
      policy(
        'tracking',
        `
  - call: inet_csk_accept
    syscall: false
    args: [{index: 0, type: sock}]
    return: true
    returnArg: {index: 0, type: sock}
    returnArgAction: TrackSock
    selectors:
    - matchArgs: [${port('SPort', tracked.port)}]
      matchActions: [{action: NoPost}]${received('SPort', [tracked.port, twin.port])}`,
      ),
    );
    if (live === undefined) return;
    const peers = [await connectTo(t, tracked), await connectTo(t, twin)] as const;
    assert.equal(rowsOf(live), 1);
    // The end of a client comes in in its own softirq.
    for (const { client } of peers) {
      client.kill('SIGKILL');
      await once(client, 'exit');
    }
    isOnly(await namedPids(live, tracked.port), process.pid);
    isNever(await namedPids(live, twin.port), process.pid);
  });

  it('do not hide who was to be killed by another policy', async (t) => {
    const [there, twin] = [await listen(t), await listen(t)];
    const [tracked, posted] = ['tracked', 'posted'].map((name) => {
      const only = name === 'tracked' ? there : twin;
      return policy(
        name,
        `
  - call: tcp_connect
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [${port('DPort', only.port)}]
      ${silently('TrackSock')}${received('DPort', [only.port])}`,
      );
    });
    const killing = `${received('DPort', [there.port])}
      matchActions: [{action: Sigkill}]`;
    const live = load(t, tracked ?? '', posted ?? '', policy('killing', killing, 'monitor'));
    if (live === undefined) return;
    const peers = [await connectTo(t, there), await connectTo(t, twin)] as const;
    for (const { send } of peers) await send('a');
    // Both policies are in one record.
    isNever(await namedPids(live, there.port, 'killing'), peers[0].client.pid);
    isNever(await namedPids(live, there.port, 'tracked'), peers[0].client.pid);
    isOnly(await namedPids(live, twin.port, 'posted'), peers[1].client.pid);
  });

  it('are forgotten when they end', async (t) => {
    const there = await listen(t);
    const live = load(
      t,
      policy(
        'tracking',
        `
  - call: tcp_connect
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchArgs: [${port('DPort', there.port)}]
      ${silently('TrackSock')}`,
      ),
    );
    if (live === undefined) return;
    const before = rowsOf(live);
    const { client, socket } = await connectTo(t, there);
    assert.equal(rowsOf(live), before + 1);
    client.kill('SIGKILL');
    socket.destroy();
    const deadline = Date.now() + 10_000;
    while (rowsOf(live) > before && Date.now() < deadline) await setTimeout(50);
    assert.equal(rowsOf(live), before);
  });
});
