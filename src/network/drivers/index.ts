import { nearest, newError } from '../../errors/index.js';
import type { Driver } from '../driver.js';
import { bridgeDriver } from './bridge.js';
import { macvlanDriver } from './macvlan.js';
import { ptpDriver } from './ptp.js';

const drivers = new Map<string, Driver>(
  [bridgeDriver, macvlanDriver, ptpDriver].map((driver) => [driver.name, driver]),
);

/** The driver of that name. Throws ENODRIVER. */
export function driverOf(name: string): Driver {
  const driver = drivers.get(name);
  if (!driver) {
    const known = [...drivers.keys()];
    const meant = nearest(name, known);
    const hint = `There are ${known.join(', ')}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
    throw newError('ENODRIVER', { driver: name }, { hint });
  }
  return driver;
}
