/**
 * Finds the fields that an expression reads, and has() and matches(), and writes each as something
 * that the evaluator knows under one short name. A replacement is as long as what it replaces, so
 * that places stay what they are.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { findNearest } from '../../../model/nearest.ts';
import type { Problem, Span } from '../../syntax/report.ts';
import { compileRegex } from '../pattern/regex.ts';
import type { CelType, CelVariables } from './cel-variables.ts';
import type { CelErrorCode } from './errors.ts';
import { isFunction, isNetwork, LOOPS, listFunctions, REGEX_FUNCTION } from './functions.ts';
import { childrenOf, dottedName, restoreReserved, rootOf } from './syntax-tree.ts';

/** What is wrong, and where in the text. */
export interface CelProblem extends Problem {
  readonly code: CelErrorCode;
  readonly span: Span;
}

/** A field, or one of those it has by name. */
interface Reference {
  readonly name: string;
  readonly key?: string | undefined;
  readonly type: CelType;
}

/** What a short name stands for. */
export interface Binding extends Reference {
  readonly short: string;
  /** Asks whether there is a value, not for the value. */
  readonly isPresence: boolean;
}

/** An expression that reads short names only. */
export interface NamedExpression {
  readonly text: string;
  readonly bindings: readonly Binding[];
  readonly problems: readonly CelProblem[];
}

type Call = Extract<ASTNode, { op: 'call' }>;
type MethodCall = Extract<ASTNode, { op: 'rcall' }>;

/** Names of the loops around a node. */
type Scope = ReadonlySet<string>;

/** Instructions of one regular expression. */
const PROGRAM_SIZE_MAX = 500;

/** Short names begin so; names of the author must not. */
const RESERVED = '__';

/** Reads an expression that was parsed. */
export function readNames(root: ASTNode, variables: CelVariables): NamedExpression {
  const reader = new NameReader(root.input, variables);
  reader.read(root, new Set());
  return reader.finish();
}

class NameReader {
  readonly #text: string;
  readonly #variables: CelVariables;
  /** First parts of the names of variables: names of loops must be others. */
  readonly #roots: ReadonlySet<string>;
  readonly #bindings = new Map<string, Binding>();
  readonly #edits: { readonly span: Span; readonly text: string }[] = [];
  readonly #problems: CelProblem[] = [];

  constructor(text: string, variables: CelVariables) {
    this.#text = text;
    this.#variables = variables;
    this.#roots = new Set(Object.keys(variables).map((name) => name.split('.', 1)[0] ?? ''));
  }

  finish(): NamedExpression {
    let text = '';
    let position = 0;
    for (const edit of this.#edits.toSorted((a, b) => a.span.start - b.span.start)) {
      const { start, end } = edit.span;
      text += this.#text.slice(position, start) + edit.text.padEnd(end - start);
      position = end;
    }
    text += this.#text.slice(position);
    return { text, bindings: [...this.#bindings.values()], problems: this.#problems };
  }

  read(node: ASTNode, scope: Scope): undefined {
    switch (node.op) {
      case 'id':
      case '.':
      case '[]':
        return this.#readAccess(node, scope);
      case 'call':
        return this.#readCall(node, scope);
      case 'rcall':
        return this.#readMethod(node, scope);
      case '+':
        this.#readPlus(node);
        break;
      default:
    }
    this.#readAll(childrenOf(node), scope);
  }

  #readAll(nodes: readonly ASTNode[], scope: Scope): undefined {
    for (const node of nodes) this.read(node, scope);
  }

  /** Joining texts or lists is what makes small conditions large. */
  #readPlus(node: ASTNode): undefined {
    if (childrenOf(node).every((child) => this.#isNumeric(child))) return;
    this.#refuse('RULE_CONDITION_TYPE', node, '+ adds numbers only');
  }

  #isNumeric(node: ASTNode): boolean {
    switch (node.op) {
      case 'value':
        return typeof node.args === 'bigint' || typeof node.args === 'number';
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '-_':
        return childrenOf(node).every((child) => this.#isNumeric(child));
      case 'call':
        return ['int', 'double', 'size'].includes(node.args[0]);
      default:
        return this.#typeOf(node) === 'number';
    }
  }

  #readAccess(node: Extract<ASTNode, { op: 'id' | '.' | '[]' }>, scope: Scope): undefined {
    if (!this.#isField(node, scope)) return this.#readAll(childrenOf(node), scope);
    const reference = this.#resolve(node);
    if (reference !== undefined) this.#bind(node, reference, false);
  }

  /** Whether it is names with dots that are not those of a loop, or one of them with a key. */
  #isField(node: ASTNode, scope: Scope): boolean {
    const root = rootOf(node);
    if (root === undefined || scope.has(root)) return false;
    if (node.op === '[]') return this.#typeOf(node.args[0]) === 'named';
    return dottedName(node) !== undefined;
  }

  #typeOf(node: ASTNode): CelType | undefined {
    return this.#typeOfName(dottedName(node)?.join('.') ?? '');
  }

