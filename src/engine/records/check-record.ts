/** Checks one record against the wire format before anything is read from it. */
import { RECORD_KIND } from './generated/enums.ts';
import { BUILD_ID_SIZE_MAX, DNS_MESSAGE_MAX, HOOK_ARGUMENTS_MAX } from './generated/limits.ts';
import {
  ArgumentRecordView,
  CgroupRecordView,
  DnsRecordView,
  ExecRecordView,
  ExitRecordView,
  ForkRecordView,
  HookRecordView,
  LoaderRecordView,
  RecordHeaderView,
} from './generated/views.ts';
import type { RejectReason } from './reject.ts';

const header = new RecordHeaderView();
const exec = new ExecRecordView();
const hook = new HookRecordView();
const loader = new LoaderRecordView();
const argument = new ArgumentRecordView();
const cgroup = new CgroupRecordView();
const dns = new DnsRecordView();

/** Largest high half of a sequence number that a double still holds exactly. */
const SEQUENCE_HIGH_MAX = 0x1f_ffff;

/**
 * Why the record of `size` bytes at `at` cannot be decoded, or undefined. The caller has checked
 * that those bytes are there.
 */
export function checkRecord(view: DataView, at: number, size: number): RejectReason | undefined {
  if (size < RecordHeaderView.SIZE) return 'header_missing';
  header.wrap(view, at);
  if (header.size !== size) return 'size_mismatch';
  const fixed = fixedSize(header.kind);
  if (fixed === 0) return 'kind_unknown';
  if (size < fixed) return 'record_short';
  if (header.sequenceHigh > SEQUENCE_HIGH_MAX) return 'sequence_invalid';
  if (header.kind === RECORD_KIND.EXEC) return checkExec(exec.wrap(view, at), size);
  if (header.kind === RECORD_KIND.HOOK) return checkHook(view, at, size);
  if (header.kind === RECORD_KIND.LOADER) return checkLoader(loader.wrap(view, at), size);
  if (header.kind === RECORD_KIND.CGROUP) return checkCgroup(cgroup.wrap(view, at), size);
  if (header.kind === RECORD_KIND.DNS) return checkDns(dns.wrap(view, at), size);
  return undefined;
}

function fixedSize(kind: number): number {
  switch (kind) {
    case RECORD_KIND.EXEC:
      return ExecRecordView.SIZE;
    case RECORD_KIND.FORK:
      return ForkRecordView.SIZE;
    case RECORD_KIND.EXIT:
      return ExitRecordView.SIZE;
    case RECORD_KIND.HOOK:
      return HookRecordView.SIZE;
    case RECORD_KIND.LOADER:
      return LoaderRecordView.SIZE;
    case RECORD_KIND.CGROUP:
      return CgroupRecordView.SIZE;
    case RECORD_KIND.DNS:
      return DnsRecordView.SIZE;
    default:
      return 0;
  }
}

function checkExec(record: ExecRecordView, size: number): RejectReason | undefined {
  const isInside =
    record.binaryOffset + record.binaryLength <= size &&
    record.filenameOffset + record.filenameLength <= size &&
    record.interpreterOffset + record.interpreterLength <= size &&
    record.cwdOffset + record.cwdLength <= size &&
    record.argsOffset + record.argsLength <= size &&
    record.cgroupNameOffset + record.cgroupNameLength <= size;
  return isInside ? undefined : 'slice_outside';
}

function checkHook(view: DataView, at: number, size: number): RejectReason | undefined {
  const count = hook.wrap(view, at).argumentCount;
  if (count > HOOK_ARGUMENTS_MAX) return 'arguments_invalid';
  for (let index = 0; index < count; index++) {
    argument.wrap(view, hook.argumentsAt(index));
    if (argument.textOffset + argument.textLength > size) return 'slice_outside';
  }
  const hasStacks =
    hook.kernelStackOffset + hook.kernelStackLength <= size &&
    hook.userStackOffset + hook.userStackLength <= size;
  const hasHash = hook.fileHashOffset + hook.fileHashLength <= size;
  return hasStacks && hasHash ? undefined : 'slice_outside';
}

function checkLoader(record: LoaderRecordView, size: number): RejectReason | undefined {
  const isInside =
    record.buildIdSize <= BUILD_ID_SIZE_MAX && record.pathOffset + record.pathLength <= size;
  return isInside ? undefined : 'slice_outside';
}

function checkCgroup(record: CgroupRecordView, size: number): RejectReason | undefined {
  return record.pathOffset + record.pathLength <= size ? undefined : 'slice_outside';
}

function checkDns(record: DnsRecordView, size: number): RejectReason | undefined {
  const isInside =
    record.messageLength <= DNS_MESSAGE_MAX && record.messageOffset + record.messageLength <= size;
  return isInside ? undefined : 'slice_outside';
}
