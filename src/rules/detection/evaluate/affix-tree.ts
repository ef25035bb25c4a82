/** Finds which of many literals a text begins or ends with, in the length of the longest. */

interface Node {
  readonly next: Map<number, Node>;
  readonly ends: number[];
}

const emptyNode = (): Node => ({ next: new Map(), ends: [] });

/** A tree of prefixes, or of suffixes read from the end. */
export class AffixTree {
  readonly #root: Node = emptyNode();
  readonly #fromEnd: boolean;

  constructor(side: 'start' | 'end') {
    this.#fromEnd = side === 'end';
  }

  add(literal: string, number: number): void {
    let node = this.#root;
    for (let at = 0; at < literal.length; at += 1) {
      const unit = literal.charCodeAt(this.#fromEnd ? literal.length - 1 - at : at);
      let next = node.next.get(unit);
      if (next === undefined) {
        next = emptyNode();
        node.next.set(unit, next);
      }
      node = next;
    }
    node.ends.push(number);
  }

  find(text: string, onFound: (number: number) => void): void {
    let node: Node | undefined = this.#root;
    for (let at = 0; node !== undefined; at += 1) {
      for (const number of node.ends) onFound(number);
      if (at === text.length) return;
      node = node.next.get(text.charCodeAt(this.#fromEnd ? text.length - 1 - at : at));
    }
  }
}
