/** Takes secrets out of messages before they are written anywhere. */

import { REDACTED, redactWords } from './redact-words.ts';

export interface Redaction {
  /** Names of members of the JSON whose whole value goes, at any depth. */
  readonly members: readonly string[];
  /** Words that a secret follows in texts: `--password x`, `PASSWORD=x`, `password: x`. */
  readonly words: readonly string[];
}

/** Returns the text as it was when there is nothing to take out, or when it is not JSON. */
export function createRedaction(redaction: Redaction): (body: string) => string {
  const members = new Set(redaction.members);
  const words = redaction.words.map((word) => word.toLowerCase()).filter((word) => word !== '');
  if (members.size === 0 && words.length === 0) return (body) => body;
  return (body) => {
    let hasChanged = false;
    const replace = (key: string, value: unknown): unknown => {
      const result = redactValue({ key, value, members, words });
      hasChanged ||= result !== value;
      return result;
    };
    try {
      const value: unknown = JSON.parse(body, replace);
      return hasChanged ? JSON.stringify(value) : body;
    } catch {
      return body;
    }
  };
}

interface Place {
  readonly key: string;
  readonly value: unknown;
  readonly members: ReadonlySet<string>;
  readonly words: readonly string[];
}

function redactValue({ key, value, members, words }: Place): unknown {
  if (members.has(key)) return REDACTED;
  return typeof value === 'string' ? redactWords(value, words) : value;
}
