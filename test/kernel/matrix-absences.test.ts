/** Types that no hook of a section passes: the checker refuses them on every hook there is. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { KernelBtfTypes } from '../../src/engine/btf/index.ts';
import type { KernelParameter } from '../../src/model/kernel-types.ts';
import { compilePolicies } from '../../src/rules/policy/index.ts';
import { ABSENCES } from '../support/matrix/absences.ts';
import { requireCapability } from '../support/require-capability.ts';

const EVENTS = '/sys/kernel/tracing/events';
const LSM_PREFIX = 'bpf_lsm_';
const HOOKS_MAX = 5000;

const KERNEL = new KernelBtfTypes();

/** One parameter of a hook. */
interface Place {
  readonly name: string;
  readonly entry: string;
  readonly index: number;
  readonly declared: string;
}

function placesOf(
  name: string,
  entry: string,
  parameters: readonly KernelParameter[] | undefined,
): readonly Place[] {
  // Six registers carry arguments; more cannot be read.
  return (parameters ?? [])
    .slice(0, 6)
    .map(({ type }, index) => ({ name, entry, index, declared: type }));
}

function lsmPlaces(): readonly Place[] {
  return KERNEL.functionsWithPrefix(LSM_PREFIX, HOOKS_MAX).flatMap((name) => {
    const hook = name.slice(LSM_PREFIX.length);
    return placesOf(hook, `hook: ${hook}`, KERNEL.functionParameters(name));
  });
}

function tracepointPlaces(): readonly Place[] {
  return readdirSync(EVENTS).flatMap((subsystem) =>
    (KERNEL.tracepointNames(subsystem) ?? []).flatMap((name) =>
      placesOf(
        name,
        `subsystem: ${subsystem}, event: ${name}, raw: true`,
        KERNEL.rawTracepointParameters(name),
      ),
    ),
  );
}

const PLACES = { lsmhooks: lsmPlaces, tracepoints: tracepointPlaces } as const;

/** One of each spelling, as that is what the checker goes by. */
function distinct(places: readonly Place[]): readonly Place[] {
  const found = new Map<string, Place>();
  for (const place of places) {
    if (!found.has(place.declared)) found.set(place.declared, place);
  }
  return [...found.values()];
}

/** Hooks on which the checker lets the type through. */
function accepting(section: string, type: string, places: readonly Place[]): readonly string[] {
  return places
    .filter(({ entry, index }) => {
      const text = `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: absence}
spec: {${section}: [{${entry}, args: [{index: ${index}, type: ${type}}]}]}`;
      const { diagnostics } = compilePolicies(text, 'absence.yaml', { kernel: KERNEL });
      return !diagnostics.some(({ code }) => code === 'POLICY_ARGUMENT_TYPE');
    })
    .map(({ name }) => name);
}

describe('the empty cells of the matrix', () => {
  for (const { section, types, except } of ABSENCES) {
    it(`are refused on every hook of ${section}: ${types.join(', ')}`, (t) => {
      const tracefs = { available: existsSync(EVENTS), detail: 'not mounted' };
      if (section === 'tracepoints' && !requireCapability(t, 'tracefs', tracefs)) return;
      const all = PLACES[section as keyof typeof PLACES]();
      const places = distinct(all);
      const [first] = types;
      assert.ok(places.length > 50, `only ${places.length} types of parameters were found`);
      // The question is one that can be answered otherwise.
      assert.ok(accepting(section, 'string', places).length > 0, first);

      const found = types.flatMap((type) => accepting(section, type, places));

      assert.deepStrictEqual(
        found.filter((name) => !except.includes(name)),
        [],
      );
    });
  }
});
