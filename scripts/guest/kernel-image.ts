/** Takes the ELF kernel out of a bzImage, as unpacking it in emulation takes seconds. */
import { spawnSync } from 'node:child_process';

const SETUP_SECTORS_OFFSET = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR_BYTES = 512;
const OUTPUT_BYTES_MAX = 1 << 30;
const ELF_MAGIC = 0x7f454c46;

/**
 * The ELF inside a bzImage, or undefined when its compression is unknown or the tool is missing;
 * the bzImage itself still boots then, only seconds later.
 */
export function extractKernelElf(bzImage: Buffer): Buffer | undefined {
  const start =
    (bzImage.readUInt8(SETUP_SECTORS_OFFSET) + 1) * SECTOR_BYTES +
    bzImage.readUInt32LE(PAYLOAD_OFFSET);
  const payload = bzImage.subarray(start, start + bzImage.readUInt32LE(PAYLOAD_LENGTH));
  const [tool, ...flags] = findDecompressor(payload);
  if (tool === undefined) return undefined;
  const result = spawnSync(tool, flags, { input: payload, maxBuffer: OUTPUT_BYTES_MAX });
  const elf = result.stdout;
  // The kernel appends its size behind the payload, which tools report as trailing garbage: judge
  // by what came out, not by the exit code.
  return elf !== null && elf.length > 4 && elf.readUInt32BE(0) === ELF_MAGIC ? elf : undefined;
}

function findDecompressor(payload: Buffer): readonly string[] {
  const magic = payload.toString('hex', 0, 4);
  if (magic === 'fd377a58') return ['xz', '-dc', '--single-stream'];
  if (magic === '28b52ffd') return ['zstd', '-dc'];
  if (magic === '02214c18') return ['lz4', '-dc'];
  if (magic.startsWith('1f8b')) return ['gzip', '-dc'];
  return [];
}
