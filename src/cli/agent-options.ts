/** What starting an agent takes, and what a started one is. */
import type { AgentApi, LineListener, RuleReloadResult } from '../model/agent-api.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Logger } from '../model/log.ts';
import type { DetectionRule } from '../rules/index.ts';
import type { DeliverySetup } from './delivery/delivery-setup.ts';
import type { PersistenceOptions } from './persistence/persistence.ts';

/** A file of policies, read but not parsed. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
}

/** What detections look for, which can be another while the agent runs. */
export interface DetectionSetup {
  /** None: nothing is looked for. */
  readonly rules: readonly DetectionRule[];
  /** Files of detectors in TypeScript, one each. */
  readonly detectorFiles: readonly string[];
  /** Of each rule that says nothing else; Infinity: all go out. */
  readonly findingsPerSecond: number;
}

/** A setup as it was read, and what was said of its files. */
export interface ReadDetections {
  readonly setup: DetectionSetup;
  readonly files: readonly FileDiagnostics[];
}

/** Reads rules, exceptions, responses and detectors as they are now. May throw a CodedError. */
export type ReadRules = () => Promise<ReadDetections>;

export interface AgentOptions extends DetectionSetup {
  readonly policyFiles: readonly PolicyFile[];
  /** Watched for policy files, if it is there. */
  readonly policyDirectory: string | undefined;
  readonly nodeName: string;
  readonly clusterName: string;
  /** Path of a kubeconfig; undefined: what a pod finds, if it is one; null: no cluster. */
  readonly kubeconfig: string | undefined | null;
  /** What is in force after rules were read again. */
  readonly readDetections: ReadRules;
  /** Where no API server says them; undefined: nobody knows them. */
  readonly nodeLabels: Readonly<Record<string, string>> | undefined;
  readonly logger: Logger;
  /** Turns the kernel's run-time statistics of BPF programs on. */
  readonly hasHookTime: boolean;
  /** Events give the addresses of stacks, which tell where the kernel is in memory. */
  readonly exposesStackAddresses: boolean;
  /** Requests of policies may go to this machine and to link-local addresses. */
  readonly allowsLocalRequests: boolean;
  /** Asked for DnsLookup, as `address` or `address:port`; those of the system when undefined. */
  readonly dnsServers: readonly string[] | undefined;
  /** Where what enforces outlives the agent; without it, it ends with the agent. */
  readonly persistence: PersistenceOptions | undefined;
  /** What enforces stays in force after an ordered end too. */
  readonly keepsEnforcement: boolean;
  /** Where alerts and events are sent; undefined: nowhere. */
  readonly delivery: DeliverySetup | undefined;
  /** JSON lines of events. */
  readonly onLines: LineListener;
  /** Told once when the rings can no longer be read; the agent cannot go on. */
  onFailure(error: unknown): void;
}

/** What the checks said about one policy file; a file with errors is not in force. */
export interface FileDiagnostics extends PolicyFile {
  readonly diagnostics: readonly Diagnostic[];
}

export interface Agent extends AgentApi {
  readonly diagnostics: readonly FileDiagnostics[];
  /** Another setup of delivery from now on. Rejects, and the one before stays. */
  changeDelivery(setup: DeliverySetup): Promise<void>;
  /** As the one of the API, of files that are read in another way. */
  reloadRules(read?: ReadRules): Promise<RuleReloadResult>;
  /** Detaches everything, hands out what was still waiting, and keeps the last stats. */
  close(): Promise<void>;
}
