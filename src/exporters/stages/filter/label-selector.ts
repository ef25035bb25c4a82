/** Label selectors as kubectl takes them: `app=web,tier in (a,b),!legacy`. */

export type Labels = Readonly<Record<string, unknown>>;

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly values: readonly string[];
}

const KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,316}[A-Za-z0-9])?$/;
const VALUE = /^[A-Za-z0-9._-]{0,63}$/;
const LENGTH_MAX = 4096;

/** The selector as a condition, or what is wrong with it. An empty one takes everything. */
export function compileSelector(text: string): ((labels: Labels) => boolean) | string {
  if (text.length > LENGTH_MAX) return `the selector has more than ${LENGTH_MAX} characters`;
  const requirements: Requirement[] = [];
  for (const part of splitRequirements(text)) {
    const requirement = parseRequirement(part.trim());
    if (requirement === undefined) return `"${part.trim().slice(0, 64)}" is no requirement`;
    requirements.push(requirement);
  }
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

function splitRequirements(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (text[index] !== ',' || depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  return [...parts, text.slice(start)];
}

function parseRequirement(text: string): Requirement | undefined {
  const set = /^(\S+) +(in|notin) *\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    const isIn = operator === 'in';
    return checked({ key, operator: isIn ? 'in' : 'notin', values: values.split(',') });
  }
  if (text.startsWith('!')) {
    return checked({ key: text.slice(1).trim(), operator: 'absent', values: [] });
  }
  const equals = /^([^=!]+)(==|=|!=)([^=!]*)$/.exec(text);
  if (equals === null) return checked({ key: text, operator: 'exists', values: [] });
  const [, key = '', sign, value = ''] = equals;
  return checked({ key: key.trim(), operator: sign === '!=' ? 'notin' : 'in', values: [value] });
}

function checked({ key, operator, values }: Requirement): Requirement | undefined {
  const trimmed = values.map((value) => value.trim());
  const isFine = KEY.test(key) && trimmed.every((value) => VALUE.test(value));
  return isFine ? { key, operator, values: trimmed } : undefined;
}

/** As in Kubernetes, `!=` and `notin` also hold where the label is not there. */
function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'exists') return value !== undefined;
  if (operator === 'absent') return value === undefined;
  const isIn = typeof value === 'string' && values.includes(value);
  return operator === 'in' ? isIn : !isIn;
}
