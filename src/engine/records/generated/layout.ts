/** Sizes and layout hashes of the wire format. Generated from the BTF of the kernel side. */

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
  DIMENSION_CONFIG: 144,
  HOOK_CONFIG: 112,
  NUMBER_KEY: 16,
  TEXT_KEY_SMALL: 68,
  TEXT_KEY_MEDIUM: 260,
  TEXT_KEY_LARGE: 4100,
  AFFIX_KEY: 260,
  BINARY_KEY: 256,
  LOSS_KEY: 24,
  HOOK_COUNTERS_ROW: 40,
} as const;

/** Structural hash of each struct, by its name in C. */
export const LAYOUT_HASHES: Readonly<Record<string, string>> = {
  record_header: '7a1e1c43019770eb',
  exec_record: '01e77d1a2cd684e9',
  fork_record: '1d77a7ecba802634',
  exit_record: 'e739cf376e17fb85',
  argument_record: 'e03c30859d83f851',
  hook_record: '5c0116f14a9403f9',
  selector_set: '4674907f07c00feb',
  selector_row: '3816fcc3fc32c13d',
  dimension_config: '34b5d6e7b4de8ee3',
  hook_config: 'e97fef9f2cf2f371',
  number_key: '2871bf15faf3b26d',
  text_key_small: '18651bb45cd810c1',
  text_key_medium: '7b66a338f0f015a5',
  text_key_large: '58ba1bcc8a1dbd45',
  affix_key: '4711f794b65f1bde',
  binary_key: 'ea9dde38e380a88d',
  loss_key: '884c803a9813dd2e',
  hook_counters_row: '85ff6b6bb06be30e',
};
