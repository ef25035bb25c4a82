/** A file that is executed by the same family of processes that has just written it. */
import { defineDetector, table } from 'warder/detector';

/** Who wrote a file. */
interface Writer {
  readonly path: string;
  /** The process and those that it comes from, without the first of the machine. */
  readonly family: readonly number[];
  readonly timeMs: number;
}

const SPAN_MS = 60_000;
/** How far up a common ancestor may be. */
const ANCESTORS = 3;

/** Programs whose business it is to make programs. */
const MAKERS: ReadonlySet<string> = new Set([
  ...[
    'ar',
    'as',
    'cargo',
    'cc1',
    'clang',
    'cmake',
    'collect2',
    'dpkg',
    'gcc',
    'go',
    'ld',
    'ld.bfd',
  ],
  ...['ld.gold', 'ld.lld', 'link', 'make', 'mold', 'ninja', 'objcopy', 'rpm', 'rustc', 'strip'],
]);

export default defineDetector({
  id: 'warder.written-then-executed',
  title: 'A file is executed by those who have just written it',
  level: 'high',
  description:
    'What is fetched and run at once is how tools of an intruder get onto a machine: the downloader ' +
    'and the program have the same parent. Compilers and package managers are left out.',
  attack: ['T1105', 'TA0002'],
  falsePositives: ['Installers that unpack themselves', 'Build systems other than the usual ones'],
  runbook:
    'Keep a copy of the file, and look where it came from: the writer is named in the finding. If it ' +
    'came from the network, stop the process tree and look for others that did the same.',
  version: '1',
  inputs: ['file.open', 'process.exec'],
  fields: [
    'container.id',
    'file.path',
    'file.flags',
    'process.pid',
    'process.name',
    'process.exe.path',
    'ancestors.pid',
  ],
  only: { 'file.open': { 'file.flags': ['write', 'create'] } },
  state: {
    writers: table<Writer>({ entriesMax: 8192, forgetAfterMs: SPAN_MS }),
  },

  detect(event, { writers }, emit) {
    const container = event.value('container.id') ?? '';
    const [path = ''] = event.value('process.exe.path') ?? [];
    const own = event.value('process.pid') ?? 0;
    const pids = [own, ...(event.value('ancestors.pid')?.slice(0, ANCESTORS) ?? [])];
    const family = pids.filter((pid) => pid > 1);
    if (event.class === 'file.open') {
      const written = event.value('file.path') ?? '';
      if (written === '' || event.value('process.name')?.some((name) => MAKERS.has(name))) return;
      writers.set(`${container} ${written}`, { path, family, timeMs: event.timeMs });
      return;
    }
    const writer = writers.get(`${container} ${path}`);
    if (writer === undefined || !writer.family.some((pid) => family.includes(pid))) return;
    writers.delete(`${container} ${path}`);
    const seconds = Math.round((event.timeMs - writer.timeMs) / 1000);
    emit({
      message: `${path} was executed ${seconds} s after ${writer.path} had written it`,
      fields: { writer: writer.path, seconds },
      count: 2,
    });
  },
});
