import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LastingNetworks } from '../../../src/network/lasting.js';
import { Definitions } from '../../../src/store/definitions.js';
import {
  addNetwork,
  type NetworkRecord,
  newOwner,
  removeNetwork,
  Store,
  type Tables,
} from '../../../src/store/index.js';
import { openStore, temporaryDirectory } from '../../support/store.js';

const web: NetworkRecord = {
  id: 'a'.repeat(64),
  name: 'web',
  driver: 'bridge',
  created: 1,
  internal: false,
  attachable: false,
  ipv6: false,
  subnets: [{ subnet: '10.3.0.0/24', gateway: '10.3.0.1' }],
  options: {},
  labels: {},
  ours: true,
};
const api: NetworkRecord = { ...web, id: 'b'.repeat(64), name: 'api', subnets: [{ subnet: '10.4.0.0/24' }] };

const put = (record: NetworkRecord) => (tables: Tables) => {
  addNetwork(tables, record);
  return record;
};
const strike = (record: NetworkRecord) => (tables: Tables) => removeNetwork(tables, record);

/** What is on record, what is defined, and what somebody is about to change. */
function state(store: Store) {
  const { networks } = store.definitions.load();
  return store.read((tables) => ({
    recorded: [...tables.networks.getRange({})].map(({ value }) => value.name),
    defined: networks.map(({ name }) => name),
    announced: [...tables.definitions.getRange({})].map(({ value }) => value),
  }));
}

/** Somebody is about to change this network; unless told, he was killed at it. */
function announce(store: Store, { id }: NetworkRecord, owner = newOwner().replace(/:\d+:\w+$/, ':0:0')): void {
  store.transaction(({ definitions }) => definitions.putSync(owner, id));
}

describe('a network that outlives a reboot', () => {
  test('is on record and defined, then neither', () => {
    const store = openStore();
    const lasting = new LastingNetworks(store);
    expect(lasting.add(web.id, put(web))).toEqual(web);
    expect(state(store)).toEqual({ recorded: ['web'], defined: ['web'], announced: [] });
    lasting.remove(web.id, strike(web));
    expect(state(store)).toEqual({ recorded: [], defined: [], announced: [] });
  });

  test('is neither when its record is refused, and both when its removal is', () => {
    const store = openStore();
    const lasting = new LastingNetworks(store);
    const refuse = () => {
      throw new Error('refused');
    };
    expect(() => lasting.add(web.id, refuse)).toThrow('refused');
    expect(state(store)).toEqual({ recorded: [], defined: [], announced: [] });
    lasting.add(web.id, put(web));
    expect(() => lasting.remove(web.id, refuse)).toThrow('refused');
    expect(state(store)).toEqual({ recorded: ['web'], defined: ['web'], announced: [] });
  });

  test('is neither when the transaction fails after the file was written, both when it does after it was removed', () => {
    const store = openStore();
    const { definitions } = store;
    const lasting = new LastingNetworks(store);
    definitions.save = (record) => {
      Definitions.prototype.save.call(definitions, record);
      throw new Error('failed');
    };
    expect(() => lasting.add(web.id, put(web))).toThrow('failed');
    expect(state(store)).toEqual({ recorded: [], defined: [], announced: [] });
    Reflect.deleteProperty(definitions, 'save');
    lasting.add(web.id, put(web));
    definitions.remove = (id) => {
      Definitions.prototype.remove.call(definitions, id);
      throw new Error('failed');
    };
    expect(() => lasting.remove(web.id, strike(web))).toThrow('failed');
    expect(state(store)).toEqual({ recorded: ['web'], defined: ['web'], announced: [] });
  });
});

describe('what somebody who is gone was about to change', () => {
  test('loses its file if it is not on record', () => {
    const store = openStore();
    store.definitions.save(web);
    announce(store, web);
    const path = store.definitions.pathOf(web.id);
    expect(new LastingNetworks(store).settle()).toEqual({ removed: [path], restored: [], errors: [] });
    expect(state(store)).toEqual({ recorded: [], defined: [], announced: [] });
  });

  test('gets its file if it is on record', () => {
    const store = openStore();
    store.transaction(put(web));
    announce(store, web);
    expect(new LastingNetworks(store).settle()).toEqual({ removed: [], restored: ['web'], errors: [] });
    expect(state(store)).toEqual({ recorded: ['web'], defined: ['web'], announced: [] });
  });

  test('stays as it is if both say the same', () => {
    const store = openStore();
    new LastingNetworks(store).add(web.id, put(web));
    announce(store, web);
    expect(new LastingNetworks(store).settle()).toEqual({ removed: [], restored: [], errors: [] });
    expect(state(store)).toEqual({ recorded: ['web'], defined: ['web'], announced: [] });
  });

  test('is told when it cannot be mended, and mended later', () => {
    const store = openStore();
    const { definitions } = store;
    store.transaction(put(web));
    announce(store, web);
    definitions.save = () => {
      throw new Error('read-only');
    };
    const lasting = new LastingNetworks(store);
    expect(lasting.settle()).toMatchObject({ removed: [], restored: [], errors: [{ message: 'read-only' }] });
    Reflect.deleteProperty(definitions, 'save');
    expect(lasting.settle()).toEqual({ removed: [], restored: ['web'], errors: [] });
  });
});

describe('left alone are', () => {
  test('networks that somebody alive is about to change', () => {
    const store = openStore();
    store.definitions.save(web);
    announce(store, web, newOwner());
    expect(new LastingNetworks(store).settle()).toEqual({ removed: [], restored: [], errors: [] });
    expect(state(store)).toEqual({ recorded: [], defined: ['web'], announced: [web.id] });
  });

  test('definitions of another run directory, and by hand, that are not on record; and records without one', async () => {
    const directory = temporaryDirectory();
    const [one, other] = ['one', 'other'].map((name) => Store.open(join(directory, name), join(directory, 'state')));
    if (one && other) {
      new LastingNetworks(other).add(web.id, put(web));
      one.transaction(put(api));
      expect(new LastingNetworks(one).settle()).toEqual({ removed: [], restored: [], errors: [] });
      expect(state(one)).toEqual({ recorded: ['api'], defined: ['web'], announced: [] });
      await Promise.all([one.close(), other.close()]);
    }
  });
});
