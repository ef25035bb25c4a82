/** Opens damaged copies of a BPF object: `open-damaged.js <seed> <rounds>`; says how they ended. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Btf, hashStruct, KernelBtfTypes } from '../../src/engine/btf/index.ts';
import { BpfObject, KernelError } from '../../src/engine/kernel/index.ts';
import { createRandom, fixturePath, words } from './playground.ts';

const random = createRandom(Number(process.argv[2]));
const rounds = Number(process.argv[3]);
const original = readFileSync(fixturePath('playground'));
const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
const path = join(folder, 'damaged.bpf.o');
const trace = process.argv[4];

/** Cuts the file, or changes up to eight bytes; headers at both ends are hit more often. */
function damage(): Buffer {
  if (random(8) === 0) return original.subarray(0, random(original.length));
  const copy = Buffer.from(original);
  for (let left = 1 + random(8); left > 0; left--) {
    const zone = random(3);
    const at = zone === 0 ? random(64) : random(original.length);
    const place = zone === 1 ? original.length - 1 - random(1500) : at;
    copy[place] = random(4) === 0 ? 255 : random(256);
  }
  return copy;
}

function openObject(): void {
  using object = BpfObject.open(path);
  object.programNames();
  object.mapNames();
  object.setVariable('watched_tgid', words(1));
}

function openTypes(): void {
  using btf = Btf.ofFile(path);
  hashStruct(btf, 'row');
  for (let id = 1; id < btf.typeCount; id++) {
    btf.type(id);
    btf.spell(id);
    btf.sizeOf(id);
  }
}

/** As policies name files: every answer is a member, or says what is wrong. */
function openProgramTypes(): void {
  using types = new KernelBtfTypes();
  const found = ['id', 'pair.left', 'words[1]', 'nothing', 'name[0]'].map((member) =>
    types.resolveProgramMember({ file: path, name: 'row' }, member),
  );
  if (found.some((one) => 'file' in one)) throw new KernelError('ENGINE_BTF_CORRUPT', 'refused');
}

const result = { unexpected: [] as string[], refused: false, opened: false };

for (let round = 0; round < rounds; round++) {
  writeFileSync(path, damage());
  if (trace !== undefined) writeFileSync(trace, readFileSync(path));
  for (const open of [openObject, openTypes, openProgramTypes]) {
    try {
      open();
      result.opened = true;
    } catch (error) {
      result.refused = true;
      if (!(error instanceof KernelError)) result.unexpected.push(`${round}: ${error}`);
    }
  }
}
rmSync(folder, { recursive: true });
writeSync(1, JSON.stringify(result));
