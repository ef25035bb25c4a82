/** Whether a process is about to end. */
import { readFileSync } from 'node:fs';

/** Of /proc/PID/stat, counted from the state. */
const [FLAGS, PENDING] = [6, 28] as const;

const PF_EXITING = 0x4;
const SIGKILL_PENDING = 1 << 8;

/**
 * It was sent SIGKILL, or ends already. Whoever lives on, or has the pid of who has ended, is not
 * meant.
 */
export function isDying(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const { [FLAGS]: flags = 0, [PENDING]: pending = 0 } = fields;
    return (flags & PF_EXITING) !== 0 || (pending & SIGKILL_PENDING) !== 0;
  } catch {
    return false;
  }
}
