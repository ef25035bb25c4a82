/** Tags of rules that name tactics and techniques of ATT&CK. */
import type { AttackTechnique } from '../../../model/finding.ts';

/** `mitre_execution`, `T1059`, `T1059.004`. */
export function readTechnique(tag: string): readonly AttackTechnique[] {
  if (/^T\d{4}(\.\d{3})?$/i.test(tag)) return [{ kind: 'technique', id: tag.toUpperCase() }];
  const [, tactic] = /^mitre_(.+)$/.exec(tag) ?? [];
  return tactic === undefined ? [] : [{ kind: 'tactic', id: tactic.replaceAll('_', '-') }];
}
