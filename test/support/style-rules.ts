/** The style rules that no other tool holds: each takes a file and names what breaks the rule. */
import type { SourceFile } from './source-tree.ts';

/** Returns one sentence per violation. */
export type StyleRule = (file: SourceFile) => readonly string[];

const LINE_COLUMNS_MAX = 100;
const C_TAB_COLUMNS = 8;
// Spelled so that this line is not a finding itself.
const PUT_OFF = /\b(TO[D]O|FIX[M]E|X{3})\b/;
const BANNED_WORDS = new Set(['util', 'utils', 'common', 'misc', 'helper', 'helpers', 'manager']);
const MANAGERS_ALLOWED = new Set(['sensor-manager.ts']);

/** A file longer than the budget. */
export function linesAtMost(max: number): StyleRule {
  return (file) => (file.lines.length > max ? [`${file.lines.length} lines, at most ${max}`] : []);
}

/** More exported names than a file should offer; façades and pure vocabulary are not judged. */
export function exportsAtMost(max: number): StyleRule {
  return (file) => {
    if (file.path.endsWith('/index.ts') || file.path.startsWith('src/model/')) return [];
    const count = file.lines.filter((line) => line.startsWith('export ')).length;
    return count > max ? [`${count} exports, at most ${max}`] : [];
  };
}

/** Lines wider than an editor shows; a line that is one unbreakable link or path may be. */
export const linesAreNarrow: StyleRule = (file) =>
  file.lines.flatMap((line, index) => {
    const columns = line.replaceAll('\t', ' '.repeat(C_TAB_COLUMNS)).length;
    if (columns <= LINE_COLUMNS_MAX || /https?:\/\//.test(line)) return [];
    return [`line ${index + 1} has ${columns} columns`];
  });

/** Names that say nothing about what a file is for. */
export const nameSaysSomething: StyleRule = ({ path }) => {
  const name = path.split('/').at(-1) ?? '';
  if (MANAGERS_ALLOWED.has(name)) return [];
  const words = name.split(/[-_.]/).filter((word) => BANNED_WORDS.has(word));
  return words.map((word) => `"${word}" in the name`);
};

/** A file says first what it is for; a licence line and a `#!` line may come before. */
export const startsWithPurpose: StyleRule = ({ lines }) => {
  const first = lines.find((line) => !/^(#!|.*SPDX-License-Identifier)/.test(line)) ?? '';
  return /^(\/\/|\/\*|#)/.test(first) ? [] : ['does not start with a comment'];
};

/** Work that was put off belongs in the tracker. */
export const nothingPutOff: StyleRule = ({ lines }) =>
  lines.flatMap((line, index) => (PUT_OFF.test(line) ? [`work put off in line ${index + 1}`] : []));
