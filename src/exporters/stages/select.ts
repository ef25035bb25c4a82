/** Which messages a destination is sent: the routes of the delivery side. */
import type { MessageKind, OutboundMessage } from '../../model/delivery.ts';
import { FINDING_LEVELS, type FindingLevel } from '../../model/finding.ts';

/** Every condition that is given has to hold. */
export interface Route {
  readonly kinds?: readonly MessageKind[] | undefined;
  readonly severityMin?: FindingLevel | undefined;
  /** An empty text means messages that are of no pod. */
  readonly namespaces?: readonly string[] | undefined;
  readonly rules?: readonly string[] | undefined;
}

export function createRoute(route: Route): (message: OutboundMessage) => boolean {
  const { kinds, severityMin, namespaces, rules } = route;
  const least = severityMin === undefined ? 0 : FINDING_LEVELS.indexOf(severityMin);
  return (message) =>
    (kinds === undefined || kinds.includes(message.kind)) &&
    FINDING_LEVELS.indexOf(message.severity) >= least &&
    (namespaces === undefined || namespaces.includes(message.namespace)) &&
    (rules === undefined || rules.includes(message.rule));
}
