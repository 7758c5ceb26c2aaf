import { describe, expect, test } from 'vitest';
import { Town } from './town.js';

describe('a sandbox', () => {
  test('finds another by its name and by its short id', () => {
    const town = new Town();
    const web = town.network('web');
    const db = town.sandbox('db', [{ network: web, number: 2 }]);
    const app = town.sandbox('app', [{ network: web, number: 3 }]);
    for (const name of ['db', 'db.web', db.id.slice(0, 12), `${db.id.slice(0, 12)}.web`]) {
      expect(town.ask(app, name)).toEqual(['10.1.0.2']);
      expect(town.ask(app, name, 'AAAA')).toEqual(['fd01::2']);
    }
  });
});
