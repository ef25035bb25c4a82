/**
 * Functions of the kernel and its modules, from /proc/kallsyms. With kernel.kptr_restrict=2 all
 * addresses there are 0: then nothing has a name.
 */
import type { StackFrame } from '../../model/stack.ts';
import { type SymbolEntry, SymbolTable } from './symbol-table.ts';

/** Kernel addresses begin with these 16 bits, which a double has no room for. */
const HIGH_BITS = 'ffff';
const BASE = 0xffff_0000_0000_0000n;

/** Code that was made at run time, whose lines are outdated at once. */
const TRANSIENT_MODULES: readonly string[] = ['bpf'];

/** The probe's own calls at the top of a stack: its program, and the trampoline to it. */
const OWN_FRAMES_MAX = 8;

/** How long the list of modules is taken to be what it was. */
const MODULES_AGE_MS = 1000;

/** Where the kernel's own text is read from. */
export interface KernelSymbolSources {
  readKallsyms(): string;
  readModules(): string;
  now(): number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Tables {
  readonly symbols: SymbolTable;
  readonly core: Range;
  /** Module of the function at each position; '' for the kernel itself. */
  readonly moduleOf: (address: number) => string;
}

const NOTHING: Tables = {
  symbols: new SymbolTable([]),
  core: { start: 0, end: 0 },
  moduleOf: () => '',
};

/** Reads the tables when they are first needed, and again when modules came or went. */
export class KernelSymbols {
  readonly #sources: KernelSymbolSources;
  #tables: Tables | undefined;
  #modules = '';
  #checkedAt = 0;

  constructor(sources: KernelSymbolSources) {
    this.#sources = sources;
  }

  /** Innermost first, without what the probe itself added. */
  name(addresses: readonly bigint[]): readonly StackFrame[] {
    const frames = addresses.map((address, place) => this.#find(address, place > 0));
    if (this.#read().symbols.size === 0) return frames;
    const own = frames.slice(0, OWN_FRAMES_MAX).findLastIndex(({ symbol }) => symbol === '');
    return own + 1 < frames.length ? frames.slice(own + 1) : frames;
  }

  #find(address: bigint, isReturn: boolean): StackFrame {
    const known = findIn(this.#read(), address, isReturn);
    if (known !== undefined) return known;
    if (this.#modulesChanged()) this.#tables = undefined;
    const found = findIn(this.#read(), address, isReturn);
    return found ?? { address, symbol: '', offset: 0, module: '' };
  }

  #modulesChanged(): boolean {
    if (this.#sources.now() - this.#checkedAt < MODULES_AGE_MS) return false;
    this.#checkedAt = this.#sources.now();
    return identityOf(this.#sources.readModules()) !== identityOf(this.#modules);
  }

  #read(): Tables {
    if (this.#tables !== undefined) return this.#tables;
    this.#checkedAt = this.#sources.now();
    this.#modules = this.#sources.readModules();
    this.#tables = readTables(this.#sources.readKallsyms(), this.#modules);
    return this.#tables;
  }
}

/** A return address may be the first byte after its function, when that never returns. */
function findIn(tables: Tables, address: bigint, isReturn: boolean): StackFrame | undefined {
  if (address < BASE) return undefined;
  const at = Number(address - BASE) - (isReturn ? 1 : 0);
  const match = tables.symbols.find(at);
  if (match === undefined) return undefined;
  const start = at - match.offset;
  const module = tables.moduleOf(start);
  const isCore = start >= tables.core.start && start < tables.core.end;
  if (module === '' && !(isCore && at < tables.core.end)) return undefined;
  if (module !== '' && tables.moduleOf(at) !== module) return undefined;
  return { address, symbol: match.name, offset: match.offset + (isReturn ? 1 : 0), module };
}

function readTables(kallsyms: string, modules: string): Tables {
  const entries: SymbolEntry[] = [];
  const core = { start: 0, end: 0 };
  for (const line of kallsyms.split('\n')) {
    // `ffffffff81000000 T _text`, and a tab and `[module]` when it is of one.
    if (!line.startsWith(HIGH_BITS) || !'tTwW'.includes(line.charAt(17))) continue;
    const tab = line.indexOf('\t', 19);
    if (tab > 0 && TRANSIENT_MODULES.includes(line.slice(tab + 2, -1))) continue;
    const address = Number.parseInt(line.slice(4, 16), 16);
    const name = tab > 0 ? line.slice(19, tab) : line.slice(19);
    if (name === '_stext') core.start = address;
    else if (name === '_etext') core.end = address;
    else entries.push({ address, size: 0, name });
  }
  if (entries.length === 0) return NOTHING;
  return { symbols: new SymbolTable(entries), core, moduleOf: moduleFinder(modules) };
}

/** `xfs 2059876 1 - Live 0xffffffffc0a00000` */
function moduleFinder(text: string): (address: number) => string {
  const modules = text.split('\n').flatMap((line) => {
    const [name = '', size = '', , , , address = ''] = line.split(' ');
    if (!address.startsWith(`0x${HIGH_BITS}`)) return [];
    const start = Number.parseInt(address.slice(6), 16);
    return [{ name, start, end: start + Number(size) }];
  });
  return (address) =>
    modules.find(({ start, end }) => address >= start && address < end)?.name ?? '';
}

/** Who uses a module changes without its place. */
function identityOf(modules: string): string {
  return modules.replaceAll(/^(\S+ \S+) .*(0x\S+)$/gm, '$1 $2');
}
