/** Exit codes of commands that did what they should: whoever reads no text is to know. Those of errors are in errors.ts. */

/** All was done, on a journal that had been damaged. */
export const repairedExit = 4;

/** What was tuned has become worse since last night. */
export const regressedExit = 6;

/** Ctrl-C ended it in order: 128 and the number of SIGINT, as shells have it. */
export const interruptedExit = 130;
