/** Registers of programs, by their place in the kernel's struct pt_regs. */

const X64_NAMES =
  'r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss';

const X64_OFFSETS: ReadonlyMap<string, number> = new Map(
  X64_NAMES.split(' ').map((name, place) => [name, place * 8]),
);

const ARM64_OFFSETS: ReadonlyMap<string, number> = new Map(
  [...Array.from({ length: 31 }, (_, number) => `x${number}`), 'sp', 'pc', 'pstate'].map(
    (name, place) => [name, place * 8],
  ),
);

const LEGACY: Readonly<Record<string, string>> = {
  ...{ al: 'rax', bl: 'rbx', cl: 'rcx', dl: 'rdx' },
  ...{ sil: 'rsi', dil: 'rdi', bpl: 'rbp', spl: 'rsp' },
};

/**
 * Offset of a register of x86-64: `edi`, `di`, `dil` and `rdi` are parts of one, as are `r8d` and
 * `r8`. Undefined when there is none of the name.
 */
export function x64RegisterOffset(name: string): number | undefined {
  const numbered = /^(r\d{1,2})[bwd]?$/.exec(name)?.[1];
  const legacy = Object.hasOwn(LEGACY, name)
    ? LEGACY[name]
    : name.replace(/^e?([abcds][xip]|[sb]p)$/, 'r$1');
  return X64_OFFSETS.get(numbered ?? legacy ?? name);
}

/** Offset of a register of arm64: `w0` is a part of `x0`. */
export function arm64RegisterOffset(name: string): number | undefined {
  return ARM64_OFFSETS.get(name.replace(/^w(?=\d)/, 'x'));
}

/** Offset of a register of the machine that this runs on. */
export function registerOffset(name: string): number | undefined {
  return process.arch === 'arm64' ? arm64RegisterOffset(name) : x64RegisterOffset(name);
}

/** Names of the registers of the machine that this runs on, whole ones only. */
export function registerNames(): readonly string[] {
  return [...(process.arch === 'arm64' ? ARM64_OFFSETS : X64_OFFSETS).keys()];
}
