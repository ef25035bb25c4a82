/** Writes configurations as YAML; keys are those of tables, and texts whatever they are. */
import type { ConfigValue } from './tetragon-key.ts';

/** Begins with a letter or a slash, and means nothing else in YAML. */
const PLAIN = /^[A-Za-z/][\w./@+-]*$/;

/** Words that YAML, of one version or another, does not take for texts. */
const WORDS = /^(true|false|yes|no|on|off|null|y|n)$/i;

/** Lines without ends. */
export function writeYaml(value: Readonly<Record<string, ConfigValue>>): readonly string[] {
  return Object.entries(value).flatMap(([key, member]) => writeMember(key, member));
}

function writeMember(key: string, value: ConfigValue): readonly string[] {
  const head = `${writeText(key)}:`;
  if (isEmpty(value) || typeof value !== 'object') return [`${head} ${writeScalar(value)}`];
  return [head, ...writeBlock(value).map((line) => `  ${line}`)];
}

function writeBlock(value: object): readonly string[] {
  if (!Array.isArray(value)) return writeYaml(Object.fromEntries(Object.entries(value)));
  return value.flatMap((item: ConfigValue) => {
    if (isEmpty(item) || typeof item !== 'object') return [`- ${writeScalar(item)}`];
    const [first = '', ...rest] = writeBlock(item);
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function writeScalar(value: ConfigValue): string {
  if (typeof value === 'string') return writeText(value);
  return JSON.stringify(value);
}

function isEmpty(value: ConfigValue): boolean {
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Texts of JSON are texts of YAML, but for what it takes for line ends or does not take at all. */
function writeText(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text;
  return JSON.stringify(text.toWellFormed()).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (letter) => {
      return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
