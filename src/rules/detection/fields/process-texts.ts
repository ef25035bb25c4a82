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

/** Texts of a process image; remembered as long as the image is. */
export function processTexts(process: Process): ProcessTexts {
  const remembered = known.get(process);
  if (remembered !== undefined) return remembered;
  const texts = makeTexts(process);
  known.set(process, texts);
  return texts;
}

function makeTexts({ binary, argv }: Process): ProcessTexts {
  const applet = appletOf(binary, argv[0] ?? '');
  const exePaths = binary === '' ? [] : [binary];
  if (applet !== '') exePaths.push(`${binary.slice(0, binary.lastIndexOf('/') + 1)}${applet}`);
  return {
    exePaths,
    names: [...new Set(exePaths.flatMap((path) => namesOf(basename(path))))],
    cmdline: argv.join(' '),
    command: [basename(binary), ...argv.slice(1)].join(' '),
    args: argv.slice(1),
  };
}

/** Name of the program in a file of many; empty when the file is one program. */
function appletOf(binary: string, arg0: string): string {
  const name = basename(binary);
  if (!MULTI_CALL_NAMES.has(name)) return '';
  const applet = basename(arg0).replace(/^-/, '');
  return applet === name ? '' : applet;
}

function namesOf(name: string): readonly string[] {
  const bytes = Buffer.from(name);
  if (bytes.length <= KERNEL_NAME_BYTES) return name === '' ? [] : [name];
  return [name, bytes.subarray(0, KERNEL_NAME_BYTES).toString()];
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
