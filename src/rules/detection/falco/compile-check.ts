/** One comparison of a condition to tests of fields. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import type { Condition, FieldReference, Test, TestOperator, Transform } from '../ir/condition.ts';
import {
  CheckProblem,
  compileOperator,
  type ResolvedCheck,
  transformOf,
} from './compile-operator.ts';
import type { FalcoErrorCode } from './errors.ts';
import { classesOf } from './event-types.ts';
import { mapField } from './field-mapping.ts';
import type { MappedField } from './mapped-field.ts';

/** Told what does not keep a rule from being loaded. */
export type OnWarning = (code: FalcoErrorCode, message: string) => void;

const NEVER: Condition = { kind: 'constant', value: false };
const ALWAYS: Condition = { kind: 'constant', value: true };

const FAMILIES: Readonly<Record<string, string>> = {
  ...{ '4': 'ipv4', '6': 'ipv6', u: 'unix' },
  ...{ ipv4: 'ipv4', ipv6: 'ipv6', unix: 'unix', netlink: 'netlink' },
};

const EVENT_CLASS_NAMES = Object.keys(EVENT_CLASSES) as EventClass[];

const not = (part: Condition): Condition => ({ kind: 'not', part });

/** The condition of a comparison. Throws CheckProblem. */
export function compileCheck(resolved: ResolvedCheck, onWarning: OnWarning): Condition {
  const { check } = resolved;
  const mapped = mapField(check.field);
  if (mapped === undefined) {
    throw new CheckProblem('FALCO_FIELD_UNKNOWN', `there is no field ${check.field.name}`);
  }
  switch (mapped.kind) {
    case 'absent': {
      const message = `${check.field.name}: ${mapped.reason}`;
      throw new CheckProblem('FALCO_FIELD_UNSUPPORTED', message);
    }
    case 'event_type':
      return compileTypes(resolved, onWarning);
    case 'constant':
      return compileConstant(resolved, mapped);
    case 'side': {
      const [outbound, inbound] = [mapped.outbound, mapped.inbound].map((field) =>
        compileField(resolved, field, []),
      );
      const by = (direction: string, part: Condition = NEVER): Condition => {
        return { kind: 'and', parts: [isDirection(direction), part] };
      };
      return { kind: 'or', parts: [by('outbound', outbound), by('inbound', inbound)] };
    }
    case 'descriptor':
      return compileDescriptor(resolved);
    case 'either':
      return compileEither(resolved, mapped);
    default:
      return compileMapped(resolved, mapped);
  }
}

type SimpleField = Exclude<
  MappedField,
  { kind: 'absent' | 'event_type' | 'constant' | 'side' | 'either' | 'descriptor' }
>;

function compileMapped(resolved: ResolvedCheck, mapped: SimpleField): Condition {
  switch (mapped.kind) {
    case 'optional':
      return compileOptional(resolved, mapped);
    case 'container':
      return compileContainer(resolved, mapped);
    case 'renamed':
      return compileField(rename(resolved, mapped.values), mapped, []);
    case 'scaled':
      return compileField(scale(resolved, mapped.factor), mapped, []);
    case 'member': {
      const isTrue = resolved.texts.some((text) => /^(true|1)$/i.test(text));
      const holds: Test = makeTest(resolved, mapped, {
        ...{ kind: 'equals', texts: [mapped.value], ignoresCase: false },
      });
      const isDenied = resolved.check.operator === '!=';
      return isTrue === isDenied ? not(holds) : holds;
    }
    default:
      return compileField(resolved, mapped, mapped.transforms);
  }
}

function isDirection(direction: string): Condition {
  return {
    ...{ kind: 'test', field: 'network.direction', transforms: [], written: direction },
    operator: { kind: 'equals', texts: [direction], ignoresCase: false },
  };
}

/** Events of files have no family, and are told by their class. */
function compileDescriptor(resolved: ResolvedCheck): Condition {
  const { check, texts } = resolved;
  const classes = EVENT_CLASS_NAMES.filter((name) => name.startsWith('file.'));
  const families = texts.flatMap((text) =>
    Object.hasOwn(FAMILIES, text) ? (FAMILIES[text] ?? '') : [],
  );
  const parts: Condition[] = [];
  if (texts.some((text) => text === 'f' || text === 'file')) parts.push({ kind: 'class', classes });
  if (families.length > 0) {
    const operator: TestOperator = { kind: 'equals', texts: families, ignoresCase: false };
    parts.push(makeTest(resolved, { field: 'network.family' }, operator));
  }
  const holds: Condition = { kind: 'or', parts };
  return check.operator === '!=' ? not(holds) : holds;
}

/** Of two addresses one that fits is enough; for `!=` neither may. */
function compileEither(
  resolved: ResolvedCheck,
  { fields }: Extract<MappedField, { kind: 'either' }>,
): Condition {
  const { check } = resolved;
  if (check.operator !== '!=') {
    return { kind: 'or', parts: fields.map((field) => compileField(resolved, field, [])) };
  }
  const equal = { ...resolved, check: { ...check, operator: '=' } };
  return not({ kind: 'or', parts: fields.map((field) => compileField(equal, field, [])) });
}

