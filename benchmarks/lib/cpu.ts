import { readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, whatever its own clock (USER_HZ, time(7)). */
const msPerTick = 10;

/**
 * Milliseconds that the processors of the machine have been busy since the boot, all together: programs, the kernel and its
 * interrupts, not what a hypervisor took away. Also that of others who use the machine at the moment.
 */
export function busyMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = total.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * msPerTick;
}
