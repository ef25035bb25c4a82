/** Facts to model: makes the immutable Process of an image. */
import type {
  Credentials,
  Executable,
  Namespaces,
  Process,
  ProcessFlags,
} from '../../model/event.ts';
import { splitArgv } from './argv.ts';
import { binaryName, interpreterName } from './binary-name.ts';
import type { ForkFacts, ImageFacts } from './facts.ts';
import { StringPool } from './string-pool.ts';

/** Distinct paths, arguments and cgroup names remembered per generation; about 2 MB when full. */
const POOL_GENERATION_SIZE = 16_384;

const NO_FLAGS: ProcessFlags = {
  clone: false,
  exec: false,
  seeded: false,
  unknown: false,
  argsTruncated: false,
  argsUnreadable: false,
  binaryUnresolved: false,
  cwdUnresolved: false,
  cwdRoot: false,
  memfd: false,
  unlinked: false,
  upperLayer: false,
  setuid: false,
  setgid: false,
  fileCaps: false,
  kernelThread: false,
  nonLeader: false,
  inInitTree: false,
};

const UNSET_ID = 4_294_967_295;

const NO_CREDENTIALS: Credentials = {
  uid: UNSET_ID,
  gid: UNSET_ID,
  euid: UNSET_ID,
  egid: UNSET_ID,
  suid: UNSET_ID,
  sgid: UNSET_ID,
  fsuid: UNSET_ID,
  fsgid: UNSET_ID,
  securebits: 0,
  loginUid: UNSET_ID,
  capPermitted: 0n,
  capEffective: 0n,
  capInheritable: 0n,
};

const NO_NAMESPACES: Namespaces = {
  uts: 0,
  ipc: 0,
  mnt: 0,
  pid: 0,
  pidForChildren: 0,
  net: 0,
  time: 0,
  timeForChildren: 0,
  cgroup: 0,
  user: 0,
};

const NO_EXECUTABLE: Executable = {
  path: '',
  inode: 0n,
  device: 0,
  links: 0,
  uid: UNSET_ID,
  gid: UNSET_ID,
  mode: 0,
};

interface Key {
  readonly tgid: number;
  readonly startNs: bigint;
}

/** Builds processes of one node and shares what they have in common. */
export class ProcessBuilder {
  readonly #nodeName: string;
  readonly #pool = new StringPool(POOL_GENERATION_SIZE);

  constructor(nodeName: string) {
    this.#nodeName = nodeName;
  }

  /** The image an exec or a seed describes; what equals the parent's is shared with it. */
  fromImage(facts: ImageFacts, parent: Process | undefined): Process {
    const pool = this.#pool;
    const path = pool.share(facts.executable.path);
    return {
      execId: this.execId(facts),
      parentExecId: this.#parentExecId(facts, parent),
      tgid: facts.tgid,
      startNs: facts.startNs,
      imageTimeNs: facts.imageTimeNs,
      namespacePid: facts.namespacePid,
      tty: facts.tty,
      binary: pool.share(binaryName(facts)),
      argv: splitArgv(facts.args).map((argument) => pool.share(argument)),
      cwd: pool.share(facts.cwd),
      interpreter: pool.share(interpreterName(facts)),
      executable: { ...facts.executable, path },
      credentials: shareEqual(facts.credentials, parent?.credentials),
      namespaces: shareEqual(facts.namespaces, parent?.namespaces),
      cgroupId: facts.cgroupId,
      cgroupName: pool.share(facts.cgroupName),
      flags: facts.flags,
    };
  }

  /**
   * A forked child: the image of the forker under its own id, and nothing but the ids without one.
   * With CLONE_PARENT its parent runs another image.
   */
  fromFork(facts: ForkFacts, forker: Process | undefined, parent: Process | undefined): Process {
    const own = {
      execId: this.execId(facts),
      parentExecId: this.#parentExecId(facts, parent),
      tgid: facts.tgid,
      startNs: facts.startNs,
      imageTimeNs: facts.timeNs,
      namespacePid: facts.namespacePid,
      cgroupId: facts.cgroupId,
    };
    if (forker === undefined) {
      const flags = { ...NO_FLAGS, clone: true, unknown: true };
      return { ...this.unknown(facts), ...own, flags };
    }
    // clone3 can put the child into another cgroup, whose name the fork record does not have.
    const cgroupName = facts.cgroupId === forker.cgroupId ? forker.cgroupName : '';
    return { ...forker, ...own, cgroupName, flags: forkedFlags(forker.flags) };
  }

  /** A process of which only the key is known. */
  unknown(key: Key): Process {
    return {
      execId: this.execId(key),
      parentExecId: '',
      tgid: key.tgid,
      startNs: key.startNs,
      imageTimeNs: key.startNs,
      namespacePid: 0,
      tty: 0,
      binary: '',
      argv: [],
      cwd: '',
      interpreter: '',
      executable: NO_EXECUTABLE,
      credentials: NO_CREDENTIALS,
      namespaces: NO_NAMESPACES,
      cgroupId: 0n,
      cgroupName: '',
      flags: { ...NO_FLAGS, unknown: true },
    };
  }

  /** base64 of `node:start_ns:tgid`. */
  execId(key: Key): string {
    return Buffer.from(`${this.#nodeName}:${key.startNs}:${key.tgid}`).toString('base64');
  }

  #parentExecId(facts: ForkFacts | ImageFacts, parent: Process | undefined): string {
    if (parent !== undefined) return parent.execId;
    if (facts.parentTgid === 0) return '';
    return this.execId({ tgid: facts.parentTgid, startNs: facts.parentStartNs });
  }
}

/** What exec did to the parent is not what happened to the child; what the image is, stays. */
function forkedFlags(parent: ProcessFlags): ProcessFlags {
  return {
    ...parent,
    clone: true,
    exec: false,
    seeded: false,
    setuid: false,
    setgid: false,
    fileCaps: false,
    nonLeader: false,
  };
}

/** Children mostly have their parent's credentials and namespaces: 23 numbers kept once. */
function shareEqual<T extends object>(value: T, other: T | undefined): T {
  if (other === undefined) return value;
  for (const key in value) if (value[key] !== other[key]) return value;
  return other;
}
