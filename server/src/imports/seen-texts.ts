import { hash } from "node:crypto";

const FIRST_SLOTS = 1024;
const FULLEST = 0.75;

/** A set of millions of texts, which holds 64 bits of a hash of each: eight bytes instead of the text. */
export class SeenTexts {
  #high = new Uint32Array(FIRST_SLOTS);
  #low = new Uint32Array(FIRST_SLOTS);
  size = 0;

  /** Adds a text; answers whether it is new. */
  add(text: string): boolean {
    if (this.size >= this.#high.length * FULLEST) this.#grow();
    const digest = hash("sha1", text, "buffer");
    // Zero stands for an empty slot.
    return this.#put(digest.readUInt32LE(0) || 1, digest.readUInt32LE(4));
  }

  #put(high: number, low: number): boolean {
    const mask = this.#high.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      if (this.#high[slot] === 0) {
        this.#high[slot] = high;
        this.#low[slot] = low;
        this.size++;
        return true;
      }
      if (this.#high[slot] === high && this.#low[slot] === low) return false;
    }
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low];
    this.#high = new Uint32Array(high.length * 2);
    this.#low = new Uint32Array(low.length * 2);
    this.size = 0;
    for (const [slot, value] of high.entries()) if (value !== 0) this.#put(value, low[slot] as number);
  }
}
