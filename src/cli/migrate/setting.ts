/** A key of Tetragon with its value, as it was found. */

export interface Setting {
  /** As its flag, without the dashes. */
  readonly name: string;
  readonly value: string;
  /** Where it stood: `--name`, a file, or a path of Helm's values. */
  readonly from: string;
}

/** What was found in one place. */
export interface Found {
  readonly settings: readonly Setting[];
  /** Parts that are not about the daemon. */
  readonly others: readonly { readonly from: string; readonly reason: string }[];
}
