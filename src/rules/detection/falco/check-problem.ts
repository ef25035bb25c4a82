/** What is wrong with a part of a rule, before it is known whose rule it is. */
import type { FalcoErrorCode } from './errors.ts';

/** Thrown by what compiles comparisons; caught where their place is known. */
export class CheckProblem extends Error {
  readonly code: FalcoErrorCode;
  readonly hint: string | undefined;

  constructor(code: FalcoErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
