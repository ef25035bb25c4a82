/** What every check is given. */

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
