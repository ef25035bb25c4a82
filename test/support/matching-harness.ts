/** The matching engine of the kernel on values that a test chooses, by test runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { BpfObject, cpuCount } from '../../src/engine/kernel/index.ts';
import { FACT, MEMBER_PLACES, SCRATCH_SLOTS_PER_CPU } from '../../src/engine/records/index.ts';
import type { BinaryIds } from '../../src/engine/sensors/binary-registry.ts';
import { u32Bytes } from '../../src/engine/sensors/bytes.ts';
import { fillGeneration, prepareGeneration } from '../../src/engine/sensors/fill-generation.ts';
import { encodeGeneration } from '../../src/engine/sensors/generation.ts';
import {
  type HookMember,
  type JoinedPlans,
  joinPlans,
} from '../../src/engine/sensors/join-plans.ts';
import { NAMESPACE_NAMES } from '../../src/model/plan.ts';
import type { Run } from './policy-model.ts';
import { HOST_USER_NAMESPACE } from './process-model.ts';
import { repositoryRoot } from './root.ts';

const OBJECT = join(repositoryRoot(), 'build/bpf/matching.bpf.o');
const LINEAGE_STEP = 50;

/** struct matching_case of bpf/tests/matching.bpf.c. */
const CASE = {
  ...{ numbers: 256, acting: 272, textLength: 336, textMode: 340, sets: 344, socket: 360 },
  ...{ text: 432, binary: 4528, lineage: 4784, pids: 4816, size: 4840 },
};

/** Executables by id; those that no policy names have none. Lineage ids lie in several words. */
class Binaries implements BinaryIds {
  readonly #ids = new Map<string, number>();

  resolve(paths: readonly string[]): readonly number[] {
    return paths.map((path) => {
      const id = this.#ids.get(path) ?? this.#ids.size + 1;
      this.#ids.set(path, id);
      return id;
    });
  }

  resolveLineage(paths: readonly string[]): readonly number[] {
    return this.resolve(paths).map((id) => id * LINEAGE_STEP);
  }

  idOf(path: string): number {
    return this.#ids.get(path) ?? 0;
  }
}

/** Policies in the kernel. Close the object. */
export interface LoadedMembers {
  readonly joined: JoinedPlans;
  readonly object: BpfObject;
  readonly binaries: Binaries;
}

export function loadMembers(members: readonly HookMember[]): LoadedMembers {
  const joined = joinPlans(members, () => HOST_USER_NAMESPACE);
  const binaries = new Binaries();
  const identity = { hookId: 1, generation: 1, flags: 0 };
  const generation = encodeGeneration(joined, identity, binaries);
  const object = BpfObject.open(OBJECT);
  object.setMapEntries('scratches', cpuCount() * SCRATCH_SLOTS_PER_CPU);
  prepareGeneration(object, generation);
  object.load();
  fillGeneration(object, generation);
  return { joined, object, binaries };
}

function encodeCase({ binaries }: LoadedMembers, run: Run): Uint8Array {
  const bytes = Buffer.alloc(CASE.size);
  const setFact = (fact: number, value: bigint): number => bytes.writeBigUInt64LE(value, fact * 8);
  setFact(FACT.BINARY, BigInt(binaries.idOf(run.binary)));
  setFact(FACT.PID, BigInt(run.pid));
  setFact(FACT.NAMESPACE_MNT, BigInt(run.mntNamespace));
  setFact(FACT.NAMESPACE_USER, BigInt(run.userNamespace));
  setFact(FACT.CAP_EFFECTIVE, run.capabilities);
  setFact(FACT.CAP_EFFECTIVE_CHANGES, run.changedCapabilities);
  setFact(FACT.NAMESPACE_CHANGES, namespaceBits(run.changedNamespaces));
  bytes.writeBigUInt64LE(run.unsigned, CASE.numbers);
  bytes.writeBigInt64LE(run.signed, CASE.numbers + 8);
  bytes.writeUInt32LE(bytes.write(run.text, CASE.text), CASE.textLength);
  bytes.writeUInt32LE(run.fileType | 0o644, CASE.textMode);
  bytes.writeBigUInt64LE(run.before, CASE.sets);
  bytes.writeBigUInt64LE(run.after, CASE.sets + 8);
  encodeSocket(bytes, run.socket);
  bytes.write(run.binary, CASE.binary);
  for (const [place, pid] of [run.pid, ...run.ancestorPids].entries()) {
    bytes.writeUInt32LE(pid, CASE.pids + place * 4);
  }
  for (const path of [run.binary, ...run.ancestors]) {
    const id = binaries.idOf(path) * LINEAGE_STEP;
    const word = CASE.lineage + Math.floor(id / 64) * 8;
    const bit = 1n << BigInt(id % 64);
    if (id > 0) bytes.writeBigUInt64LE(bytes.readBigUInt64LE(word) | bit, word);
  }
  return bytes;
}

function namespaceBits(names: Run['changedNamespaces']): bigint {
  return NAMESPACE_NAMES.reduce(
    (bits, name, place) => (names.includes(name) ? bits | (1n << BigInt(place)) : bits),
    0n,
  );
}

function encodeSocket(bytes: Buffer, socket: Run['socket']): void {
  const places = MEMBER_PLACES.SOCKET_DETAIL;
  const at = (place: { readonly offset: number }): number => CASE.socket + place.offset;
  const hex = (address: bigint): Buffer =>
    Buffer.from(address.toString(16).padStart(32, '0'), 'hex');
  hex(socket.source).copy(bytes, at(places.source));
  hex(socket.destination).copy(bytes, at(places.destination));
  bytes.writeUInt16LE(socket.family, at(places.family));
  bytes.writeUInt16LE(socket.protocol, at(places.protocol));
  bytes.writeUInt16LE(socket.sourcePort, at(places.sourcePort));
  bytes.writeUInt16LE(socket.destinationPort, at(places.destinationPort));
  bytes.writeUInt8(socket.state, at(places.state));
}

/** Numbers of the selectors that act, by the kernel. */
export function decide(loaded: LoadedMembers, run: Run): readonly number[] {
  const cases = loaded.object.map('cases');
  cases.set(u32Bytes(0), encodeCase(loaded, run));
  assert.equal(loaded.object.program('match_case').testRun().returnValue, 0);
  const bytes = Buffer.from(cases.get(u32Bytes(0)) ?? []);
  const acts = (number: number): boolean => {
    const word = bytes.readBigUInt64LE(CASE.acting + Math.floor(number / 64) * 8);
    return ((word >> BigInt(number % 64)) & 1n) === 1n;
  };
  return loaded.joined.selectors.map(({ number }) => number).filter(acts);
}
