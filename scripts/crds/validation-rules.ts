/** What API servers check of policies beyond types: a few rules that need no kernel to answer. */
import type { Additions, CelRule } from './structural-schema.ts';

const EXPRESSION: readonly CelRule[] = [
  {
    rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
    message: '`In` and `NotIn` need at least one value, `Exists` and `DoesNotExist` take none',
  },
];

const UPROBE: readonly CelRule[] = [
  {
    rule:
      '(has(self.symbols) && size(self.symbols) > 0 ? 1 : 0) + ' +
      '(has(self.offsets) && size(self.offsets) > 0 ? 1 : 0) + ' +
      '(has(self.addrs) && size(self.addrs) > 0 ? 1 : 0) == 1',
    message: 'a uprobes entry has exactly one of `symbols`, `offsets` and `addrs`',
  },
];

/** With all three selectors empty, the scope is every process again. */
const LOADER: CelRule = {
  rule:
    '!has(self.loader) || !self.loader || ((has(self.podSelector) ? 1 : 0) + ' +
    '(has(self.containerSelector) ? 1 : 0) + (has(self.hostSelector) ? 1 : 0)) in [0, 3]',
  message: '`loader` reports every process of the node, and the policy is for some only',
};

const SELECTORS = ['podSelector', 'containerSelector', 'hostSelector'];

/** Of both kinds. */
const NEVER_NULL = ['values', 'symbols', 'offsets', 'addrs', 'loader', ...SELECTORS];

export const CLUSTER_ADDITIONS: Additions = {
  rules: {
    'an expression': EXPRESSION,
    'a uprobes entry': UPROBE,
    'the spec': [LOADER],
    hostSelector: [
      {
        rule: 'size(self) == 0',
        message:
          'hostSelector is `{}` or absent; to choose nodes by their labels, use nodeSelector',
      },
    ],
  },
  neverNull: NEVER_NULL,
  forbidden: {},
  descriptions: {},
};

const CLUSTER_ONLY = 'Of the kind TracingPolicy only; a policy of a namespace cannot have it.';

export const NAMESPACED_ADDITIONS: Additions = {
  rules: {
    'an expression': EXPRESSION,
    'the spec': [
      {
        rule: '!has(self.hostSelector)',
        message: 'a policy of a namespace applies to its pods only and takes no hostSelector',
      },
      {
        rule: '!has(self.loader) || !self.loader',
        message: '`loader` reports every process of the node, and the policy is for some only',
      },
    ],
  },
  neverNull: [...NEVER_NULL, 'uprobes', 'usdts'],
  forbidden: {
    uprobes: 'a policy of a namespace cannot have `uprobes`; use the kind TracingPolicy',
    usdts: 'a policy of a namespace cannot have `usdts`; use the kind TracingPolicy',
  },
  descriptions: {
    hostSelector: CLUSTER_ONLY,
    loader: CLUSTER_ONLY,
    uprobes: CLUSTER_ONLY,
    usdts: CLUSTER_ONLY,
  },
};
