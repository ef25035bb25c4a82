/** A tree of an expression to a formula over its arguments. */

import { isNumberType } from '../number-type.ts';
import { calculate, opposite, sharedBits } from './arithmetic.ts';
import { compareBits, compareNumbers, type TypeOf } from './compare.ts';
import { converted } from './convert.ts';
import { all, any, constant, type Formula, negate } from './formula.ts';
import { type Expression, invalid, unsupported } from './syntax.ts';
import { compareTexts, isTextTest, testText } from './text-tests.ts';
import { literalValue, type Value, type Variables, variableValue } from './value.ts';
import { isValueType } from './value-type.ts';

/** When the expression holds. Throws ExpressionError when the kernel side could not check that. */
export function lowerExpression(expression: Expression, variables: Variables): Formula {
  return new Lowering(variables).condition(expression);
}

const FUNCTIONS =
  'functions: `and`, `int32`, `uint32`, `int`, `uint`, and of texts `startsWith`, ' +
  '`endsWith`, `contains` and `matches`';

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

class Lowering {
  readonly #variables: Variables;
  readonly #typeOf: TypeOf;

  constructor(variables: Variables) {
    this.#variables = variables;
    const types = new Map([...variables.values()].map(({ argument, type }) => [argument, type]));
    this.#typeOf = (argument) => {
      const type = types.get(argument);
      return type !== undefined && isNumberType(type) ? type : 'size_t';
    };
  }

  condition(expression: Expression): Formula {
    switch (expression.kind) {
      case 'boolean':
        return constant(expression.value);
      case 'not':
        return negate(this.condition(expression.operand));
      case 'logic': {
        const parts = [this.condition(expression.left), this.condition(expression.right)];
        return expression.operator === '&&' ? all(...parts) : any(...parts);
      }
      case 'comparison':
        return this.#comparison(expression);
      case 'in':
        return this.#membership(expression);
      case 'choice': {
        const test = this.condition(expression.test);
        const yes = all(test, this.condition(expression.yes));
        return any(yes, all(negate(test), this.condition(expression.no)));
      }
      case 'call':
        if (isTextTest(expression.name)) return this.#textTest(expression);
    }
    const value = this.#value(expression);
    const what = value.kind === 'text' ? 'a text' : 'a number';
    return invalid(
      expression.span,
      `this is ${what}, and a condition should stand here`,
      'compare it',
    );
  }

  #comparison({ operator, left, right, span }: Of<'comparison'>): Formula {
    if (isCondition(left) || isCondition(right)) {
      const [one, other] = [this.condition(left), this.condition(right)];
      const areEqual = any(all(one, other), all(negate(one), negate(other)));
      if (operator === '==') return areEqual;
      if (operator === '!=') return negate(areEqual);
      return invalid(span, `\`${operator}\` does not compare conditions`);
    }
    const [one, other] = [this.#value(left), this.#value(right)];
    const place = { operator, span, typeOf: this.#typeOf };
    if (one.kind === 'bits') return compareBits(one, other, place);
    if (other.kind === 'bits') return compareBits(other, one, place);
    if (one.kind === 'number' && other.kind === 'number') return compareNumbers(one, other, place);
    if (one.kind === 'text' && other.kind === 'text') return compareTexts(one, other, place);
    return invalid(span, 'a text and a number do not go together');
  }

  #membership({ left, right, span }: Of<'in'>): Formula {
    if (right.kind !== 'list') {
      return invalid(right.span, 'expected a list here', 'write it as `arg0 in [1, 2]`');
    }
    const comparisons = right.items.map((item) =>
      this.#comparison({ kind: 'comparison', operator: '==', left, right: item, span }),
    );
    return any(...comparisons);
  }

  #textTest({ name, target, args, span }: Of<'call'>): Formula {
    const [wanted] = args;
    if (target === undefined || wanted === undefined || args.length !== 1) {
      return invalid(span, `\`${name}\` is called as \`arg0.${name}("…")\``);
    }
    return testText(name, [this.#value(target), this.#value(wanted)], span);
  }

  #value(expression: Expression): Value {
    const { span } = expression;
    switch (expression.kind) {
      case 'integer':
        return literalValue(expression);
      case 'text':
        return { kind: 'text', argument: undefined, text: expression.value, span };
      case 'name':
        return this.#variable(expression);
      case 'minus':
        return opposite(this.#value(expression.operand), span);
      case 'arithmetic': {
        const operands = [this.#value(expression.left), this.#value(expression.right)] as const;
        return calculate(expression.operator, operands, span);
      }
      case 'call':
        return this.#call(expression);
      case 'choice':
        return unsupported(span, 'here `?` chooses between conditions, not between values');
      case 'list':
        return invalid(span, 'a list stands behind `in` only');
      default:
        return invalid(span, 'a number or a text should stand here, and this is a condition');
    }
  }

  #variable({ name, span }: Of<'name'>): Value {
    const variable = this.#variables.get(name);
    if (variable !== undefined) return variableValue(variable, span);
    const names = [...this.#variables.keys()];
    const hint = names.length === 0 ? 'the hook reads no argument' : `names: ${names.join(', ')}`;
    return invalid(span, `there is nothing called \`${name}\` here`, hint);
  }

  #call({ name, target, args, span }: Of<'call'>): Value {
    const [first, second] = args;
    if (target === undefined && isValueType(name) && first !== undefined && args.length === 1) {
      const value = this.#value(first);
      if (value.kind === 'number') return converted(value, name, span);
      return invalid(first.span, `\`${name}\` takes a number`);
    }
    const isBitFunction = name === 'and' && target === undefined;
    if (isBitFunction && first !== undefined && second !== undefined && args.length === 2) {
      return sharedBits([this.#value(first), this.#value(second)], span);
    }
    if (isValueType(name) || isBitFunction) {
      const form = isBitFunction ? 'and(arg0, 4)' : `${name}(1)`;
      return invalid(span, `\`${name}\` is called as \`${form}\``);
    }
    return unsupported(span, `there is no function \`${name}\` here`, FUNCTIONS);
  }
}

/** Whether the expression can only be a condition. */
function isCondition(expression: Expression): boolean {
  switch (expression.kind) {
    case 'boolean':
    case 'not':
    case 'logic':
    case 'comparison':
    case 'in':
      return true;
    case 'choice':
      return isCondition(expression.yes);
    case 'call':
      return isTextTest(expression.name);
    default:
      return false;
  }
}
