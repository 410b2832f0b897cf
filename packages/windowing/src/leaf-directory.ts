/** Where a touch sorts: by time, then by the four words of its id. */
export interface SortKey {
  readonly time: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const KEY_NUMBERS = 5;

/** `leaves` at the lowest level, `nodes` above it. The first key of a node is never read: everything below it is "first". */
class DirectoryNode {
  readonly keys: number[] = [];
  readonly leaves: number[] = [];
  readonly nodes: DirectoryNode[] = [];

  get size(): number {
    return this.keys.length / KEY_NUMBERS;
  }

  /** Position of the last entry that begins at or before the key. */
  positionOf(key: SortKey): number {
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#beginsAfter(middle, key)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  setKey(position: number, key: SortKey): void {
    this.keys.splice(position * KEY_NUMBERS, KEY_NUMBERS, key.time, key.a, key.b, key.c, key.d);
  }

  insertKey(position: number, key: SortKey): void {
    this.keys.splice(position * KEY_NUMBERS, 0, key.time, key.a, key.b, key.c, key.d);
  }

  remove(position: number, isLowest: boolean): void {
    this.keys.splice(position * KEY_NUMBERS, KEY_NUMBERS);
    if (isLowest) this.leaves.splice(position, 1);
    else this.nodes.splice(position, 1);
  }

  /** Moves everything from `position` on to a new node. */
  splitAt(position: number): DirectoryNode {
    const right = new DirectoryNode();
    right.keys.push(...this.keys.splice(position * KEY_NUMBERS));
    right.leaves.push(...this.leaves.splice(position));
    right.nodes.push(...this.nodes.splice(position));
    return right;
  }

  firstKey(): SortKey {
    const [time = 0, a = 0, b = 0, c = 0, d = 0] = this.keys;
    return { time, a, b, c, d };
  }

  #beginsAfter(position: number, key: SortKey): boolean {
    const at = position * KEY_NUMBERS;
    const difference =
      this.#number(at) - key.time ||
      this.#number(at + 1) - key.a ||
      this.#number(at + 2) - key.b ||
      this.#number(at + 3) - key.c ||
      this.#number(at + 4) - key.d;
    return difference > 0;
  }

  #number(at: number): number {
    return this.keys[at] ?? 0;
  }
}

/**
 * The upper levels of an ordered index (a B+ tree): finds the leaf a key belongs to. Keys held here are bounds between
 * leaves, kept by value since the touches they came from may be gone. Nodes are freed when empty.
 */
export class LeafDirectory {
  readonly #fanout: number;
  #root = new DirectoryNode();
  /** levels of nodes above the lowest one */
  #height = 0;
  #leaves = 0;
  /** the way of the last descent, root first */
  readonly #path: DirectoryNode[] = [];
  readonly #positions: number[] = [];

  /** @param fanout most entries of a node, at least 2 */
  constructor(fanout: number) {
    this.#fanout = fanout;
  }

  /** Estimated: five key numbers and an entry a leaf, each held as 8 bytes. */
  get bytes(): number {
    return this.#leaves * (KEY_NUMBERS + 1) * Float64Array.BYTES_PER_ELEMENT;
  }

  /** The leaf that holds the key or would take it. There is at least one leaf. */
  locate(key: SortKey): number {
    let node = this.#root;
    for (let level = this.#height; level > 0; level -= 1) node = node.nodes[node.positionOf(key)] ?? node;
    return node.leaves[node.positionOf(key)] ?? 0;
  }

  /** Adds a leaf that begins at `key`, after the leaf that would have taken the key so far. */
  insert(key: SortKey, leaf: number): void {
    this.#leaves += 1;
    const lowest = this.#descend(key);
    const position = lowest.size === 0 ? 0 : this.#positionAt(this.#height) + 1;
    lowest.insertKey(position, key);
    lowest.leaves.splice(position, 0, leaf);
    this.#splitUpwards();
  }

  /**
   * Removes the leaf that holds or held the key. What lies between its bound and the next leaf's belongs to the leaf
   * before it from now on.
   */
  remove(key: SortKey): void {
    this.#leaves -= 1;
    this.#descend(key);
    let depth = this.#height;
    this.#nodeAt(depth).remove(this.#positionAt(depth), true);
    while (depth > 0 && this.#nodeAt(depth).size === 0) {
      depth -= 1;
      this.#nodeAt(depth).remove(this.#positionAt(depth), false);
    }
    const node = this.#nodeAt(depth);
    if (node.size === 0) this.#height = 0;
    else if (this.#positionAt(depth) === 0) this.#setBound(depth - 1, node.firstKey());
    while (this.#height > 0 && this.#root.size === 1) {
      this.#root = this.#root.nodes[0] ?? this.#root;
      this.#height -= 1;
    }
  }

  /** The leaf that holds `held` begins at `key` from now on. */
  moveBound(held: SortKey, key: SortKey): void {
    this.#descend(held);
    this.#setBound(this.#height, key);
  }

  /** Sets where the last descent's way begins, at `depth` and above: up to the first node it is not the first entry of. */
  #setBound(depth: number, key: SortKey): void {
    for (let at = depth; at >= 0; at -= 1) {
      this.#nodeAt(at).setKey(this.#positionAt(at), key);
      if (this.#positionAt(at) > 0) return;
    }
  }

  #descend(key: SortKey): DirectoryNode {
    let node = this.#root;
    this.#path[0] = node;
    this.#positions[0] = node.positionOf(key);
    for (let depth = 1; depth <= this.#height; depth += 1) {
      node = node.nodes[this.#positionAt(depth - 1)] ?? node;
      this.#path[depth] = node;
      this.#positions[depth] = node.positionOf(key);
    }
    return node;
  }

  /** A full node is cut in two, behind the newest entry when that came last, so that growth at the end fills nodes. */
  #splitUpwards(): void {
    for (let depth = this.#height; depth >= 0; depth -= 1) {
      const node = this.#nodeAt(depth);
      if (node.size <= this.#fanout) return;
      const isLast = this.#positionAt(depth) >= node.size - 2;
      const right = node.splitAt(isLast ? node.size - 1 : node.size >>> 1);
      if (depth > 0) {
        const parent = this.#nodeAt(depth - 1);
        const position = this.#positionAt(depth - 1) + 1;
        parent.insertKey(position, right.firstKey());
        parent.nodes.splice(position, 0, right);
      } else {
        const root = new DirectoryNode();
        root.insertKey(0, node.firstKey());
        root.insertKey(1, right.firstKey());
        root.nodes.push(node, right);
        this.#root = root;
        this.#height += 1;
      }
    }
  }

  #nodeAt(depth: number): DirectoryNode {
    return this.#path[depth] ?? this.#root;
  }

  #positionAt(depth: number): number {
    return this.#positions[depth] ?? 0;
  }
}
