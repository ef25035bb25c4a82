/** Sizes and layout hashes of the wire format. Generated from the kernel side's BTF. */

/** Bytes of each struct. */
export const STRUCT_SIZES = {
  RECORD_HEADER: 40,
  EXEC_RECORD: 240,
  FORK_RECORD: 64,
  EXIT_RECORD: 48,
  ARGUMENT_RECORD: 16,
  HOOK_RECORD: 264,
  SELECTOR_SET: 64,
  SELECTOR_ROW: 8,
  DIMENSION_CONFIG: 160,
  HOOK_CONFIG: 704,
  NUMBER_KEY: 16,
  TEXT_KEY_SMALL: 68,
  TEXT_KEY_MEDIUM: 260,
  TEXT_KEY_LARGE: 4100,
  AFFIX_KEY: 260,
  AFFIX_ROW: 72,
  RANGE_KEY: 16,
  BINARY_KEY: 256,
  LOSS_KEY: 24,
  HOOK_COUNTERS_ROW: 40,
} as const;

/** Structural hash of each struct, by its name in C. */
export const LAYOUT_HASHES: Readonly<Record<string, string>> = {
  record_header: '87477292ceec6274',
  exec_record: '997ccbd8c2575e29',
  fork_record: 'f2447df4002217da',
  exit_record: '21214188fec594d9',
  argument_record: 'dd80b8c2edd05da6',
  hook_record: '23e207f7c24a2696',
  selector_set: 'a5300d99b3b3bea8',
  selector_row: 'be3cc04245b02365',
  dimension_config: '3363c69a44a8179a',
  hook_config: '44badac2408b679f',
  number_key: '85186ecaa82cc37c',
  text_key_small: 'fae4385050f6f0e6',
  text_key_medium: '522e41f7e90a2122',
  text_key_large: 'c40c587244d08cfe',
  affix_key: '979371f56b47f9ce',
  affix_row: '6f00aebbf74132e1',
  range_key: '6e10054617d15ed1',
  binary_key: '94b19f822d3c145f',
  loss_key: 'ca85995d81d4cd44',
  hook_counters_row: '71921a00a5dcf0f6',
};
