/** Findings among the lines that an agent printed. */
import type { AgentProcess } from './agent-process.ts';

/** As in JSON, as far as tests look at it. */
export interface PrintedFinding {
  readonly rule: { readonly id: string; readonly title: string };
  readonly process: { readonly pid: number };
  readonly ancestors?: readonly { readonly pid: number }[];
}

interface Read {
  /** Characters of standard output that were looked at. */
  length: number;
  readonly findings: PrintedFinding[];
}

/** What was read before: tests ask again and again, and an agent may have printed megabytes. */
const READ = new WeakMap<AgentProcess, Read>();

/** All until now, in their order. */
export function findingsOf(agent: AgentProcess): readonly PrintedFinding[] {
  const read = READ.get(agent) ?? { length: 0, findings: [] };
  READ.set(agent, read);
  const { stdout } = agent;
  // The last line may not be whole yet.
  const end = stdout.lastIndexOf('\n') + 1;
  for (const line of stdout.slice(read.length, end).split('\n')) {
    if (line.startsWith('{"finding"')) read.findings.push(JSON.parse(line).finding);
  }
  read.length = Math.max(read.length, end);
  return read.findings;
}
