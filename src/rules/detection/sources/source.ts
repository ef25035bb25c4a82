/** What a source of events is: hooks, what is read there, and what may be left out. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FactName } from '../../../model/fact.ts';
import type { FieldName } from '../fields/field-table.ts';

/** One argument of a hook; its label is what the translation reads it by. */
export interface SourceArgument {
  readonly label: string;
  readonly index: number;
  /** As policies spell it. */
  readonly type: string;
  /** Path of members from the argument. */
  readonly resolve?: string | undefined;
  /** Read only while some rule asks for this fact. */
  readonly onlyFor?: FactName | undefined;
}

/** A condition that every run has to fulfil, by the label of what it is about. */
export interface SourceCondition {
  readonly labels: readonly string[];
  readonly operator: string;
  readonly values?: readonly (string | number)[];
}

/** What is known of an argument that is a text. */
export interface PushedText {
  /** Ends of values beside which the fact has other values. */
  readonly aliased?: readonly string[];
  /** Of a long one the fact has more than the argument. */
  readonly isCut?: true;
  /**
   * The argument is a path as it was given: the fact only where it is absolute. The label of the
   * path of its file, by which a process goes whose working directory is not known.
   */
  readonly fileOf?: string;
}

/** How tests of a field become conditions of the kernel on one argument. */
export type Push = {
  readonly field: FieldName;
  readonly label: string;
} & (
  | ({
      /** The argument is the fact. */
      readonly kind: 'text';
    } & PushedText)
  | ({
      /** The argument is a path, of which the fact is the last part. */
      readonly kind: 'file_name';
    } & PushedText)
  | {
      /** The argument is the last part of the path that the fact is. */
      readonly kind: 'name';
    }
  | {
      /** Names of bits; what is not here cannot be asked for. */
      readonly kind: 'bits';
      readonly bits: Readonly<Record<string, number>>;
    }
  | {
      /** The number itself, or what each name stands for. */
      readonly kind: 'number';
      readonly numbers?: Readonly<Record<string, number>>;
    }
  | {
      /** `SPort` or `SAddr`. */
      readonly kind: 'port' | 'address';
    }
);

/** One place in the kernel. */
export interface SourceHook {
  /** LSM hook, function, system call, or `subsystem/event`. */
  readonly call: string;
  readonly arguments: readonly SourceArgument[];
  /** Read from the running thread. */
  readonly data?: readonly SourceArgument[];
  readonly conditions?: readonly SourceCondition[];
  readonly pushes?: readonly Push[];
  /** The event is about the socket that the function returns. */
  readonly returnsSocket?: true;
  /** The only system call that comes by. */
  readonly syscall?: string;
  /** What the place itself says, for the translation. */
  readonly means?: string;
  /** Some kernels do not have it. */
  readonly isOptional?: true;
}

/** How hooks are attached; `syscall` reads what the process may still change. */
export type WayKind = 'lsm' | 'function' | 'tracepoint' | 'syscall';

/** Hooks that see the events of a source together. */
export interface SourceWay {
  readonly kind: WayKind;
  readonly hooks: readonly SourceHook[];
  /** Some events of the class are not seen, or facts are what the process says. */
  readonly isDegraded?: true;
}

/** One source, with the ways in which it can be attached, the best first. */
export interface Source {
  /** Unique. */
  readonly name: string;
  readonly class: EventClass;
  readonly ways: readonly SourceWay[];
  /** Its events are known without it: it is there for what the kernel is to act on. */
  readonly onlyActs?: true;
}
