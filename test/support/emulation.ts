/** Whether this is an emulated machine, where time is not that of the instructions. */
import { readFileSync } from 'node:fs';

export const isEmulated: boolean = readFileSync('/proc/cpuinfo', 'utf8').includes('QEMU TCG');
