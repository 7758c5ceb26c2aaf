import { statSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { endpointOf, ipIn, ping, test } from './lab.js';

interface Neighbour {
  readonly dst: string;
  readonly lladdr: string;
}

describe('traffic', () => {
  test('sandboxes reach each other, the gateway, and the host them, with the first packet', async ({ lab }) => {
    const host = await lab.open();
    const names = ['web', 'api', 'db'];
    const attached = await Promise.all(names.map((name) => host.attach({ create: true, name })));
    const addresses = attached.map((one) => endpointOf(one).address);
    for (const name of names) {
      for (const address of [...addresses, '172.17.0.1']) {
        ping(name, address);
      }
    }
    for (const address of addresses) {
      lab.netns.run('ping', '-q', '-c', '1', '-W', '2', address);
    }
    await host.detachAll(names);
  });

  test('the last of many is reached as soon as it is attached', async ({ lab }) => {
    const host = await lab.open();
    const names = Array.from({ length: 60 }, (_, i) => `web${i}`);
    await host.attachAll(names.map((name) => ({ create: true, name })));
    ping('web59', '172.17.0.1');
    ping('web58', '172.17.0.61');
    await host.detachAll(names);
  });

  test('a sandbox without an endpoint reaches nobody', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    await host.attach({ create: true, name: 'alone', network: 'none' });
    expect(() => ping('alone', '172.17.0.2')).toThrow(/unreachable/);
    ping('alone', '127.0.0.1');
    await host.detachAll(['web', 'alone']);
  });
});

describe("an address that was somebody else's before", () => {
  test('is reached at once by those who had that one in their neighbour tables', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'reader' });
    await host.attach({ create: true, name: 'first', ip: '172.17.0.9' });
    const namespace = inodeOf('first');
    ping('reader', '172.17.0.9');
    const before = neighbour('172.17.0.9');
    expect(before).toMatchObject({ lladdr: '02:42:ac:11:00:09' });
    await host.detach('first');
    await host.attach({ create: true, name: 'second', ip: '172.17.0.9' });
    expect(inodeOf('second')).not.toBe(namespace);
    expect(neighbour('172.17.0.9')).toMatchObject({ lladdr: before?.lladdr });
    ping('reader', '172.17.0.9');
    await host.detachAll(['reader', 'second']);
  });

  test('is not, if it comes with a MAC address of its own: the entry is what would have stood in the way', async ({
    lab,
  }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'reader' });
    await host.attach({ create: true, name: 'first', ip: '172.17.0.9' });
    ping('reader', '172.17.0.9');
    await host.detach('first');
    await host.attach({ create: true, name: 'second', ip: '172.17.0.9', macAddress: '02:00:00:00:00:09' });
    expect(() => ping('reader', '172.17.0.9')).toThrow();
    await host.detachAll(['reader', 'second']);
  });
});

function neighbour(address: string): Neighbour | undefined {
  return ipIn<Neighbour>('reader', 'neighbour').find(({ dst }) => dst === address);
}

function inodeOf(sandbox: string): number {
  return statSync(`/run/netns/${sandbox}`).ino;
}
