/** What every check is given, and how it quotes the user. */

import type { KernelTypes } from '../../../model/kernel-types.ts';
import type { Report } from '../report.ts';

/** Where checks report, and the kernel they may ask. */
export interface CheckContext {
  readonly report: Report;
  /** Absent when policies are checked away from the machine they will run on. */
  readonly kernel: KernelTypes | undefined;
  /** False when whoever loads the policy reports hooks that this kernel lacks. */
  readonly reportsMissing: boolean;
}

const QUOTED_LENGTH_MAX = 80;

/** Text of the user inside a message: delimited and bounded. */
export function quote(text: string): string {
  const shown = text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}…` : text;
  return `\`${shown}\``;
}
