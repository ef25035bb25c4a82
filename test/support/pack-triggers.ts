/** What raises the findings of shipped rules on a real machine, and what must not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { PackRule } from '../../scripts/docs/rule-pack.ts';

/** For one rule; shell scripts for a machine that is thrown away afterwards. */
export interface PackTrigger {
  readonly rule: PackRule;
  /** Must be found. Absent when only a container can do it. */
  readonly match?: string;
  /** Of busybox, in a container; must be found. */
  readonly container?: readonly string[];
  /** Is much like it, and must not be found. */
  readonly twin: string;
}

const FOLDER = 'test/rules/triggers';

/** What scripts may call. A program of the name is put before those of the system. */
const PRELUDE = `
PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
put() { rm -f "/usr/local/bin/$2"; cp "$1" "/usr/local/bin/$2"; }
fake() { put /bin/true "$1"; }
shell_as() { put /bin/dash "$1"; }
`;

/** Of all folders. Throws when a trigger is of no rule, or two rules have its name. */
export function readTriggers(checkout: string, pack: readonly PackRule[]): readonly PackTrigger[] {
  const files = readdirSync(join(checkout, FOLDER)).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(checkout, FOLDER, file), 'utf8');
    const entries = Object.entries(load(text) as Readonly<Record<string, Written>>);
    return entries.map(([name, written]) => {
      const [rule, ...others] = pack.filter((each) => each.name === name);
      if (rule === undefined || others.length > 0) throw new Error(`${file}: no rule ${name}`);
      return { rule, ...written };
    });
  });
}

type Written = Omit<PackTrigger, 'rule'>;

/**
 * The script as a shell reads it from standard input, so that its text is in no command line. It
 * runs in a control group of its own, as a session or service does.
 */
export function scriptOf(script: string, cgroup: string): string {
  const enter = `mkdir -p ${cgroup} && echo $$ > ${cgroup}/cgroup.procs`;
  return `${enter}\n${PRELUDE}\n${script}\n`;
}
