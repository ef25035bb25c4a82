/** Functions of a program by name. */
import { findNearest } from '../../model/nearest.ts';
import { type ElfFile, readText } from './elf-file.ts';
import { SensorFileError } from './errors.ts';

const SYMBOL_BYTES = 24;
const TYPE_FUNCTION = 2;
/** A function that is chosen when the library is loaded: its address is that of the chooser. */
const TYPE_INDIRECT = 10;
const SECTION_UNDEFINED = 0;

/** In this order: the full table where the file still has it. */
const TABLES: readonly string[] = ['.symtab', '.dynsym'];

/** Names looked at for a suggestion. */
const CANDIDATES_MAX = 20_000;

/** Address of a function of the program. Throws ENGINE_SYMBOL_MISSING. */
export function findFunction(file: ElfFile, name: string): number {
  const seen: string[] = [];
  for (const table of TABLES) {
    for (const symbol of listFunctions(file, table)) {
      if (symbol.name === name) return symbol.address;
      if (seen.length < CANDIDATES_MAX) seen.push(symbol.name);
    }
  }
  const nearest = findNearest(name, seen);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const reason = seen.length === 0 ? 'has no symbols' : `has no function ${name}${hint}`;
  throw new SensorFileError('ENGINE_SYMBOL_MISSING', `${file.path} ${reason}`);
}

export interface FunctionSymbol {
  readonly name: string;
  readonly address: number;
  /** Bytes; 0 when the file does not say. */
  readonly size: number;
}

/** The functions of the program, from both tables; none when there are more than `max`. */
export function listAllFunctions(file: ElfFile, max: number): readonly FunctionSymbol[] {
  const functions: FunctionSymbol[] = [];
  for (const table of TABLES) {
    for (const symbol of listFunctions(file, table)) {
      if (functions.length >= max) return [];
      functions.push(symbol);
    }
  }
  return functions;
}

function* listFunctions(file: ElfFile, table: string): Generator<FunctionSymbol> {
  const section = file.section(table);
  const names = section && file.sections[section.link];
  if (section === undefined || names === undefined) return;
  const text = file.read(names);
  const bytes = file.read(section);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + SYMBOL_BYTES <= bytes.length; at += SYMBOL_BYTES) {
    const type = view.getUint8(at + 4) & 0xf;
    if (type !== TYPE_FUNCTION && type !== TYPE_INDIRECT) continue;
    if (view.getUint16(at + 6, true) === SECTION_UNDEFINED) continue;
    const name = readText(text, view.getUint32(at, true));
    const word = (place: number): number => Number(view.getBigUint64(at + place, true));
    yield { name, address: word(8), size: word(16) };
  }
}
