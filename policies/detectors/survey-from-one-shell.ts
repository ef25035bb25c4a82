/** Many different tools that tell about a machine, started by one process in little time. */
import { defineDetector, table } from 'warder/detector';

/** What one process has started. */
interface Survey {
  readonly sinceMs: number;
  readonly tools: readonly string[];
  readonly isReported: boolean;
}

const TOOLS: ReadonlySet<string> = new Set([
  ...['arp', 'df', 'env', 'getcap', 'getent', 'groups', 'hostname', 'hostnamectl', 'id'],
  ...['ifconfig', 'ip', 'last', 'lsblk', 'lscpu', 'lsmod', 'lsof', 'mount', 'netstat', 'printenv'],
  ...['ps', 'pstree', 'route', 'ss', 'sw_vers', 'uname', 'uptime', 'w', 'who', 'whoami'],
]);

/** Different tools that are a survey. */
const TOOLS_MIN = 6;
const SPAN_MS = 120_000;
/** The process that starts them is the parent, or starts scripts that do. */
const ANCESTORS = 3;

export default defineDetector({
  id: 'warder.survey-from-one-shell',
  title: 'Many tools that tell about the machine, from one shell',
  level: 'medium',
  description:
    'Whoever came in looks around first: who am I, what is this, who else is here, where does it ' +
    'lead. One of these tools says nothing; six of them within two minutes are somebody who is new.',
  attack: ['T1082', 'T1033', 'T1016', 'T1057', 'TA0007'],
  falsePositives: [
    'Somebody who looks into a fault',
    'Collectors of inventories, and support bundles',
  ],
  runbook:
    'See whose session it is and what started it. In a container without a person in it, treat the ' +
    'workload as taken over.',
  version: '1',
  inputs: ['process.exec'],
  fields: ['container.id', 'process.name', 'process.user', 'ancestors.pid', 'ancestors.exe.path'],
  state: {
    surveys: table<Survey>({ entriesMax: 4096, forgetAfterMs: SPAN_MS }),
  },

  detect(event, { surveys }, emit) {
    const tool = event.value('process.name')?.find((name) => TOOLS.has(name));
    if (tool === undefined) return;
    const container = event.value('container.id') ?? '';
    const pids = event.value('ancestors.pid')?.slice(0, ANCESTORS) ?? [];
    const paths = event.value('ancestors.exe.path') ?? [];
    let found: { readonly survey: Survey; readonly depth: number } | undefined;
    for (const [depth, pid] of pids.entries()) {
      // Everything comes from the first process.
      if (pid <= 1) continue;
      const key = `${container} ${pid}`;
      const before = surveys.get(key);
      const survey = addTool(before, tool, event.timeMs);
      surveys.set(key, survey);
      if (survey.isReported && before?.isReported !== true) found ??= { survey, depth };
    }
    if (found === undefined) return;
    const { survey, depth } = found;
    const user = event.value('process.user') ?? 'somebody';
    const tools = survey.tools.join(', ');
    emit({
      message: `${user} looked around from ${paths[depth] ?? 'a process'}: ${tools}`,
      fields: { tools, pid: pids[depth] ?? 0 },
      count: survey.tools.length,
    });
  },
});

function addTool(known: Survey | undefined, tool: string, nowMs: number): Survey {
  const isOver = known === undefined || nowMs - known.sinceMs > SPAN_MS;
  const before = isOver ? { sinceMs: nowMs, tools: [], isReported: false } : known;
  const tools = [...new Set([...before.tools, tool])];
  return { ...before, tools, isReported: before.isReported || tools.length >= TOOLS_MIN };
}
