/** Containers as a kubelet has them made: bundles, run by crun in cgroups of its shapes. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findCgroupRoot } from './cgroups.ts';

const runFile = promisify(execFile);

/** Of the Debian package busybox-static. */
const BUSYBOX = '/bin/busybox';
const CRUN = 'crun';

/** Who makes the cgroups of a node: systemd or the kubelet itself. */
export type CgroupDriver = 'systemd' | 'cgroupfs';

export interface ContainerPlan {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly podUid: string;
  readonly driver: CgroupDriver;
  /** From the root of the hierarchy, for containers that no kubelet starts. */
  readonly cgroupPath?: string;
  /** Of busybox, as `['cat', '/x']`. */
  readonly command: readonly string[];
  /** As the CRI gives them to its runtime. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** A program that is run before the container starts, with its arguments. */
  readonly createRuntimeHook?: readonly string[];
}

const RUN: readonly string[] = ['--cgroup-manager=cgroupfs', 'run'];

/** A container that does not end by itself. */
export interface RunningContainer {
  stop(): Promise<void>;
}

/** Where the kubelet puts a container, from the root of the hierarchy. */
export function cgroupPathOf({ id, podUid, driver, cgroupPath }: ContainerPlan): string {
  if (cgroupPath !== undefined) return cgroupPath;
  if (driver === 'cgroupfs') return `/kubepods/burstable/pod${podUid}/${id}`;
  const slice = `kubepods-burstable-pod${podUid.replaceAll('-', '_')}.slice`;
  return `/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${id}.scope`;
}

/** The runtime of one test; `using` takes away what it made. */
export class ContainerRuntime {
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'warder-containers-'));
  readonly #rootfs: string = join(this.#directory, 'rootfs');
  readonly #cgroups = new Set<string>();

  constructor() {
    for (const name of ['bin', 'proc', 'dev', 'tmp']) {
      mkdirSync(join(this.#rootfs, name), { recursive: true });
    }
    copyFileSync(BUSYBOX, join(this.#rootfs, 'bin/busybox'));
  }

  /** An empty file that every container has. */
  addFile(path: string): void {
    writeFileSync(join(this.#rootfs, path), '');
  }

  /** Runs a container to its end. Throws when it does not end well. */
  async run(plan: ContainerPlan): Promise<void> {
    const bundle = this.#makeBundle(plan);
    try {
      await runFile(CRUN, [...RUN, '--bundle', bundle, plan.id]);
    } finally {
      rmSync(bundle, { recursive: true, force: true });
    }
  }

  /** Starts a container that runs until it is stopped; `onLine` is told what it prints. */
  start(plan: ContainerPlan, onLine: (line: string) => void): RunningContainer {
    const bundle = this.#makeBundle(plan);
    const child = spawn(CRUN, [...RUN, '--bundle', bundle, plan.id], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', onLine);
    return {
      async stop() {
        await runFile(CRUN, ['kill', plan.id, 'KILL']).catch(() => undefined);
        await exit;
        rmSync(bundle, { recursive: true, force: true });
      },
    };
  }

  #makeBundle(plan: ContainerPlan): string {
    const bundle = join(this.#directory, plan.id);
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(this.#specify(plan)));
    this.#cgroups.add(dirname(cgroupPathOf(plan)));
    return bundle;
  }

  [Symbol.dispose](): void {
    for (const path of this.#cgroups) this.#removeUp(path);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Directories that the test made on the way, from the innermost. */
  #removeUp(path: string): void {
    const root = findCgroupRoot();
    for (let at = path; at !== '/'; at = dirname(at)) {
      try {
        rmdirSync(join(root, at));
      } catch {
        return;
      }
    }
  }

  #specify(plan: ContainerPlan): object {
    const { annotations = {}, command, createRuntimeHook } = plan;
    const [path, ...rest] = createRuntimeHook ?? [];
    return {
      ociVersion: '1.0.2',
      process: {
        ...{ terminal: false, user: { uid: 0, gid: 0 }, cwd: '/', env: ['PATH=/bin'] },
        args: ['/bin/busybox', ...command],
      },
      root: { path: this.#rootfs, readonly: true },
      mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
      linux: {
        cgroupsPath: cgroupPathOf(plan),
        namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
      },
      annotations,
      ...(path && { hooks: { createRuntime: [{ path, args: [path, ...rest] }] } }),
    };
  }
}
