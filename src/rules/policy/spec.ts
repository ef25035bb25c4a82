/** Policies after reading: typed, and with the places that later checks need for their messages. */

import type { ArgumentType, NumberType, TextType } from '../../model/argument-types.ts';
import type { FindingLevel } from '../../model/finding.ts';
import type {
  ActionPlan,
  AddressPrefix,
  ArgumentMatch,
  ArgumentPart,
  BinaryOperator,
  CapabilityChangeMatch,
  CapabilityMatch,
  Hook,
  NamespaceChangeMatch,
  NamespaceMatch,
  NumberOperator,
  NumberRange,
  PidMatch,
  PolicyMode,
  RangeOperator,
  ReturnTracking,
  TextOperator,
} from '../../model/plan.ts';
import type { PolicyScope } from '../../model/scope.ts';
import type { Located, Span } from './report.ts';

/** A member that is read instead of what leads to it. */
export interface ResolveSpec {
  readonly path: Located<string>;
  readonly btfType: Located<string> | undefined;
  /** File with the types of the program. */
  readonly btfPath?: Located<string>;
  /** Kernel module that has the struct. */
  readonly btfTypeModule?: string;
  readonly isCurrentTask: boolean;
  /** Offset in struct pt_regs, when the path names a register. */
  readonly register?: number;
}

/** A parameter that a hook reads. */
export interface ArgumentSpec {
  readonly index: Located<number>;
  readonly type: Located<ArgumentType>;
  readonly label: string;
  /** Position in the list, where selectors may give it instead of the index. */
  readonly place?: number;
  /** char_buf, char_iovec: position of the parameter with the length, from 0. */
  readonly sizeIndex: number | undefined;
  /** Of buffers: as much is read as a record holds. */
  readonly maxData?: boolean;
  /** Undefined: the parameter itself. */
  readonly resolve?: ResolveSpec | undefined;
  /** Where it says that it is read at the return. */
  readonly returnCopy?: Span | undefined;
  /** An entry of `data`. */
  readonly isData?: true;
}

/** Values are as written; the compiler brings them to the form the kernel compares. */
export type ArgumentMatchSpec =
  | {
      readonly kind: 'number';
      /** Position in HookSpec.arguments. */
      readonly argument: number;
      /** What of the argument is compared; its value when undefined. */
      readonly part?: ArgumentPart | undefined;
      readonly type: NumberType;
      readonly operator: NumberOperator;
      readonly values: readonly Located<bigint>[];
    }
  | {
      readonly kind: 'range';
      readonly argument: number;
      readonly part?: ArgumentPart | undefined;
      readonly type: NumberType;
      readonly operator: RangeOperator;
      /** In the order of the type. */
      readonly values: readonly Located<NumberRange>[];
    }
  | {
      readonly kind: 'text';
      readonly argument: number;
      readonly type: TextType;
      readonly operator: TextOperator;
      readonly values: readonly Located<string>[];
    }
  | {
      readonly kind: 'address';
      readonly argument: number;
      readonly end: 'source' | 'destination';
      readonly operator: 'In' | 'NotIn';
      readonly values: readonly Located<AddressPrefix>[];
    }
  | { readonly kind: 'gained'; readonly argument: number; readonly after: number }
  /** One alternative has to hold, which it does when every condition of it does. Never empty. */
  | {
      readonly kind: 'expression';
      readonly alternatives: readonly (readonly ArgumentMatch[])[];
      readonly span: Span;
    };

/** A condition on the executable; values are absolute paths. */
export interface BinaryMatchSpec {
  readonly operator: BinaryOperator;
  readonly followChildren: boolean;
  readonly values: readonly Located<string>[];
}

/** Conditions that must all hold, and what happens then. */
export interface SelectorSpec {
  readonly span: Span;
  readonly matchArgs: readonly ArgumentMatchSpec[];
  readonly matchBinaries: readonly BinaryMatchSpec[];
  readonly matchParentBinaries: readonly BinaryMatchSpec[];
  readonly matchPids: readonly PidMatch[];
  readonly matchWorkloads: PolicyScope | undefined;
  readonly matchNamespaces: readonly NamespaceMatch[];
  readonly matchCapabilities: readonly CapabilityMatch[];
  readonly matchNamespaceChanges: readonly NamespaceChangeMatch[];
  readonly matchCapabilityChanges: readonly CapabilityChangeMatch[];
  /** Conditions on HookSpec.result. */
  readonly matchReturnArgs: readonly ArgumentMatchSpec[];
  readonly returnActions: readonly Located<ActionPlan>[];
  /** Empty when the policy names none. */
  readonly actions: readonly Located<ActionPlan>[];
  /** Conditions that are written, readable or not: a selector without any always holds. */
  readonly conditionCount: number;
  readonly label: string;
}

/** Lists of the spec that hold hooks. */
export type Section = 'kprobes' | 'fentries' | 'lsmhooks' | 'tracepoints' | 'uprobes' | 'usdts';

/** One entry of a section. */
export interface HookSpec {
  readonly section: Section;
  readonly position: number;
  readonly hook: Located<Hook>;
  /** Undefined where an argument could not be read, so that positions stay what they are. */
  readonly arguments: readonly (ArgumentSpec | undefined)[];
  /** What the function returns, when events wait for that. */
  readonly result: ArgumentSpec | undefined;
  readonly returnTracking: Located<ReturnTracking> | undefined;
  readonly selectors: readonly SelectorSpec[];
  readonly message: string;
  readonly tags: readonly string[];
  readonly optional: boolean;
  readonly acceptsRejection: boolean;
}

/** One document. */
export interface PolicySpec {
  readonly name: Located<string>;
  /** Severity of alerts that its events are; undefined: they are none. */
  readonly alert: FindingLevel | undefined;
  readonly mode: PolicyMode | undefined;
  readonly scope: PolicyScope | undefined;
  /** Its scopes are to hold where it is not known whether they do. */
  readonly matchesUnknown: boolean;
  readonly hooks: readonly HookSpec[];
  /** Where decisions are carried out. */
  readonly enforcers: readonly Located<Hook>[];
  /** Files that are mapped executable are reported. */
  readonly loader: boolean;
}
