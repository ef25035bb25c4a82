/** Values that match what the trigger passes, and twins that do not, by operator. */

/** The number and the text that the trigger program is told. */
export const NUMBER = 66;
export const TEXT = '/tmp/warder-matrix-target';

/** How an argument is compared. */
export type ValueKind = 'number' | 'text';

/** As a policy writes them. */
export interface Samples {
  readonly matching: string;
  readonly twin: string;
}

const NUMBERS: Readonly<Record<string, Samples>> = {
  Equal: { matching: '66', twin: '67' },
  NotEqual: { matching: '67', twin: '66' },
  Mask: { matching: '0x02', twin: '0x3d' },
  InRange: { matching: '60:66', twin: '67:70' },
  NotInRange: { matching: '67:70', twin: '60:66' },
  InMap: { matching: '66', twin: '67:70' },
  NotInMap: { matching: '67:70', twin: '66' },
  GT: { matching: '65', twin: '66' },
  LT: { matching: '67', twin: '66' },
};

const TEXTS: Readonly<Record<string, Samples>> = {
  Equal: { matching: TEXT, twin: `${TEXT}s` },
  NotEqual: { matching: `${TEXT}s`, twin: TEXT },
  Prefix: { matching: '/tmp/warder-m', twin: '/tmp/warder-n' },
  NotPrefix: { matching: '/tmp/warder-n', twin: '/tmp/warder-m' },
  Postfix: { matching: '-target', twin: '-targets' },
  NotPostfix: { matching: '-targets', twin: '-target' },
  SubString: { matching: 'matrix', twin: 'Matrix' },
  SubStringIgnCase: { matching: 'MATRIX', twin: 'MATRICES' },
  FileType: { matching: 'regular', twin: 'dir' },
  NotFileType: { matching: 'dir', twin: 'regular' },
};

/** Undefined for an operator that nobody wrote values for yet. */
export function samplesOf(kind: ValueKind, operator: string): Samples | undefined {
  return (kind === 'number' ? NUMBERS : TEXTS)[operator];
}
