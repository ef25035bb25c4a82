/** The syntax of expressions, with places: what CEL has of operators, lists, calls and literals. */

import type { Span } from '../report.ts';

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** Places are offsets in the text of the expression. */
export type Expression =
  | {
      readonly kind: 'integer';
      readonly value: bigint;
      /** Written with `u`. */
      readonly isUnsigned: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly name: string;
      /** What a method is called on. */
      readonly target: Expression | undefined;
      readonly args: readonly Expression[];
      readonly span: Span;
    }
  | { readonly kind: 'not'; readonly operand: Expression; readonly span: Span }
  | { readonly kind: 'minus'; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: 'logic';
      readonly operator: '&&' | '||';
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'in';
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly span: Span }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly span: Span;
    };

/** Why an expression cannot be used, and where. */
export interface ExpressionProblem {
  readonly kind: 'invalid' | 'unsupported' | 'too_large';
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

/** Ends the work on an expression; it never leaves this folder. */
export class ExpressionError extends Error {
  readonly problem: ExpressionProblem;

  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Throws: the text is not an expression, or its parts do not go together. */
export function invalid(span: Span, message: string, hint?: string): never {
  const problem = { kind: 'invalid', span, message } as const;
  throw new ExpressionError(hint === undefined ? problem : { ...problem, hint });
}

/** Throws: the kernel side has nothing that could check this. */
export function unsupported(span: Span, message: string, hint?: string): never {
  const problem = { kind: 'unsupported', span, message } as const;
  throw new ExpressionError(hint === undefined ? problem : { ...problem, hint });
}