function compileOptional(resolved: ResolvedCheck, field: FieldReference): Condition {
  const { check, texts } = resolved;
  const exists = makeTest(resolved, field, { kind: 'exists' });
  if (!texts.includes('-1') || !['=', '!=', 'in'].includes(check.operator)) {
    return compileField(resolved, field, []);
  }
  const others = texts.filter((text) => text !== '-1');
  const known = others.length === 0 ? NEVER : numbersTest(resolved, field, others);
  const holds: Condition = { kind: 'or', parts: [not(exists), known] };
  return check.operator === '!=' ? not(holds) : holds;
}

function compileContainer(resolved: ResolvedCheck, field: FieldReference): Condition {
  const { check, texts } = resolved;
  const exists = makeTest(resolved, field, { kind: 'exists' });
  if (check.operator === 'exists') return ALWAYS;
  if (!texts.some((text) => text === 'host' || text === ''))
    return compileField(resolved, field, []);
  const others = texts.filter((text) => text !== 'host' && text !== '');
  const known: Condition =
    others.length === 0
      ? NEVER
      : makeTest(resolved, field, { kind: 'starts_with', texts: others, ignoresCase: false });
  const holds: Condition = { kind: 'or', parts: [not(exists), known] };
  return check.operator === '!=' ? not(holds) : holds;
}

function rename(resolved: ResolvedCheck, values: Readonly<Record<string, string>>): ResolvedCheck {
  const texts = resolved.texts.map((text) =>
    Object.hasOwn(values, text) ? (values[text] ?? text) : text,
  );
  return { ...resolved, texts };
}

function scale(resolved: ResolvedCheck, factor: number): ResolvedCheck {
  return { ...resolved, texts: resolved.texts.map((text) => String(Number(text) / factor)) };
}

function compileTypes({ check, texts }: ResolvedCheck, onWarning: OnWarning): Condition {
  const isDenied = check.operator === '!=';
  if (!['=', '!=', 'in', 'exists'].includes(check.operator)) {
    const message = `${check.operator} does not apply to evt.type`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  }
  if (check.operator === 'exists') return ALWAYS;
  const missing = texts.filter((text) => classesOf(text) === undefined);
  const classes = [...new Set(texts.flatMap((text) => classesOf(text) ?? []))];
  if (classes.length === 0 && !isDenied) {
    const message = `no sensor reports events of the type ${missing.join(', ')}`;
    throw new CheckProblem('FALCO_EVENT_UNSUPPORTED', message);
  }
  if (missing.length > 0) {
    const message = `no sensor reports events of the type ${missing.join(', ')}`;
    onWarning('FALCO_EVENT_UNSUPPORTED', message);
  }
  const holds: Condition = { kind: 'class', classes };
  return isDenied ? not(holds) : holds;
}

/** Decided now: the field is the same for all events. */
function compileConstant(
  { check, texts }: ResolvedCheck,
  { values }: Extract<MappedField, { kind: 'constant' }>,
): Condition {
  const holds = values.some((value) => holdsFor(check.operator, value, texts));
  return holds ? ALWAYS : NEVER;
}

function holdsFor(
  operator: string,
  value: string | number | boolean,
  texts: readonly string[],
): boolean {
  const number = Number(texts[0]);
  switch (operator) {
    case 'exists':
      return true;
    case '<':
      return Number(value) < number;
    case '<=':
      return Number(value) <= number;
    case '>':
      return Number(value) > number;
    case '>=':
      return Number(value) >= number;
    case '!=':
      return !texts.includes(String(value));
    case 'contains':
      return texts.some((text) => String(value).includes(text));
    case 'startswith':
      return texts.some((text) => String(value).startsWith(text));
    default:
      return texts.some((text) => text.toLowerCase() === String(value).toLowerCase());
  }
}

function makeTest(
  { check, place }: ResolvedCheck,
  { field, key }: FieldReference,
  operator: TestOperator,
  transforms: readonly Transform[] = [],
): Test {
  return { kind: 'test', field, key, transforms, operator, written: check.written, place };
}

function numbersTest(
  resolved: ResolvedCheck,
  field: FieldReference,
  texts: readonly string[],
): Condition {
  const numbers = texts.map(Number);
  return makeTest(resolved, field, { kind: 'number_equals', numbers });
}

function compileField(
  resolved: ResolvedCheck,
  field: FieldReference,
  base: readonly Transform[],
): Condition {
  const { check } = resolved;
  const transforms = [...base, ...check.field.transformers.map(transformOf)];
  const isDenied = check.operator === '!=';
  const operator = compileOperator(resolved, field, isDenied ? '=' : check.operator);
  const holds = makeTest(resolved, field, operator, transforms);
  if (!isDenied) return holds;
  // A field that is not known is not different from a value either.
  const exists = makeTest(resolved, field, { kind: 'exists' }, transforms);
  return { kind: 'and', parts: [exists, not(holds)] };
}
