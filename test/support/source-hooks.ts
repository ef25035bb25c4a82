/** Hooks of sources, and what the kernel's comparisons mean, written for the reader. */
import type { Term } from '../../src/rules/detection/sources/pushdown.ts';
import type { SourceHook } from '../../src/rules/detection/sources/source.ts';
import { ALL_SOURCES } from '../../src/rules/detection/sources/source-table.ts';

/** What a hook read, by label; what it could not read is not here. */
export type HookArguments = Readonly<Record<string, string | number>>;

/** The first hook of a source in its best way. */
export function sourceHook(name: string): SourceHook {
  const hook = ALL_SOURCES.find((source) => source.name === name)?.ways[0]?.hooks[0];
  if (hook === undefined) throw new Error(`no source is called ${name}`);
  return hook;
}

/** Undefined for networks, whose own test is that of the kernel. */
export function kernelCompares(
  operator: Term['operator'],
  found: string | number,
  wanted: string | number,
): boolean | undefined {
  const [text, value] = [String(found), String(wanted)];
  switch (operator) {
    case 'Equal':
    case 'SPort':
      return text === value;
    case 'Prefix':
      return text.startsWith(value);
    case 'Postfix':
      return text.endsWith(value);
    case 'SubString':
      return text.includes(value);
    case 'SubStringIgnCase':
      return foldAscii(text).includes(foldAscii(value));
    case 'Mask':
      return (Number(found) & Number(wanted)) !== 0;
    default:
      return undefined;
  }
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
