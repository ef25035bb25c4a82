/**
 * Recordings: events as lines of JSON. What many events share, which are processes and workloads,
 * has a line of its own, once, before the first event of it; events name it by number.
 *
 *     {"warder":"recording","version":1,"node":…,"boot":…,"startedAt":…}   the first line
 *     {"process":{…}}                                                      numbered from 0
 *     {"workload":{…}}                                                     numbered from 0
 *     [class, sequence, time ns, tid, process, [ancestors], workload, syscall, facts]
 *
 * Numbers of 64 bits are texts. A workload or syscall that is not known is null.
 */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Process } from '../../../model/event.ts';
import type { Workload } from '../../../model/workload.ts';

export const RECORDING_VERSION = 1;

/** What a recording says of itself. */
export interface RecordingHead {
  readonly node: string;
  readonly cluster: string;
  /** Boot id of the kernel. */
  readonly boot: string;
  /** Milliseconds since the Unix epoch at CLOCK_BOOTTIME 0. */
  readonly bootTimeMs: number;
}

/** Processes and workloads remembered; after that many all are written again when they occur. */
const REMEMBERED_MAX = 65_536;

/** Writes events one after the other. Memory is bounded; a recording can be of any length. */
export class RecordingEncoder {
  readonly #processes = new Map<Process, number>();
  readonly #workloads = new Map<Workload, number>();
  #processCount = 0;
  #workloadCount = 0;

  /** First line, with its line break. */
  head(head: RecordingHead): string {
    return line({ warder: 'recording', version: RECORDING_VERSION, ...head });
  }

  /** The lines of one event, with line breaks. */
  encode(event: DetectionEvent): string {
    const lines: string[] = [];
    const process = this.#processNumber(event.process, lines);
    const ancestors = event.ancestors.map((ancestor) => this.#processNumber(ancestor, lines));
    const workload = event.workload && this.#workloadNumber(event.workload, lines);
    const { class: eventClass, sequence, timeNs, tid, syscall, facts } = event;
    lines.push(
      line([
        ...[eventClass, sequence, String(timeNs), tid, process, ancestors],
        ...[workload ?? null, syscall ?? null, facts],
      ]),
    );
    return lines.join('');
  }

  #processNumber(process: Process, lines: string[]): number {
    const known = this.#processes.get(process);
    if (known !== undefined) return known;
    if (this.#processes.size >= REMEMBERED_MAX) this.#processes.clear();
    lines.push(line({ process: encodeProcess(process) }));
    this.#processes.set(process, this.#processCount);
    this.#processCount += 1;
    return this.#processCount - 1;
  }

  #workloadNumber(workload: Workload, lines: string[]): number {
    const known = this.#workloads.get(workload);
    if (known !== undefined) return known;
    if (this.#workloads.size >= REMEMBERED_MAX) this.#workloads.clear();
    lines.push(line({ workload }));
    this.#workloads.set(workload, this.#workloadCount);
    this.#workloadCount += 1;
    return this.#workloadCount - 1;
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function encodeProcess(process: Process): unknown {
  const { executable, credentials } = process;
  return {
    ...process,
    startNs: String(process.startNs),
    imageTimeNs: String(process.imageTimeNs),
    cgroupId: String(process.cgroupId),
    executable: { ...executable, inode: String(executable.inode) },
    credentials: {
      ...credentials,
      capPermitted: String(credentials.capPermitted),
      capEffective: String(credentials.capEffective),
      capInheritable: String(credentials.capInheritable),
    },
  };
}
