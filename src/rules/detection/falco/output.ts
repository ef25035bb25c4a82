/** Messages of rules: texts with fields in them. */
import { quote } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { OutputPart } from '../ir/rule.ts';
import { CheckProblem } from './check-problem.ts';
import { transformsOf } from './compile-operator.ts';
import { FIELD_NAMES, mapField } from './field-mapping.ts';
import { parseField } from './field-syntax.ts';
import { FilterProblem, Scanner } from './filter-scanner.ts';
import type { FilterField } from './filter-tree.ts';
import type { MappedField } from './mapped-field.ts';

/** What the language prints for what is not known. */
const NOT_KNOWN = '<NA>';

/** What the language puts for this field. */
const CONTAINER_INFO = 'container.info';

/** Told of fields that will not be known; `part` counts characters of the text. */
export type OnOutputProblem = (problem: CheckProblem, part: Span) => void;

/** `%proc.name`, `%proc.aname[2]`, `%toupper(proc.name)`; two percent signs are one. */
export function parseOutput(text: string, onProblem: OnOutputProblem): readonly OutputPart[] {
  const parts: OutputPart[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const read = readReference(text, at);
    if (read === undefined) {
      const isDouble = text.startsWith('%%', at);
      plain += text.charAt(at);
      at += isDouble ? 2 : 1;
      continue;
    }
    flush();
    const written = text.slice(at, read.end).replace(/^\*?%/, '');
    parts.push(
      ...describeField({ field: read.field, written }, (problem) =>
        onProblem(problem, { start: at, end: read.end }),
      ),
    );
    at = read.end;
  }
  flush();
  return parts;
}

interface Reference {
  readonly field: FilterField;
  readonly end: number;
}

/** A star in front says what the language does anyway: that what is not known is no matter. */
function readReference(text: string, at: number): Reference | undefined {
  const start = text.startsWith('*%', at) ? at + 2 : text.startsWith('%', at) ? at + 1 : 0;
  if (start === 0 || text.charAt(start) === '%') return undefined;
  const scanner = new Scanner(text, start);
  try {
    const field = parseField(scanner);
    return field === undefined ? undefined : { field, end: scanner.at };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return undefined;
  }
}

interface Written {
  readonly field: FilterField;
  readonly written: string;
}

function describeField(
  { field, written }: Written,
  onProblem: (problem: CheckProblem) => void,
): readonly OutputPart[] {
  if (field.name === CONTAINER_INFO) return containerInfo();
  const mapped = mapField(field);
  if (mapped === undefined || mapped.kind === 'absent') {
    const name = quote(field.name);
    onProblem(
      mapped === undefined
        ? new CheckProblem(
            'FALCO_FIELD_UNKNOWN',
            `there is no field ${name}, so that ${NOT_KNOWN} is shown`,
            { word: field.name, names: FIELD_NAMES },
          )
        : new CheckProblem(
            'FALCO_FIELD_UNSUPPORTED',
            `events here do not have ${name}, so that ${NOT_KNOWN} is shown: ${mapped.reason}`,
          ),
    );
    return [{ kind: 'text', text: NOT_KNOWN }];
  }
  try {
    return [showField({ field, written }, mapped)];
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    onProblem(error);
    return [{ kind: 'text', text: NOT_KNOWN }];
  }
}

function showField({ field, written }: Written, mapped: MappedField): OutputPart {
  const transforms = transformsOf(field.transformers);
  const show = { kind: 'field', written, transforms } as const;
  switch (mapped.kind) {
    case 'field':
      return {
        ...{ ...show, field: mapped.field, key: mapped.key },
        transforms: [...mapped.transforms, ...transforms],
      };
    case 'fallback':
      return { ...show, field: mapped.field, key: mapped.key, otherwise: mapped.value };
    case 'text_or_list':
    case 'number_or_name':
      return { ...show, field: mapped.field };
    case 'path_or_ends':
      return { ...show, field: mapped.field, instead: mapped.ends };
    case 'scaled':
      return { ...show, field: mapped.field, factor: mapped.factor };
    case 'event_type':
      return { ...show, field: 'event.class' };
    case 'guarded':
      return showField({ field, written }, mapped.part);
    case 'either': {
      const [first, second] = mapped.parts.map((part) => showField({ field, written }, part));
      if (first?.kind !== 'field') return first ?? { kind: 'text', text: NOT_KNOWN };
      return second?.kind === 'field' ? { ...first, instead: second.field } : first;
    }
    default:
      return showOther(show, mapped);
  }
}

function showOther(
  show: Pick<Extract<OutputPart, { kind: 'field' }>, 'kind' | 'written' | 'transforms'>,
  mapped: Extract<MappedField, { kind: 'table' | 'constant' | 'ignored' | 'absent' }>,
): OutputPart {
  const shown = mapped.kind === 'table' || mapped.kind === 'constant' ? mapped.shown : undefined;
  if (shown !== undefined) return { ...show, ...shown };
  const value = mapped.kind === 'constant' ? String(mapped.values[0] ?? NOT_KNOWN) : NOT_KNOWN;
  return { kind: 'text', text: value };
}

function containerInfo(): readonly OutputPart[] {
  const shown = (written: string, field: 'container.id' | 'container.name'): OutputPart => {
    return { kind: 'field', written, field, otherwise: 'host' };
  };
  return [
    { kind: 'text', text: 'container_id=' },
    shown('container.id', 'container.id'),
    { kind: 'text', text: ' container_name=' },
    shown('container.name', 'container.name'),
  ];
}
