/** Bounds of the kernel side. Generated from limits.h, which has the reasons. */

export const RECORD_SIZE_MAX = 65528;
export const ARGV_SIZE_MAX = 49152;
export const PATH_SIZE_MAX = 4096;
export const PATH_DEPTH_MAX = 2048;
export const NAME_SIZE_MAX = 255;
export const FUNCTION_ARGUMENTS_MAX = 6;
export const HOOK_ARGUMENTS_MAX = 8;
export const SELECTOR_WORDS_MAX = 8;
export const SELECTORS_MAX = 512;
export const SAME_POLICY_STEPS = 6;
export const DIMENSIONS_MAX = 48;
export const TEXT_CLASS_SMALL = 64;
export const TEXT_CLASS_MEDIUM = 256;
export const TEXT_CLASS_LARGE = 4096;
export const AFFIX_SIZE_MAX = 252;
export const AFFIX_PIECES_MAX = 17;
export const AUTOMATON_CELLS_MAX = 1048576;
export const BINARY_PATH_SIZE = 256;
export const LINEAGE_IDS_MAX = 256;
export const LINEAGE_DEPTH_MAX = 64;
export const SYSCALLS_MAX = 512;
export const SCRATCH_SLOTS_PER_CPU = 4;
export const SCRATCH_TRIES_MAX = 16;
export const RING_BULK_SIZE = 8388608;
export const RING_URGENT_SIZE = 1048576;
export const RING_WAKE_BYTES = 262144;
