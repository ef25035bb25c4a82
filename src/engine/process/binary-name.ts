/** Which file a process is said to run. */
import { posix } from 'node:path';

interface ExecutedFile {
  readonly filename: string;
  readonly interpreter: string;
  readonly cwd: string;
  readonly executable: { readonly path: string };
}

/**
 * Absolute path of what was executed. What exec was given counts, not what a symbolic link in it
 * points to: the name is the evidence, and Executable has the file behind it.
 */
export function binaryName(file: ExecutedFile): string {
  const { filename, cwd, executable } = file;
  if (filename === '') return executable.path;
  // Kept to the letter, `..` and all: it also names memory files (`/proc/self/fd/3`, `/dev/fd/3`).
  if (filename.startsWith('/')) return filename;
  if (!cwd.startsWith('/')) return file.interpreter === '' ? executable.path : filename;
  // join() takes `./` and `..` out by text. That is exact for a leading `..`, since the kernel
  // reports cwd without symbolic links; `link/../x` may name another file than the kernel opened.
  return posix.join(cwd, filename);
}

/**
 * Path of the interpreter when the executed file is a script, else empty. The mapped file is
 * named, not the text of the `#!` line, which may be relative or a link.
 */
export function interpreterName(file: ExecutedFile): string {
  return file.interpreter === '' ? '' : file.executable.path;
}
