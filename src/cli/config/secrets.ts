/** Which values of a configuration are secret, and how they are shown. */
import type { YamlNode } from '../../rules/syntax/index.ts';

export const HIDDEN = '*****';

/** Parts of the names of keys, in lower case. Whole maps of headers are secret. */
export const SECRET_WORDS: readonly string[] = [
  ...['secret', 'passw', 'pwd', 'token', 'seed', 'creds', 'nkey', 'routingkey', 'apikey'],
  ...['authorization', 'headers'],
];

const URL_KEYS: readonly string[] = ['url', 'server', 'endpoint'];

/** A secret may be said to be in one of these: then it is no secret where it is. */
const PLACES: ReadonlySet<string> = new Set(['file', 'env']);

/** The same text, with characters of secrets replaced one by one. */
export function maskSecrets(text: string, root: YamlNode): string {
  const characters = [...Array.from({ length: text.length }, (_, index) => text.charAt(index))];
  mark(root, { key: '', isSecret: false }, (start, end) => characters.fill('*', start, end));
  return characters.join('');
}

interface Around {
  readonly key: string;
  readonly isSecret: boolean;
}

function mark(node: YamlNode, around: Around, hide: (start: number, end: number) => void): void {
  switch (node.kind) {
    case 'mapping':
      for (const { key, value } of node.entries) mark(value, inside(around, key), hide);
      return;
    case 'sequence':
      for (const item of node.items) mark(item, around, hide);
      return;
    case 'scalar': {
      const kept = around.isSecret ? 0 : keptOfUrl(around.key, node.text);
      if (kept !== undefined) hide(Math.min(node.span.start + kept, node.span.end), node.span.end);
    }
  }
}

/** A copy for people; texts that are secret are hidden. */
export function withoutSecrets(value: unknown, around: Around = PLAIN): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item, around));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      withoutSecrets(member, inside(around, key)),
    ]);
    return Object.fromEntries(entries);
  }
  if (value === null || value === undefined) return value;
  if (around.isSecret) return HIDDEN;
  const kept = typeof value === 'string' ? keptOfUrl(around.key, value) : undefined;
  return kept === undefined ? value : `${String(value).slice(0, kept)}${HIDDEN}`;
}

const PLAIN: Around = { key: '', isSecret: false };

function inside({ isSecret }: Around, key: string): Around {
  const lower = key.toLowerCase();
  const isPlace = isSecret && PLACES.has(lower);
  const names = SECRET_WORDS.some((word) => lower.includes(word));
  return { key: lower, isSecret: !isPlace && (isSecret || names) };
}

/**
 * URLs of webhooks are secrets by their path; whose they are may be seen. Undefined when all of it
 * may be.
 */
function keptOfUrl(key: string, text: string): number | undefined {
  if (!URL_KEYS.some((word) => key.includes(word))) return undefined;
  const scheme = text.indexOf('://');
  const start = scheme === -1 ? 0 : scheme + '://'.length;
  // Where a password ends is not sure: it may have slashes that nobody escaped.
  if (text.includes('@')) return start;
  const path = text.slice(start).search(/[/?#\\]/);
  const end = start + path + 1;
  return path === -1 || end >= text.length ? undefined : end;
}
