/** Finds out what this kernel can do for the agent, by doing it: attached is not yet effective. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { getPriority, machine, release, setPriority } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import type { Capability, CapabilityName, KernelReport } from '../../model/capability.ts';
import { CodedError } from '../../model/errors.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { BpfObject } from '../kernel/index.ts';
import { u32Bytes } from './bytes.ts';

/** How one capability is proven with bpf/probes/capability.bpf.c. */
interface Proof {
  readonly name: CapabilityName;
  readonly program: string;
  /** Function to attach to by name; the others carry their target in the object. */
  readonly kprobe?: string;
  /** What must be seen: the program ran, or the call of the agent was denied. */
  readonly effect: 'hit' | 'denial';
}

const PROOFS: readonly Proof[] = [
  { name: 'tp_btf', program: 'probe_tp_btf', effect: 'hit' },
  { name: 'kprobe', program: 'probe_kprobe', kprobe: 'security_task_setnice', effect: 'hit' },
  { name: 'fentry', program: 'probe_fentry', effect: 'hit' },
  { name: 'fmod_ret', program: 'probe_fmod_ret', effect: 'denial' },
  { name: 'lsm', program: 'probe_lsm', effect: 'denial' },
];

/** Capability that a method of attaching stands on. */
/** Undefined: only trying the very hook tells. */
const NEEDED_BY_METHOD: Readonly<Record<AttachMethod, CapabilityName | undefined>> = {
  fentry: 'fentry',
  kprobe: 'kprobe',
  fmod_ret: 'fmod_ret',
  lsm: 'lsm',
  lsm_hash: 'lsm',
  sys_enter: 'tp_btf',
  tp_btf: 'tp_btf',
  tracepoint: undefined,
  uprobe: undefined,
  usdt: undefined,
};

/** Linux capabilities the agent cannot do without, by bit number. */
const PRIVILEGES: readonly (readonly [name: string, bit: bigint])[] = [
  ['CAP_SYS_ADMIN', 21n],
  ['CAP_PERFMON', 38n],
  ['CAP_BPF', 39n],
];

/**
 * Probes this kernel for what every agent wants to know; takes some milliseconds per capability.
 * Needs root; never throws.
 */
export function probeKernel(objectDirectory: string): KernelReport {
  const object = join(objectDirectory, 'capability.bpf.o');
  const capabilities = [probeBtf(), ...proveAll(object)];
  const missing = missingPrivileges(readFileSync('/proc/self/status', 'utf8'));
  return {
    release: release(),
    machine: machine(),
    capabilities,
    missingPrivileges: missing,
  };
}

/** Reads the effective capabilities out of the text of /proc/<pid>/status. */
export function missingPrivileges(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return PRIVILEGES.filter(([, bit]) => ((effective >> bit) & 1n) === 0n).map(([name]) => name);
}

/** Why a method cannot work on the kernel of the report, or undefined. */
export function obstacleTo(
  report: KernelReport,
  types: KernelTypes,
  method: AttachMethod,
): string | undefined {
  if (method === 'lsm_hash' && types.functionParameters('ima_file_hash') === undefined) {
    return 'the kernel has no integrity measurement';
  }
  const needed = NEEDED_BY_METHOD[method];
  const found = report.capabilities.find((capability) => capability.name === needed);
  if (found === undefined || found.available) return undefined;
  return found.detail;
}

function probeBtf(): Capability {
  try {
    accessSync('/sys/kernel/btf/vmlinux', constants.R_OK);
    return { name: 'btf', available: true, detail: '/sys/kernel/btf/vmlinux' };
  } catch {
    return { name: 'btf', available: false, detail: 'no /sys/kernel/btf/vmlinux' };
  }
}

/** All of one object, as reading the kernel's types takes longest; alone, where one is refused. */
function proveAll(path: string): readonly Capability[] {
  try {
    return proveLoaded(path, PROOFS);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return PROOFS.flatMap((proof) => proveAlone(path, proof));
  }
}

function proveAlone(path: string, proof: Proof): readonly Capability[] {
  try {
    return proveLoaded(path, [proof]);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ name: proof.name, available: false, detail: refusal(error) }];
  }
}

/** Throws a CodedError when a program of them is not loaded. Attached are they one by one. */
function proveLoaded(path: string, proofs: readonly Proof[]): readonly Capability[] {
  using object = BpfObject.open(path);
  const wanted = new Set(proofs.map(({ program }) => program));
  for (const name of object.programNames()) object.setAutoload(name, wanted.has(name));
  object.setVariable('prober_tgid', u32Bytes(process.pid));
  object.load();
  return proofs.map((proof) => prove(object, proof));
}

function prove(object: BpfObject, proof: Proof): Capability {
  const { name, kprobe } = proof;
  try {
    const program = object.program(proof.program);
    using _ = kprobe === undefined ? program.attach() : program.attachKprobe(kprobe);
    return judge(proof, object);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { name, available: false, detail: refusal(error) };
  }
}

/**
 * The system's word for it is enough here: the full error is the kernel's business, not the
 * policy's.
 */
export function refusal(error: CodedError): string {
  if (error.errno === undefined) return error.message;
  return `not offered by this kernel (${getSystemErrorName(-error.errno)})`;
}

function judge({ name, effect }: Proof, object: BpfObject): Capability {
  const before = countHits(object);
  const wasDenied = renice() === 'denied';
  if (countHits(object) === before) {
    return { name, available: false, detail: 'loads and attaches, but never runs' };
  }
  if (effect === 'denial' && !wasDenied) {
    return { name, available: false, detail: 'runs, but does not deny' };
  }
  return { name, available: true, detail: effect === 'denial' ? 'denies' : 'runs' };
}

function countHits(object: BpfObject): bigint {
  const bss = object.map(object.mapNames().find((map) => map.endsWith('.bss')) ?? '.bss');
  const row = bss.get(u32Bytes(0));
  return row === undefined ? 0n : new DataView(row.buffer).getBigUint64(0, true);
}

/** A call that changes nothing and that every proof can see: setting the nice value it has. */
function renice(): 'allowed' | 'denied' {
  try {
    setPriority(getPriority());
    return 'allowed';
  } catch {
    return 'denied';
  }
}
