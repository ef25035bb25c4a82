/** Functions of program files, by place in the file. */
import { statSync } from 'node:fs';
import { CodedError } from '../../model/errors.ts';
import { ElfFile } from '../elf/elf-file.ts';
import { listAllFunctions } from '../elf/symbols.ts';
import { BoundedMap } from './bounded-map.ts';
import { SymbolTable } from './symbol-table.ts';

/** Programs and libraries whose functions are kept. */
const FILES_MAX = 64;

/** Functions of one file; those of larger ones, of which there are few, have no names. */
const FUNCTIONS_MAX = 1_000_000;

const NO_SYMBOLS = new SymbolTable([]);

/** Reads each file once, for as long as it is the same. */
export class FileSymbols {
  readonly #tables = new BoundedMap<SymbolTable>(FILES_MAX);

  /** Undefined when there is no file at the path. Without functions when it is no program. */
  read(path: string): SymbolTable | undefined {
    const key = identityOf(path);
    if (key === undefined) return undefined;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const table = readTable(path);
    this.#tables.set(key, table);
    return table;
  }
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join(':');
  } catch {
    return undefined;
  }
}

function readTable(path: string): SymbolTable {
  try {
    using file = ElfFile.open(path);
    const functions = listAllFunctions(file, FUNCTIONS_MAX).flatMap(({ name, address, size }) => {
      const offset = file.offsetOf(address);
      return offset === undefined ? [] : [{ address: offset, size, name }];
    });
    return new SymbolTable(functions);
  } catch (error) {
    if (error instanceof CodedError) return NO_SYMBOLS;
    throw error;
  }
}
