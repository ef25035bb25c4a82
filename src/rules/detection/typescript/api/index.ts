/** What detectors in TypeScript are written with; their files import it as `warder/detector`. */
export { type Detector, defineDetector } from './detector.ts';
export type { DetectorEvent, DetectorField, DetectorValue, Emission, Emit } from './event.ts';
export {
  type DetectorState,
  type Plain,
  type StateDeclaration,
  type Table,
  type TableBounds,
  type TableDeclaration,
  table,
} from './table.ts';
