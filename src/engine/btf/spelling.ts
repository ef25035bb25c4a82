/** Types as a C programmer writes them. */
import type { BtfType } from './types.ts';

/** Looks a type up by its number. */
export type LookUpType = (id: number) => BtfType;

/** Function pointers nest; corrupt information may nest without end. */
const DEPTH_MAX = 24;

/**
 * `struct file *`, `const char *`, `int (*)(void *)`, `char[16]`. Address space tags are left out.
 */
export function spellType(id: number, lookUp: LookUpType, depth = 0): string {
  if (depth > DEPTH_MAX) return '...';
  const type = lookUp(id);
  const spell = (target: number): string => spellType(target, lookUp, depth + 1);
  switch (type.kind) {
    case 'void':
      return 'void';
    case 'pointer':
      return spellPointer(lookUp(type.typeId ?? 0), spell, lookUp);
    case 'const':
    case 'volatile':
    case 'restrict':
      return spellQualified(type.kind, spell(type.typeId ?? 0));
    case 'array':
      return `${spell(type.array?.typeId ?? 0)}[${type.array?.length ?? 0}]`;
    case 'prototype':
      return `${spell(type.typeId ?? 0)} (${spellParameters(type, spell)})`;
    case 'typeTag':
      return spell(type.typeId ?? 0);
    default:
      return spellNamed(type);
  }
}

const TAG_WORDS: Readonly<Record<string, string>> = {
  struct: 'struct',
  union: 'union',
  enum: 'enum',
  enum64: 'enum',
};

function spellNamed(type: BtfType): string {
  const word = type.kind === 'forward' ? (type.isUnion ? 'union' : 'struct') : TAG_WORDS[type.kind];
  if (word === undefined) return type.name;
  return `${word} ${type.name === '' ? '{...}' : type.name}`;
}

type Spell = (id: number) => string;

function spellPointer(target: BtfType, spell: Spell, lookUp: LookUpType): string {
  if (target.kind === 'prototype') {
    return `${spell(target.typeId ?? 0)} (*)(${spellParameters(target, spell)})`;
  }
  if (target.kind === 'array') {
    return `${spell(target.array?.typeId ?? 0)} (*)[${target.array?.length ?? 0}]`;
  }
  if (target.kind === 'typeTag') return spellPointer(lookUp(target.typeId ?? 0), spell, lookUp);
  const text = spell(target.id);
  return text.endsWith('*') ? `${text}*` : `${text} *`;
}

function spellQualified(qualifier: string, text: string): string {
  return text.endsWith('*') ? `${text}${qualifier}` : `${qualifier} ${text}`;
}

function spellParameters(prototype: BtfType, spell: Spell): string {
  const parameters = prototype.parameters ?? [];
  if (parameters.length === 0) return 'void';
  return parameters.map(({ typeId }) => (typeId === 0 ? '...' : spell(typeId))).join(', ');
}
