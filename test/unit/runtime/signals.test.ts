import { constants } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { dispose, SignalRelay } from '../../../src/runtime/signals.js';

const { SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGWINCH } = constants.signals;
const wherever = [true, false];

describe('a signal', () => {
  test.each([SIGHUP, SIGINT, SIGTERM, SIGUSR1])('%i keeps a command from beginning, whoever sent it', (signal) => {
    for (const fromTerminal of wherever) {
      expect(dispose('preparing', signal, fromTerminal)).toBe('interrupt');
    }
  });

  test.each([SIGCONT, SIGWINCH])('%i, which ends no program, does not', (signal) => {
    for (const fromTerminal of wherever) {
      expect(dispose('preparing', signal, fromTerminal)).toBe('ignore');
    }
  });

  test.each([SIGHUP, SIGINT, SIGTERM, SIGWINCH, SIGCONT])(
    '%i that someone sent is passed on to a running command',
    (signal) => {
      expect(dispose('running', signal, false)).toBe('pass');
    },
  );

  test.each([SIGHUP, SIGINT, SIGWINCH])('%i that the terminal sent has reached a running command already', (signal) => {
    expect(dispose('running', signal, true)).toBe('ignore');
  });

  test('does not keep what the command has left from being removed', () => {
    for (const fromTerminal of wherever) {
      expect(dispose('over', SIGTERM, fromTerminal)).toBe('ignore');
    }
  });
});

test('a relay that takes no signals interrupts nothing', () => {
  using relay = new SignalRelay(false);
  const pass = vi.fn();
  relay.running(pass);
  relay.over();
  expect(relay.interruption.aborted).toBe(false);
  expect(relay.interruptedBy).toBeUndefined();
  expect(pass).not.toHaveBeenCalled();
});
