/** A program to run, and what it is given. */
export interface ToolCall {
  /** Where it may be; the first that exists is run. */
  readonly candidates: readonly string[];
  readonly arguments: readonly string[];
  /** What it reads. */
  readonly input: string;
}

/** How it ended; `code` is null when a signal has ended it. */
export interface ToolOutcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program in the host's network namespace. Rejects with ENOENT when none of the candidates exists. */
export type Tool = (call: ToolCall) => Promise<ToolOutcome>;
