/** The capabilities of a kernel for people. */
import type { KernelReport } from '../../model/capability.ts';
import { type Paint, printable, wrapText } from '../style.ts';

const DETAIL_INDENT = 23;
const DETAIL_WIDTH_MIN = 30;

/** What each capability is good for, in the words of policies. */
const USES: Readonly<Record<string, string>> = {
  btf: 'types of the kernel',
  tp_btf: 'process events, kprobes of system calls',
  kprobe: 'kprobes of functions',
  fentry: 'kprobes of functions, cheaper',
  fmod_ret: 'Override on security_* functions',
  lsm: 'LSM hooks, Override on them',
  write_user: 'Set on variables of programs',
};

export interface KernelViewOptions {
  readonly columns: number;
  /** Says under each capability what it is good for. */
  readonly explains: boolean;
}

/** One line per capability, and more when its detail is long. */
export function renderCapabilities(
  { capabilities }: KernelReport,
  paint: Paint,
  options: KernelViewOptions,
): readonly string[] {
  const width = Math.max(options.columns - DETAIL_INDENT, DETAIL_WIDTH_MIN);
  return capabilities.flatMap(({ name, available, detail }) => {
    const state = available ? paint('green', 'ok     ') : paint('yellow', 'missing');
    const use = USES[name];
    const explained = options.explains && use !== undefined ? `${use}: ${detail}` : detail;
    const [first = '', ...rest] = wrapText(printable(explained), width);
    return [
      `  ${name.padEnd(10)}  ${state}  ${first}`,
      ...rest.map((line) => `${' '.repeat(DETAIL_INDENT)}${line}`),
    ];
  });
}

/** `Linux 6.18.5 x86_64`. */
export function kernelName({ release, machine }: KernelReport): string {
  return printable(`Linux ${release} ${machine}`);
}
