/** Parts of an agent as its options ask for them. */
import {
  type BaseSensor,
  clockOffsetNs,
  PolicySensors,
  type PolicySensorsOptions,
  RING_ORDER,
  RingReader,
} from '../engine/index.ts';
import { EventEncoder, RequestQueue } from '../exporters/index.ts';
import type { BootClock } from '../model/clock.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentPolicies } from './agent-policies.ts';
import { DeliveryPart, type DeliveryPartOptions } from './delivery/delivery-part.ts';
import { NodeIdentity, type NodeIdentityOptions } from './node-identity.ts';
import { objectDirectory } from './paths.ts';
import { bootId, openPersistence, type Persistence } from './persistence/persistence.ts';
import { reportStatuses } from './policy-reports.ts';

/** How often the offset to the wall clock is measured again: it is stepped now and then. */
const CLOCK_REFRESH_MS = 60_000;

/** Keeps the clock right, until the timer is cleared. */
export function refreshClock(clock: BootClock): NodeJS.Timeout {
  return setInterval(() => clock.refresh(clockOffsetNs()), CLOCK_REFRESH_MS).unref();
}

/** Turns events into lines. */
export function createEncoder(options: AgentOptions, clock: BootClock): EventEncoder {
  const { nodeName, clusterName, exposesStackAddresses: stackAddresses } = options;
  const shown = { clock, credentials: false, extensions: true };
  return new EventEncoder({ nodeName, clusterName, stackAddresses, ...shown });
}

/** Goes on with what an earlier agent said of containers. */
export function openIdentity(
  options: Omit<NodeIdentityOptions, 'saved' | 'save'>,
  persistence: Persistence | undefined,
): NodeIdentity {
  const saved = persistence?.savedScopes;
  return new NodeIdentity({ ...options, saved, save: (all) => persistence?.saveScopes(all) });
}

/** What the sensors of policies are made of, besides what an earlier agent left. */
interface PolicyParts
  extends Pick<PolicySensorsOptions, 'kernel' | 'types' | 'logger' | 'scopes' | 'endTrees'> {
  readonly base: BaseSensor;
}

/** Goes on with the hooks that an earlier agent pinned. */
export function openPolicies(
  { base, ...parts }: PolicyParts,
  persistence: Persistence | undefined,
): PolicySensors {
  return new PolicySensors({
    ...parts,
    objectDirectory: objectDirectory(),
    shared: base.maps,
    pins: persistence?.pins,
    savedHooks: persistence?.savedHooks ?? [],
    seedLineage: () => base.seedLineage(),
    saveHook: (hook) => persistence?.saveHook(hook),
  });
}

/** Makes the requests of selectors. */
export function openRequests(options: AgentOptions): RequestQueue {
  const { logger, allowsLocalRequests, dnsServers } = options;
  return new RequestQueue({ logger, allowsLocal: allowsLocalRequests, dnsServers });
}

/** Where what enforces outlives the agent; undefined when it does not. */
export function openPins(options: AgentOptions, build: string): Persistence | undefined {
  const { persistence, logger } = options;
  return persistence && openPersistence(persistence, build, logger);
}

/** Reads both rings. */
export function openReader(base: BaseSensor, onWake: () => void): RingReader {
  const sources = [];
  sources[RING_ORDER.bulk] = { map: base.maps.ring_bulk };
  sources[RING_ORDER.urgent] = { map: base.maps.ring_urgent };
  return new RingReader(sources, { onWake });
}

interface DeliverySources {
  readonly base: BaseSensor;
  readonly sensors: PolicySensors;
  readonly policies: AgentPolicies;
}

/** What is sent to other systems. */
export function openDeliveryPart(
  options: Omit<DeliveryPartOptions, 'life' | 'policies' | 'alertOf'>,
  { base, sensors, policies }: DeliverySources,
): DeliveryPart {
  const part = new DeliveryPart({
    ...options,
    // A map is as old as its sequence numbers: with another one they begin anew.
    life: `${bootId()}-${base.maps.ring_bulk.info.id}`,
    policies: () => reportStatuses(sensors),
    alertOf: (name) => policies.alertOf(name),
  });
  policies.listen(() => part.policiesChanged());
  return part;
}
