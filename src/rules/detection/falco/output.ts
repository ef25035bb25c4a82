/** Messages of rules: texts with fields in them. */
import type { OutputPart } from '../ir/rule.ts';
import { mapField } from './field-mapping.ts';
import { splitField } from './filter-syntax.ts';

/** What the language prints for what is not known. */
const NOT_KNOWN = '<NA>';

/** `%proc.name`, `%proc.aname[2]`; two percent signs are one. */
export function parseOutput(text: string): readonly OutputPart[] {
  const parts: OutputPart[] = [];
  // A star in front says what the language does anyway, and a dot at the end is one of the text.
  const pieces = text.split(/(%%|\*?%[a-z][\w]*(?:\.[\w]+)*(?:\[[^\]]*\])?)/);
  for (const piece of pieces) {
    if (piece === '') continue;
    const [, written] = /^\*?%([a-z].*)$/s.exec(piece) ?? [];
    if (written === undefined) parts.push({ kind: 'text', text: piece === '%%' ? '%' : piece });
    else parts.push(fieldOf(written));
  }
  return parts;
}

function fieldOf(written: string): OutputPart {
  const mapped = mapField(splitField(written));
  switch (mapped?.kind) {
    case 'field':
    case 'optional':
    case 'container':
    case 'renamed':
    case 'scaled':
      return { kind: 'field', written, field: mapped.field, key: mapped.key };
    case 'event_type':
      return { kind: 'field', written, field: 'event.class' };
    case 'side':
      return { kind: 'field', written, field: mapped.outbound.field };
    case 'either':
      return { kind: 'field', written, field: mapped.fields[0]?.field ?? 'file.path' };
    case 'constant':
      return { kind: 'text', text: String(mapped.values[0] ?? NOT_KNOWN) };
    default:
      return { kind: 'text', text: NOT_KNOWN };
  }
}
