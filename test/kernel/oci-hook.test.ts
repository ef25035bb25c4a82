/** The runtime hook in a real runtime: containers start or not when the agent cannot be told. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const HOOK = join(repositoryRoot(), 'build/bin/warder-oci-hook');

/** What the hook is given; the agents that never answer are waited for as long. */
const TIMEOUT_MS = 3_000;

/** Far more than the hook is given: an emulated machine takes seconds to start a container. */
const START_MS_MAX = 30_000;

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const FAILED = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}';

/** How often one that is slow sends a byte: its whole answer takes longer than the hook waits. */
const BYTE_MS = 500;

interface Case {
  readonly name: string;
  /** Undefined: nobody listens. */
  readonly answer?: (socket: Socket) => void;
  /** Nobody listens, and the socket is there as before. */
  readonly leavesSocket?: true;
  /** The agent took the news, so that the container starts in any namespace. */
  readonly isTaken?: true;
}

/** Answers as soon as something was asked, as a server that reads nothing would. */
function answering(text: string): (socket: Socket) => void {
  return (socket) => socket.once('data', () => socket.end(text));
}

function answeringSlowly(text: string): (socket: Socket) => void {
  return (socket) => {
    const bytes = [...text];
    const timer = setInterval(() => socket.write(bytes.shift() ?? ''), BYTE_MS);
    socket.on('close', () => clearInterval(timer));
  };
}

const CASES: readonly Case[] = [
  { name: 'answers', answer: answering(OK), isTaken: true },
  { name: 'was never there' },
  { name: 'is gone and left its socket', leavesSocket: true },
  { name: 'never answers', answer: () => {} },
  { name: 'answers a byte at a time', answer: answeringSlowly(OK) },
  { name: 'stops within its status', answer: (socket) => socket.write(OK.slice(0, 10)) },
  { name: 'answers with an error', answer: answering(FAILED) },
  { name: 'answers with garbage', answer: answering('what is this?\r\n\r\n') },
  { name: 'hangs up', answer: (socket) => socket.destroy() },
];

interface Attempt {
  readonly namespace: string;
  readonly socketPath: string;
}

/** Whether the container ran to its end. */
async function starts(runtime: ContainerRuntime, id: string, attempt: Attempt): Promise<boolean> {
  const { namespace, socketPath } = attempt;
  try {
    await runtime.run({
      id,
      podUid: '6f1c8b1a-9d2e-4c3b-8a7f-000000000009',
      driver: 'cgroupfs',
      command: ['true'],
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        'io.kubernetes.cri.container-name': 'main',
        'io.kubernetes.cri.sandbox-name': 'web',
        'io.kubernetes.cri.sandbox-namespace': namespace,
        'io.kubernetes.cri.sandbox-uid': '6f1c8b1a-9d2e-4c3b-8a7f-000000000009',
      },
      createRuntimeHook: [
        ...[HOOK, '--socket', socketPath, '--timeout-ms', String(TIMEOUT_MS)],
        ...['--fail-closed-namespace', 'closed'],
      ],
    });
    return true;
  } catch {
    return false;
  }
}

async function listen(socketPath: string, answer: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    // The hook goes away when its time is over, which is none of the test's business.
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return server;
}

/** An agent that was killed: its socket is there, and nobody listens. */
async function leaveSocket(socketPath: string): Promise<void> {
  const server = await listen(`${socketPath}.first`, () => {});
  renameSync(`${socketPath}.first`, socketPath);
  await new Promise((resolve) => server.close(resolve));
}

describe('the hook of a runtime', () => {
  for (const [number, { name, answer, leavesSocket, isTaken }] of CASES.entries()) {
    it(`decides by namespace when the agent ${name}`, async (t) => {
      if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
      using runtime = new ContainerRuntime();
      const directory = mkdtempSync(join(tmpdir(), 'warder-hook-'));
      const socketPath = join(directory, 'agent.sock');
      const server = answer && (await listen(socketPath, answer));
      if (leavesSocket) await leaveSocket(socketPath);
      t.after(() => {
        server?.close();
        rmSync(directory, { recursive: true });
      });
      const id = (kind: string): string => `${number}${kind}`.padStart(64, '0');
      const begin = performance.now();

      const open = await starts(runtime, id('a'), { namespace: 'open', socketPath });
      const between = performance.now();
      const closed = await starts(runtime, id('b'), { namespace: 'closed', socketPath });
      const end = performance.now();

      const took = [between - begin, end - between].map(Math.round);
      t.diagnostic(`fail-open took ${took[0]} ms, fail-closed ${took[1]} ms`);
      assert.deepStrictEqual({ open, closed }, { open: true, closed: isTaken === true });
      assert.ok(Math.max(...took) < START_MS_MAX);
    });
  }
});
