/** The sections of hooks in a policy. */

export const SECTIONS = [
  'kprobes',
  'fentries',
  'lsmhooks',
  'tracepoints',
  'uprobes',
  'usdts',
] as const;

export type Section = (typeof SECTIONS)[number];
