/** What agents write about a policy, as a schema. Nothing is required: older statuses are read. */
import {
  ENTRIES_MAX,
  ERROR_TEXT_MAX,
  HOOK_TEXT_MAX,
  HOOKS_LISTED_MAX,
} from '../../src/kubernetes/status/status-bounds.ts';
import type { Structural } from './structural-schema.ts';

const TIME: Structural = { type: 'string', format: 'date-time' };
const COUNT: Structural = { type: 'integer', format: 'int32', minimum: 0 };

function text(description: string, maxLength: number): Structural {
  return { type: 'string', description, maxLength };
}

const GENERATION: Structural = {
  type: 'integer',
  format: 'int64',
  description: 'The `metadata.generation` that this is about.',
};

const ERROR: Structural = {
  type: 'object',
  description: 'Why the policy is not in force there, or not wholly.',
  properties: {
    code: text('Code of the error, as in the reference of errors.', 64),
    message: text('What is wrong, shortened.', ERROR_TEXT_MAX),
    place: text('Where in the policy, as far as it has a place: a field or a hook.', HOOK_TEXT_MAX),
  },
};

const NODE: Structural = {
  type: 'object',
  // A node writes its entry whole, and nobody else does.
  'x-kubernetes-map-type': 'atomic',
  properties: {
    state: text(
      '`enabled`, `partially_enabled`, `disabled`, `load_error`, or `skipped` by nodeSelector.',
      32,
    ),
    mode: text('`enforce`, `monitor`, or `monitor_only` when no action enforces.', 32),
    observedGeneration: GENERATION,
    lastTransitionTime: { description: 'When the state became what it is.', ...TIME },
    attached: { description: 'How many hooks of the policy are attached.', ...COUNT },
    hooks: { description: 'How many hooks the policy has there.', ...COUNT },
    attachedHooks: {
      type: 'array',
      description: 'The first of them, with how they are attached.',
      maxItems: HOOKS_LISTED_MAX,
      items: { type: 'string', maxLength: HOOK_TEXT_MAX },
    },
    matchedPods: { description: 'How many pods of the node the policy applies to.', ...COUNT },
    error: ERROR,
  },
};

const CONDITION: Structural = {
  type: 'object',
  properties: {
    type: text('`Loaded`.', 64),
    status: text('`True`, `False` or `Unknown`.', 16),
    reason: text('One word for programs.', 64),
    message: text('A sentence for people.', 1024),
    observedGeneration: GENERATION,
    lastTransitionTime: { description: 'When `status` became what it is.', ...TIME },
  },
};

/** The field `status` of both kinds. */
export const STATUS_SCHEMA: Structural = {
  type: 'object',
  description: 'What became of the policy. Agents write it.',
  properties: {
    conditions: {
      type: 'array',
      description: '`Loaded` is true when every node that answered has the policy in force.',
      'x-kubernetes-list-type': 'atomic',
      maxItems: 8,
      items: CONDITION,
    },
    summary: {
      type: 'object',
      description: 'The entries of the nodes in a few words.',
      properties: {
        nodes: text('On how many nodes the policy is in force, of those with an entry: `2/3`.', 32),
        mode: text('Of the nodes; `mixed` when they differ.', 32),
        generation: GENERATION,
        since: { description: 'When that generation was heard of first.', ...TIME },
      },
    },
    nodes: {
      type: 'object',
      description:
        'What each node says, by its name. In large clusters not every node where all is well ' +
        'has an entry.',
      maxProperties: ENTRIES_MAX,
      additionalProperties: NODE,
    },
  },
};
