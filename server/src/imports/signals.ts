import { Signal } from "../work/signal.ts";

/** A file has arrived as a whole. */
export const importWaiting = new Signal();

/** An import is over, and the bytes of its file may go. */
export const bytesSpent = new Signal();
