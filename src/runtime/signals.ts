import { constants } from 'node:os';
import { rejectionToError } from '../netlink/failure.js';
import { native } from '../netlink/native.js';

const { SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH } = constants.signals;

/**
 * What is passed on. Not SIGTSTP and its like: for the shell to get its terminal back, we have to stop as well as the
 * command, which the terminal sees to.
 */
const passed: readonly number[] = [SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH];

/** Those of them that do nothing to a program that has not asked for them; the others end it (signal(7)). */
const harmless: readonly number[] = [SIGCONT, SIGWINCH];

/** Where a command stands. */
export type Phase = 'preparing' | 'running' | 'over';

/**
 * What becomes of a signal. The command is in our process group: what the terminal sends to the whole of it, the
 * command has got already. Before it runs, a signal does to us what it would do to a program that has just begun.
 */
export function dispose(phase: Phase, signal: number, fromTerminal: boolean): 'pass' | 'interrupt' | 'ignore' {
  switch (phase) {
    case 'preparing':
      return harmless.includes(signal) ? 'ignore' : 'interrupt';
    case 'running':
      return fromTerminal ? 'ignore' : 'pass';
    case 'over':
      return 'ignore';
  }
}

/** The signals of this process, for the time that a command takes from its preparation to its removal. */
export class SignalRelay implements Disposable {
  readonly #interruption = new AbortController();
  #interruptedBy: number | undefined;
  #phase: Phase = 'preparing';
  #pass: (signal: number) => void = () => {};
  readonly #close: () => void;

  /** `isOn`: whether to take signals at all. Throws EBUSY: another relay is taking them. */
  constructor(isOn: boolean) {
    this.#close = isOn ? watch((signal, fromTerminal) => this.#take(signal, fromTerminal)) : () => {};
  }

  /** Aborted when a signal comes that would have ended the command, had it been there. */
  get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  /** That signal. */
  get interruptedBy(): number | undefined {
    return this.#interruptedBy;
  }

  /** From now on signals are passed on, beginning with the one that came while the command was being started. */
  running(pass: (signal: number) => void): void {
    this.#phase = 'running';
    this.#pass = pass;
    if (this.#interruptedBy !== undefined) {
      pass(this.#interruptedBy);
    }
  }

  /** From now on signals are ignored: what is being removed is removed. */
  over(): void {
    this.#phase = 'over';
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #take(signal: number, fromTerminal: boolean): void {
    switch (dispose(this.#phase, signal, fromTerminal)) {
      case 'pass':
        this.#pass(signal);
        break;
      case 'interrupt':
        this.#interruptedBy ??= signal;
        this.#interruption.abort();
    }
  }
}

function watch(listener: (signal: number, fromTerminal: boolean) => void): () => void {
  try {
    return native().watchSignals(passed, listener);
  } catch (reason) {
    throw rejectionToError(reason);
  }
}
