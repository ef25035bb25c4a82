/** What a starting agent says about itself. */
import type { KernelReport } from '../../model/capability.ts';
import type { PolicyStatus } from '../../model/policy.ts';
import type { HookCount } from '../../model/stats.ts';
import { type Paint, printable } from '../style.ts';
import { plural } from './diagnostics.ts';
import { kernelName, renderCapabilities } from './kernel.ts';
import { renderPolicies, summarisePolicies } from './policies.ts';

export interface BannerFacts {
  readonly version: string;
  readonly kernel: KernelReport;
  readonly policies: readonly PolicyStatus[];
  readonly hooks: readonly HookCount[];
  /** Where the API listens. */
  readonly address: string;
}

/** Lines without ends; the last one is the word `armed`, for those who wait for it. */
export function renderBanner(facts: BannerFacts, paint: Paint, columns: number): readonly string[] {
  const { version, kernel, policies, hooks, address } = facts;
  const { missingPrivileges } = kernel;
  return [
    `${paint('bold', `Warder ${version}`)} on ${kernelName(kernel)}`,
    'capabilities',
    ...renderCapabilities(kernel, paint, { columns, explains: false }),
    ...(missingPrivileges.length === 0
      ? []
      : [`  ${paint('yellow', `missing privileges: ${missingPrivileges.join(', ')}`)}`]),
    'sensors',
    ...renderSensors(hooks),
    `policies: ${summarisePolicies(policies)}`,
    ...renderPolicies(policies, paint, columns),
    `api: ${printable(address)}`,
    paint('green', 'armed'),
  ];
}

function renderSensors(hooks: readonly HookCount[]): readonly string[] {
  const width = Math.max('process'.length, ...hooks.map(({ hook }) => printable(hook).length));
  return [
    `  ${'process'.padEnd(width)}  exec, fork, exit`,
    ...hooks.map(({ hook, method, policies, selectors }) => {
      const names = policies.map(printable).join(', ');
      const from = selectors === 0 ? names : `${plural(selectors, 'selector')} of ${names}`;
      return `  ${printable(hook).padEnd(width)}  ${printable(method)}, ${from}`;
    }),
  ];
}
