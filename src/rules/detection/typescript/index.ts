/** Detectors in TypeScript: the host that runs them in a thread of their own. */
export type { DetectorCounts, DetectorState } from './detector-counts.ts';
export { DetectorHost, type DetectorHostOptions, type LoadedDetectors } from './detector-host.ts';
export type { DetectorHead, LoadProblem } from './head.ts';
export type { DetectorLimits } from './limits.ts';
export { listDetectors } from './list-detectors.ts';
export { rulesOfDetectors } from './wanted-events.ts';
