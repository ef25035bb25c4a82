/** Ids of MITRE ATT&CK. */
import type { Value } from '../reading/values.ts';
import { isList } from './conversions.ts';

/** Ids of MITRE ATT&CK by what they name. */
export interface AttackIds {
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly subTechniques: readonly string[];
}

/** Ids of other forms are left out. A sub-technique is in a technique, which is not listed. */
export function attackIds(value: Value): AttackIds {
  const ids = isList(value) ? value : [];
  return {
    tactics: ids.filter((id) => /^TA\d{4}$/.test(id)),
    techniques: ids.filter((id) => /^T\d{4}$/.test(id)),
    subTechniques: ids.filter((id) => /^T\d{4}\.\d{3}$/.test(id)),
  };
}

/** The technique of a sub-technique: `T1059` of `T1059.004`. */
export function techniqueOf(subTechnique: string): string {
  return subTechnique.slice(0, subTechnique.indexOf('.'));
}
