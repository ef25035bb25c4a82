/** Answers questions of policies about the running kernel's functions. */
import type {
  KernelParameter,
  KernelTypes,
  MemberAccess,
  MemberProblem,
  ProgramStruct,
  TracepointField,
  TypesFileProblem,
} from '../../model/kernel-types.ts';
import { KernelError } from '../kernel/index.ts';
import { Btf } from './btf.ts';
import { resolveMember } from './resolve-member.ts';
import { TracepointFormats } from './tracepoint-format.ts';
import { TypesFiles } from './types-files.ts';

/**
 * Opens the kernel's type information at the first question and remembers answers. `release` gives
 * the 11 MB back; a later question opens it again. Throws ENGINE_BTF_MISSING on such a kernel.
 */
export class KernelBtfTypes implements KernelTypes {
  readonly #parameters = new Map<string, readonly KernelParameter[] | undefined>();
  readonly #files = new TypesFiles();
  #btf: Btf | undefined;
  #formats: TracepointFormats | undefined;

  functionParameters(name: string): readonly KernelParameter[] | undefined {
    if (!this.#parameters.has(name)) {
      this.#parameters.set(name, this.#open().functionParameters(name));
    }
    return this.#parameters.get(name);
  }

  functionsWithPrefix(prefix: string, limit: number): readonly string[] {
    return this.#open().functionsWithPrefix(prefix, limit);
  }

  resolveMember(root: string, path: string, module = ''): MemberAccess | MemberProblem {
    if (module === '') return resolveMember(this.#open(), root, path);
    // Not kept: its types change when it is loaded anew.
    const btf = openModule(module);
    if (btf === undefined) {
      const message = `there are no types of the module \`${module}\`: it has to be loaded`;
      return { part: module, message, candidates: [] };
    }
    try {
      return resolveMember(btf, root, path);
    } finally {
      btf.close();
    }
  }

  resolveProgramMember(
    { file, name }: ProgramStruct,
    path: string,
  ): MemberAccess | MemberProblem | TypesFileProblem {
    const btf = this.#files.open(file);
    if (!(btf instanceof Btf)) return btf;
    try {
      const access = resolveMember(btf, `struct ${name} *`, path);
      if (!('isOfStruct' in access)) return access;
      return { ...access, message: `${file} has no struct \`${name}\`` };
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      return { file: 'invalid', message: `${file}: ${error.message}` };
    }
  }

  rawTracepointParameters(name: string): readonly KernelParameter[] | undefined {
    return this.#open().rawTracepointParameters(name);
  }

  tracepointFields(subsystem: string, name: string): readonly TracepointField[] | undefined {
    return this.#openFormats().fields(subsystem, name);
  }

  tracepointNames(subsystem: string): readonly string[] | undefined {
    return this.#openFormats().names(subsystem);
  }

  /** Forgets everything; doing it twice is fine. */
  release(): void {
    this.#btf?.close();
    this.#btf = undefined;
    this.#files.close();
    this.#parameters.clear();
    this.#formats = undefined;
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #openFormats(): TracepointFormats {
    // Not remembered while tracefs is missing: somebody may mount it.
    if (!this.#formats?.isAvailable) this.#formats = new TracepointFormats();
    return this.#formats;
  }

  #open(): Btf {
    this.#btf ??= Btf.kernel();
    return this.#btf;
  }
}

function openModule(name: string): Btf | undefined {
  try {
    return Btf.module(name);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ENGINE_BTF_MISSING') return undefined;
    throw error;
  }
}
