/** What rules read of a process, worked out once for each image. */
import type { Process } from '../../../model/event.ts';

/** Texts of one process image. */
export interface ProcessTexts {
  readonly exePaths: readonly string[];
  readonly names: readonly string[];
  readonly cmdline: string;
  /** The name instead of the first argument. */
  readonly command: string;
  readonly args: readonly string[];
}

/** Programs that are many in one file and go by the name they are called with. */
export const MULTI_CALL_NAMES: ReadonlySet<string> = new Set(['busybox', 'toybox', 'coreutils']);

/** The kernel keeps this many bytes of a name, and rules are written with what it keeps. */
const KERNEL_NAME_BYTES = 15;

const known = new WeakMap<Process, ProcessTexts>();

/** Most columns of an event ask for the texts of one process, one after the other. */
let latest: { readonly process: Process; readonly texts: ProcessTexts } | undefined;

/** Texts of a process image; remembered as long as the image is. */
export function processTexts(process: Process): ProcessTexts {
  if (latest?.process === process) return latest.texts;
  const texts = known.get(process) ?? makeTexts(process);
  latest = { process, texts };
  return texts;
}

function makeTexts(process: Process): ProcessTexts {
  const texts = new LazyTexts(process);
  known.set(process, texts);
  return texts;
}

/** Rules about files ask for paths only, of processes whose command lines may be long. */
class LazyTexts implements ProcessTexts {
  readonly #binary: string;
  readonly #argv: readonly string[];
  readonly exePaths: readonly string[];
  #names: readonly string[] | undefined;
  #cmdline: string | undefined;
  #command: string | undefined;
  #args: readonly string[] | undefined;

  constructor({ binary, argv }: Process) {
    this.#binary = binary;
    this.#argv = argv;
    this.exePaths = pathsOf(binary, argv[0] ?? '');
  }

  get names(): readonly string[] {
    this.#names ??= namesOfAll(this.exePaths);
    return this.#names;
  }

  get cmdline(): string {
    this.#cmdline ??= this.#argv.join(' ');
    return this.#cmdline;
  }

  get command(): string {
    this.#command ??= [basename(this.#binary), ...this.args].join(' ');
    return this.#command;
  }

  get args(): readonly string[] {
    this.#args ??= this.#argv.slice(1);
    return this.#args;
  }
}

function pathsOf(binary: string, arg0: string): readonly string[] {
  if (binary === '') return [];
  const applet = appletOf(binary, arg0);
  if (applet === '') return [binary];
  return [binary, `${binary.slice(0, binary.lastIndexOf('/') + 1)}${applet}`];
}

function namesOfAll(paths: readonly string[]): readonly string[] {
  const names = paths.flatMap((path) => namesOf(basename(path)));
  return names.length < 2 ? names : [...new Set(names)];
}

/** Name of the program in a file of many; empty when the file is one program. */
function appletOf(binary: string, arg0: string): string {
  const name = basename(binary);
  if (!MULTI_CALL_NAMES.has(name)) return '';
  const applet = basename(arg0).replace(/^-/, '');
  return applet === name ? '' : applet;
}

function namesOf(name: string): readonly string[] {
  if (Buffer.byteLength(name) <= KERNEL_NAME_BYTES) return name === '' ? [] : [name];
  return [name, Buffer.from(name).subarray(0, KERNEL_NAME_BYTES).toString()];
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
