/** How much agents write into the status of a policy: objects have to fit into 1.5 MiB of etcd. */

/** Nodes that have an entry; the schema holds it. With the largest entry they are 800 KiB. */
export const ENTRIES_MAX = 400;

/**
 * With so many entries, nodes where all is well add none. Every node that watches policies is sent
 * the whole object for each entry that is written, so that entries for all would cost the square.
 */
export const HEALTHY_ENTRIES_MAX = 100;

/** Of one entry, as JSON. */
export const ENTRY_BYTES_MAX = 2048;

/** Text of an error, in characters. */
export const ERROR_TEXT_MAX = 512;

/** Names of attached hooks in an entry. */
export const HOOKS_LISTED_MAX = 8;

/** Of one of them, and of a place in a policy, in characters. */
export const HOOK_TEXT_MAX = 96;