  #typeOfName(name: string): CelType | undefined {
    return Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
  }

  /** The field that a chain of names is, or a problem. */
  #resolve(node: ASTNode): Reference | undefined {
    if (node.op === '[]') return this.#resolveKeyed(node);
    const parts = dottedName(node) ?? [];
    const name = parts.join('.');
    if (restoreReserved(this.#text.slice(node.start, node.end)) !== name) {
      return this.#refuse('RULE_CONDITION_SYNTAX', node, `write ${name} in one piece`);
    }
    const above = parts.slice(0, -1).join('.');
    if (this.#typeOfName(above) === 'named') {
      return { name: above, key: parts.at(-1), type: 'named' };
    }
    const type = this.#typeOfName(name);
    if (type === undefined) return this.#refuseName(node, name);
    if (type !== 'named') return { name, type };
    return this.#refuse('RULE_CONDITION_TYPE', node, {
      message: `${name} has values by name`,
      hint: `write ${name}["name"], or has(${name}["name"])`,
    });
  }

  #resolveKeyed(node: Extract<ASTNode, { op: '[]' }>): Reference | undefined {
    const [left, right] = node.args;
    const name = dottedName(left)?.join('.') ?? '';
    const isPlain =
      this.#text.slice(node.start, left.end) === name &&
      /^\s*\[\s*$/.test(this.#text.slice(left.end, right.start)) &&
      /^\s*\]$/.test(this.#text.slice(right.end, node.end));
    if (isPlain && right.op === 'value' && typeof right.args === 'string') {
      return { name, key: right.args, type: 'named' };
    }
    return this.#refuse('RULE_CONDITION_TYPE', node, {
      message: `${name} takes a name in quotes`,
      hint: `write ${name}["name"]`,
    });
  }

  #readCall(node: Call, scope: Scope): undefined {
    const [name, args] = node.args;
    if (name === 'has') return this.#readHas(node, scope);
    if (!isFunction(name)) return this.#refuseFunction(node, name);
    this.#readAll(args, scope);
  }

  #readHas(node: Call, scope: Scope): undefined {
    const [asked] = node.args[1];
    if (asked === undefined || !this.#isField(asked, scope)) {
      return this.#refuse('RULE_CONDITION_TYPE', node, 'has() takes a field');
    }
    const reference = this.#resolve(asked);
    if (reference !== undefined) this.#bind(node, reference, true);
  }

  #readMethod(node: MethodCall, scope: Scope): undefined {
    const [name, receiver, args] = node.args;
    this.read(receiver, scope);
    if (LOOPS.has(name)) return this.#readLoop(args, scope);
    if (!isFunction(`.${name}`)) return this.#refuseFunction(node, name);
    if (name === 'matches') this.#readPattern(node);
    if (name === 'inNetwork') this.#readNetwork(node);
    this.#readAll(args, scope);
  }

  #readLoop([variable, ...body]: readonly ASTNode[], scope: Scope): undefined {
    // The parser has refused loops that do not begin with a name.
    if (variable?.op !== 'id') return;
    const name = restoreReserved(variable.args);
    if (this.#roots.has(name) || name.startsWith(RESERVED) || scope.has(name)) {
      return this.#refuse('RULE_CONDITION_VARIABLE', variable, {
        message: `${name} means something already`,
        hint: 'give the values of the loop another name',
      });
    }
    this.#readAll(body, new Set([...scope, name]));
  }

  /** Patterns are literals: they are compiled once, and by RE2. */
  #readPattern(node: MethodCall): undefined {
    const [pattern] = node.args[2];
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
      return this.#refuse('RULE_CONDITION_REGEX', node, 'matches() takes a text in quotes');
    }
    const regex = compileRegex({ pattern: pattern.args, flags: '', isWhole: false });
    if (typeof regex === 'string') return this.#refuse('RULE_CONDITION_REGEX', pattern, regex);
    if (regex.size > PROGRAM_SIZE_MAX) {
      const problem = `the expression has ${regex.size} steps, more than ${PROGRAM_SIZE_MAX}`;
      return this.#refuse('RULE_CONDITION_REGEX', pattern, problem);
    }
    const [call] = /matches\s*\(\s*$/.exec(this.#text.slice(node.start, pattern.start)) ?? [];
    if (call === undefined) {
      return this.#refuse('RULE_CONDITION_SYNTAX', node, 'write the text right after matches(');
    }
    const start = pattern.start - call.length;
    this.#edits.push({ span: { start, end: start + REGEX_FUNCTION.length }, text: REGEX_FUNCTION });
  }

  #readNetwork(node: MethodCall): undefined {
    const [network] = node.args[2];
    const text = network?.op === 'value' && typeof network.args === 'string' ? network.args : '';
    if (isNetwork(text)) return;
    this.#refuse('RULE_CONDITION_TYPE', network ?? node, {
      message: 'inNetwork() takes a network in quotes',
      hint: 'write "10.0.0.0/8"',
    });
  }

  #bind(node: ASTNode, reference: Reference, isPresence: boolean): void {
    const id = `${isPresence} ${reference.name} ${reference.key ?? ''}`;
    const known = this.#bindings.get(id);
    const short = known?.short ?? `${RESERVED}${this.#bindings.size.toString(36)}`;
    if (known === undefined) this.#bindings.set(id, { ...reference, short, isPresence });
    this.#edits.push({ span: { start: node.start, end: node.end }, text: short });
  }

  #refuseName(node: ASTNode, name: string): undefined {
    const near = findNearest(name, Object.keys(this.#variables));
    this.#refuse('RULE_CONDITION_VARIABLE', node, {
      message: `there is no field ${name}`,
      hint: near === undefined ? undefined : `did you mean ${near}?`,
    });
  }

  #refuseFunction(node: ASTNode, name: string): undefined {
    this.#refuse('RULE_CONDITION_FUNCTION', node, {
      message: `there is no function ${name}`,
      hint: `there are ${listFunctions()}`,
    });
  }

  #refuse(code: CelErrorCode, { start, end }: Span, problem: Problem | string): undefined {
    const said = typeof problem === 'string' ? { message: problem } : problem;
    this.#problems.push({ code, span: { start, end }, ...said });
  }
}
