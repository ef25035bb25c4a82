/** What tells sources of events from policies of users, without what sources are made of. */
import type { Event } from '../../../model/event.ts';

/** What begins the names of policies of sources; users' names cannot have it. */
export const SOURCE_PREFIX = 'warder:';

/** Whether the event is one of a source, which nobody but detections asked for. */
export function isOfSource(event: Event): boolean {
  if (event.kind === 'process_dns') return true;
  return 'policyName' in event && event.policyName.startsWith(SOURCE_PREFIX);
}
