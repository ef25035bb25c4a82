/** Which class and activity of OCSF a deed is. */
import { DEEDS, type Deed } from '../reading/deeds.ts';
import type { Reading } from '../reading/read-message.ts';
import type { ClassName } from './classes.ts';

export interface Activity {
  readonly class: ClassName;
  readonly id: number;
  readonly name: string;
}

const OTHER = 99;

function activity(className: ClassName, id: number, name: string): Activity {
  return { class: className, id, name };
}

/** Of deeds with an activity of their own. */
const ACTIVITIES: Readonly<Partial<Record<Deed, Activity>>> = {
  'process.exec': activity('launch', 1, 'Launch'),
  'process.exit': activity('process', 2, 'Terminate'),
  'process.credentials': activity('process', 5, 'Set User ID'),
  'process.ptrace': activity('other_process', 3, 'Open'),
  'process.memory': activity('other_process', 4, 'Inject'),
  'process.signal': activity('other_process', OTHER, 'Signal'),
  'file.create': activity('file', 1, 'Create'),
  'file.mkdir': activity('file', 1, 'Create'),
  'file.link': activity('file', 1, 'Create'),
  'file.symlink': activity('file', 1, 'Create'),
  'file.read': activity('file', 2, 'Read'),
  'file.write': activity('file', 3, 'Update'),
  'file.unlink': activity('file', 4, 'Delete'),
  'file.rmdir': activity('file', 4, 'Delete'),
  'file.rename': activity('rename', 5, 'Rename'),
  'file.mode': activity('file', 7, 'Set Security'),
  'file.owner': activity('file', 7, 'Set Security'),
  'file.mount': activity('file', 12, 'Mount'),
  'file.open': activity('file', 14, 'Open'),
  'file.other': activity('file', OTHER, 'Other'),
  'network.connect': activity('network', 1, 'Open'),
  'network.accept': activity('network', 1, 'Open'),
  'network.close': activity('network', 2, 'Close'),
  'network.send': activity('network', 6, 'Traffic'),
  'network.listen': activity('network', 7, 'Listen'),
  'network.bind': activity('network', OTHER, 'Bind'),
  'network.other': activity('network', OTHER, 'Other'),
  'dns.query': activity('dns', 1, 'Query'),
  'dns.answer': activity('dns', 2, 'Response'),
  finding: activity('finding', 1, 'Create'),
};

const CLOSE = activity('finding', 3, 'Close');
const UPDATE = activity('finding', 2, 'Update');

/** The other deeds are of the base class, under their own names. */
export function activityOf({ deed, values }: Reading): Activity {
  if (deed === 'alert') {
    if (values['finding.state'] === 'resolved') return CLOSE;
    return values['message.kind'] === 'alert_update' ? UPDATE : activity('finding', 1, 'Create');
  }
  if (deed === 'response') return remediationOf(String(values['response.kind'] ?? ''));
  return ACTIVITIES[deed] ?? baseActivity(deed);
}

/** What is written when the class of a deed lacks what it needs. */
export function baseActivity(deed: Deed): Activity {
  return activity('base', OTHER, deed);
}

function remediationOf(response: string): Activity {
  if (response.startsWith('quarantine_')) return activity('remediation', 1, 'Isolate');
  if (response.startsWith('kill_')) return activity('remediation', 2, 'Evict');
  return response === 'signal'
    ? activity('remediation', OTHER, 'Signal')
    : baseActivity('response');
}

/** For the reference: deeds by class and activity. */
export function listActivities(): readonly (readonly [Deed, Activity])[] {
  const deeds = Object.keys(DEEDS) as readonly Deed[];
  return deeds
    .filter((deed) => deed !== 'alert' && deed !== 'response')
    .map((deed) => [deed, ACTIVITIES[deed] ?? baseActivity(deed)]);
}
