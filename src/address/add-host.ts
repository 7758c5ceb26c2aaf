import { newError } from '../errors/index.js';
import { parseAnyAddress } from './any-address.js';
import { domainNameProblem } from './domain-name.js';

/** What stands for the host, however the sandbox reaches it: Docker's word. */
const hostGateway = 'host-gateway';

/**
 * Reads what Docker's `--add-host` takes, `NAME:ADDRESS` or `NAME=ADDRESS`: the address is of either family, IPv6 with or without
 * brackets, and returned normalised; or it is `host-gateway`. Throws EBADOPTION.
 */
export function parseAddHost(text: string): { name: string; address: string } {
  const separator = typeof text === 'string' ? text.search(/[:=]/) : -1;
  if (separator < 0) {
    throw badHost(text, 'it is neither NAME:ADDRESS nor NAME=ADDRESS');
  }
  const name = text.slice(0, separator);
  const problem = domainNameProblem(name);
  if (problem !== undefined) {
    throw badHost(text, `of its name, ${problem}`);
  }
  return { name, address: readAddress(text, text.slice(separator + 1)) };
}

function readAddress(text: string, given: string): string {
  if (given === hostGateway) {
    return given;
  }
  const isBracketed = given.startsWith('[') && given.endsWith(']');
  const address = isBracketed ? given.slice(1, -1) : given;
  try {
    if (!isBracketed || address.includes(':')) {
      return parseAnyAddress(address);
    }
  } catch {
    // Said below, with the whole of what was given.
  }
  throw badHost(text, `what follows its name is neither an IP address nor ${hostGateway}`);
}

function badHost(text: string, reason: string): Error {
  return newError('EBADOPTION', { option: 'add-host', value: text, reason });
}
