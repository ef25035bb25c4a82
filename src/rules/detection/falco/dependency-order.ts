/** In which order things that need each other can be made. */

/** An order in which what is needed comes first, and what has none. */
export interface DependencyOrder {
  readonly order: readonly string[];
  /** Members of circles, and what needs one of them. */
  readonly endless: ReadonlySet<string>;
}

/**
 * Orders names by what they need; needs that are no names are passed over. It takes no stack,
 * however long the chains are.
 */
export function orderByNeed(needs: ReadonlyMap<string, readonly string[]>): DependencyOrder {
  const missing = new Map<string, number>();
  const neededBy = new Map<string, string[]>();
  for (const [name, all] of needs) {
    const known = new Set(all.filter((need) => needs.has(need)));
    missing.set(name, known.size);
    for (const need of known) {
      const users = neededBy.get(need) ?? [];
      users.push(name);
      neededBy.set(need, users);
    }
  }
  const order = [...missing].filter(([, count]) => count === 0).map(([name]) => name);
  for (const name of order) {
    for (const user of neededBy.get(name) ?? []) {
      const left = (missing.get(user) ?? 0) - 1;
      missing.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  const reached = new Set(order);
  return { order, endless: new Set([...needs.keys()].filter((name) => !reached.has(name))) };
}
