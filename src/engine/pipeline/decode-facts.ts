/** Exec, fork and exit records to the facts that the process table takes, and mapped files. */
import type { DnsDatagram } from '../../model/dns-datagram.ts';
import type {
  Credentials,
  Executable,
  Namespaces,
  ProcessFlags,
  ProcessLoaderEvent,
} from '../../model/event.ts';
import type { ExitFacts, ForkFacts, ImageFacts } from '../process/facts.ts';
import { formatAddress } from '../records/format-address.ts';
import { DNS_DIRECTION, EXEC_FLAG } from '../records/generated/enums.ts';
import type {
  DnsRecordView,
  ExecRecordView,
  ExitRecordView,
  ForkRecordView,
  LoaderRecordView,
} from '../records/generated/views.ts';
import type { RecordPlace } from '../records/string-table.ts';

/** Facts of an exec or a seed; `args` is a window of the batch and gone with it. */
export function decodeImageFacts(record: ExecRecordView, place: RecordPlace): ImageFacts {
  const { bytes, at, strings } = place;
  const argsAt = at + record.argsOffset;
  return {
    tgid: record.headerTgid,
    startNs: record.headerStartNs,
    timeNs: record.headerTimeNs,
    imageTimeNs: record.imageTimeNs,
    parentTgid: record.parentTgid,
    parentStartNs: record.parentStartNs,
    namespacePid: record.namespacePid,
    tty: record.tty,
    filename: strings.decode(bytes, at + record.filenameOffset, record.filenameLength),
    interpreter: strings.decode(bytes, at + record.interpreterOffset, record.interpreterLength),
    args: bytes.subarray(argsAt, argsAt + record.argsLength),
    cwd: strings.decode(bytes, at + record.cwdOffset, record.cwdLength),
    executable: decodeExecutable(record, place),
    credentials: decodeCredentials(record),
    namespaces: decodeNamespaces(record),
    cgroupId: record.cgroupId,
    cgroupName: strings.decode(bytes, at + record.cgroupNameOffset, record.cgroupNameLength),
    flags: shareFlags(record.flags),
  };
}

/** Facts of a fork. */
export function decodeForkFacts(record: ForkRecordView): ForkFacts {
  return {
    tgid: record.headerTgid,
    startNs: record.headerStartNs,
    timeNs: record.headerTimeNs,
    parentTgid: record.parentTgid,
    parentStartNs: record.parentStartNs,
    namespacePid: record.namespacePid,
    cgroupId: record.cgroupId,
    forkerTgid: record.forkerTgid,
    forkerStartNs: record.forkerStartNs,
  };
}

/** Facts of an exit; the wait status stays in the record. */
export function decodeExitFacts(record: ExitRecordView): ExitFacts {
  return {
    tgid: record.headerTgid,
    startNs: record.headerStartNs,
    timeNs: record.headerTimeNs,
  };
}

/** What was mapped. */
export function decodeLoader(
  record: LoaderRecordView,
  { bytes, at, strings }: RecordPlace,
): Pick<ProcessLoaderEvent, 'path' | 'buildId'> {
  return {
    path: strings.decode(bytes, at + record.pathOffset, record.pathLength),
    buildId: Uint8Array.from({ length: record.buildIdSize }, (_, index) => record.buildId(index)),
  };
}

const AF_INET = 2;

/** What was sent between a process and a name server. */
export function decodeDatagram(record: DnsRecordView, { bytes, at }: RecordPlace): DnsDatagram {
  const start = at + record.messageOffset;
  return {
    direction: record.direction === DNS_DIRECTION.QUERY ? 'query' : 'answer',
    family: record.family === AF_INET ? 'ipv4' : 'ipv6',
    localAddress: formatAddress((index) => record.local(index)),
    localPort: record.localPort,
    remoteAddress: formatAddress((index) => record.remote(index)),
    remotePort: record.remotePort,
    // The batch is used again.
    message: bytes.slice(start, start + record.messageLength),
  };
}

function decodeExecutable(record: ExecRecordView, place: RecordPlace): Executable {
  const { bytes, at, strings } = place;
  return {
    path: strings.decode(bytes, at + record.binaryOffset, record.binaryLength),
    inode: record.exeInode,
    device: record.exeDevice,
    links: record.exeLinks,
    uid: record.exeUid,
    gid: record.exeGid,
    mode: record.exeMode,
  };
}

function decodeCredentials(record: ExecRecordView): Credentials {
  return {
    uid: record.credentialsUid,
    gid: record.credentialsGid,
    euid: record.credentialsEuid,
    egid: record.credentialsEgid,
    suid: record.credentialsSuid,
    sgid: record.credentialsSgid,
    fsuid: record.credentialsFsuid,
    fsgid: record.credentialsFsgid,
    securebits: record.credentialsSecurebits,
    loginUid: record.credentialsLoginUid,
    capPermitted: record.credentialsCapPermitted,
    capEffective: record.credentialsCapEffective,
    capInheritable: record.credentialsCapInheritable,
  };
}

function decodeNamespaces(record: ExecRecordView): Namespaces {
  return {
    uts: record.namespacesUts,
    ipc: record.namespacesIpc,
    mnt: record.namespacesMnt,
    pid: record.namespacesPid,
    pidForChildren: record.namespacesPidForChildren,
    net: record.namespacesNet,
    time: record.namespacesTime,
    timeForChildren: record.namespacesTimeForChildren,
    cgroup: record.namespacesCgroup,
    user: record.namespacesUser,
  };
}

/** Few words occur of the many that could; images of one word share their flags. */
const FLAG_WORDS_MAX = 1024;
const flagsByWord = new Map<number, ProcessFlags>();

function shareFlags(word: number): ProcessFlags {
  const known = flagsByWord.get(word);
  if (known !== undefined) return known;
  const flags = decodeFlags(word);
  if (flagsByWord.size < FLAG_WORDS_MAX) flagsByWord.set(word, flags);
  return flags;
}

function decodeFlags(flags: number): ProcessFlags {
  const isSeeded = (flags & EXEC_FLAG.SEEDED) !== 0;
  return {
    clone: (flags & (EXEC_FLAG.CLONE | EXEC_FLAG.FORKED)) !== 0,
    exec: !isSeeded,
    seeded: isSeeded,
    unknown: false,
    argsTruncated: (flags & EXEC_FLAG.ARGS_TRUNCATED) !== 0,
    argsUnreadable: (flags & EXEC_FLAG.ARGS_UNREADABLE) !== 0,
    binaryUnresolved: (flags & EXEC_FLAG.BINARY_UNRESOLVED) !== 0,
    cwdUnresolved: (flags & EXEC_FLAG.CWD_UNRESOLVED) !== 0,
    cwdRoot: (flags & EXEC_FLAG.CWD_ROOT) !== 0,
    memfd: (flags & EXEC_FLAG.MEMFD) !== 0,
    unlinked: (flags & EXEC_FLAG.UNLINKED) !== 0,
    upperLayer: (flags & EXEC_FLAG.UPPER_LAYER) !== 0,
    setuid: (flags & EXEC_FLAG.SETUID) !== 0,
    setgid: (flags & EXEC_FLAG.SETGID) !== 0,
    fileCaps: (flags & EXEC_FLAG.FILE_CAPS) !== 0,
    kernelThread: (flags & EXEC_FLAG.KERNEL_THREAD) !== 0,
    nonLeader: (flags & EXEC_FLAG.NON_LEADER) !== 0,
    inInitTree: (flags & EXEC_FLAG.IN_INIT_TREE) !== 0,
  };
}
