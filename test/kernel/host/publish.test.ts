import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect } from 'vitest';
import { failure, type Lab, test } from './lab.js';

/** A process that has a port of the host. */
async function occupy(lab: Lab, port: number) {
  const script = `import socket,sys; s=socket.socket(); s.bind(('0.0.0.0',${port})); s.listen(); print('ready', flush=True); sys.stdin.read()`;
  const child = spawn('ip', ['netns', 'exec', lab.netns.name, 'python3', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('published ports', () => {
  test('come into force with the sandbox, and go with it', async ({ lab }) => {
    const host = await lab.open();
    const { ports, endpoint } = await host.attach({
      create: true,
      name: 'web',
      publish: ['8080:80', '127.0.0.1:53:5353/udp'],
    });
    expect(ports).toEqual([
      { protocol: 'tcp', port: 80, hostAddress: '0.0.0.0', hostPort: 8080 },
      { protocol: 'udp', port: 5353, hostAddress: '127.0.0.1', hostPort: 53 },
    ]);
    expect(lab.elements().sort()).toEqual([
      `all_ports4 tcp . 8080 : ${endpoint?.address} . 80`,
      `host_ports4 127.0.0.1 . udp . 53 : ${endpoint?.address} . 5353`,
      `published4 ${endpoint?.address} . tcp . 80`,
      `published4 ${endpoint?.address} . udp . 5353`,
    ]);
    await host.detach('web');
    expect(lab.elements()).toEqual([]);
  });

  test('are those that are exposed, on free ports, when all are to be published', async ({ lab }) => {
    const host = await lab.open();
    const { ports } = await host.attach({ create: true, name: 'web', expose: ['80', '443'], publishAll: true });
    expect(ports.map(({ port }) => port)).toEqual([80, 443]);
    for (const { hostPort = 0 } of ports) {
      expect(hostPort).toBeGreaterThanOrEqual(32768);
      expect(hostPort).toBeLessThanOrEqual(60999);
    }
    await host.detach('web');
  });

  test('belong to one sandbox at a time', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
    const second = host.attach({ create: true, name: 'second', publish: ['127.0.0.1:8080:80'] });
    await expect(second).rejects.toEqual(failure('EPORTTAKEN', /8080\/tcp.*web/));
    await host.detach('web');
    await host.attach({ create: true, name: 'second', publish: ['127.0.0.1:8080:80'] });
    await host.detach('second');
  });

  test('are refused when a process of the host has them, and the process is named', async ({ lab }) => {
    const host = await lab.open();
    const child = await occupy(lab, 8080);
    try {
      const refused = host.attach({ create: true, name: 'web', publish: ['8080:80', '8081:81'] });
      await expect(refused).rejects.toEqual(failure('EPORTINUSE', /8080\/tcp.*python3/));
    } finally {
      child.kill();
      await once(child, 'exit');
    }
    await host.attach({ create: true, name: 'web', publish: ['8080:80', '8081:81'] });
    await host.detach('web');
  });

  test('pass over what a process of the host has, when any of a range would do', async ({ lab }) => {
    const host = await lab.open();
    const child = await occupy(lab, 8080);
    try {
      const { ports } = await host.attach({ create: true, name: 'web', publish: ['8080-8081:80'] });
      expect(ports[0]?.hostPort).toBe(8081);
      expect(lab.elements()).toContain(`all_ports4 tcp . 8081 : ${host.inspect('web').endpoint?.address} . 80`);
      const none = host.attach({ create: true, name: 'other', publish: ['8080-8081:80'] });
      await expect(none).rejects.toEqual(failure('ENOFREEPORT'));
    } finally {
      child.kill();
    }
    await host.detach('web');
  });

  test('are nobody else’s while the process lives that attached, and are reserved after it', async ({ lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', publish: ['8080:80', '8085:85'] });
    const bind = () => lab.netns.run('python3', '-c', "import socket; socket.socket().bind(('127.0.0.1', 8080))");
    expect(bind).toThrow(/Address already in use/);
    expect(lab.reservedPorts()).toBe('');
    await host.close();
    expect(bind).not.toThrow();
    expect(lab.reservedPorts()).toBe('8080,8085');
    const later = await lab.open();
    await later.detach('web');
    expect(lab.reservedPorts()).toBe('');
  });

  test('leave the reservations of others alone', async ({ lab }) => {
    const write = (text: string) =>
      lab.netns.run('sh', '-c', `printf '${text}\\n' > /proc/sys/net/ipv4/ip_local_reserved_ports`);
    write('8080,9000-9002');
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', publish: ['8080:80', '9003:81'] });
    await host.close();
    expect(lab.reservedPorts()).toBe('8080,9000-9003');
    const later = await lab.open();
    await later.detach('web');
    expect(lab.reservedPorts()).toBe('8080,9000-9002');
    write('');
  });

  test('are refused on addresses that the host does not have', async ({ lab }) => {
    const host = await lab.open();
    const refused = host.attach({ create: true, name: 'web', publish: ['203.0.113.9:80:80'] });
    await expect(refused).rejects.toEqual(failure('ENOHOSTADDR', /203\.0\.113\.9/));
  });

  test.for([
    { spec: { network: 'host', publish: ['80'] }, code: 'EBADOPTION' },
    { spec: { create: true, network: 'none', publish: ['80'] }, code: 'EBADOPTION' },
    { spec: { create: true, publish: ['0:80'] }, code: 'EBADPORT' },
    { spec: { create: true, publish: ['80:80/icmp'] }, code: 'EBADPORT' },
    { spec: { create: true, publish: ['[::1]:80:80'] }, code: 'EBADOPTION' },
    { spec: { create: true, links: ['nobody'] }, code: 'ENOSANDBOX' },
  ])('are refused where they make no sense: $spec', async ({ spec, code }, { lab }) => {
    const host = await lab.open();
    await expect(host.attach({ name: 'web', ...spec })).rejects.toEqual(failure(code));
  });

  test('are refused in networks where nothing from outside gets in, and without a firewall', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'inner', internal: true });
    const refused = host.attach({ create: true, name: 'web', network: 'inner', publish: ['80'] });
    await expect(refused).rejects.toEqual(failure('EBADOPTION', /internal/));
    await host.networks.remove('inner');
    await host.close();
    const open = await lab.open({ firewall: 'none' });
    await expect(open.attach({ create: true, publish: ['80'] })).rejects.toEqual(failure('EBADOPTION', /firewall/));
  });

  test('come and go on a running sandbox', async ({ lab }) => {
    const host = await lab.open();
    const { endpoint } = await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
    const before = lab.elements();
    expect(await host.publish('web', ['8443:443', '8081:80'])).toEqual([
      { protocol: 'tcp', port: 443, hostAddress: '0.0.0.0', hostPort: 8443 },
      { protocol: 'tcp', port: 80, hostAddress: '0.0.0.0', hostPort: 8081 },
    ]);
    expect(lab.elements()).toContain(`all_ports4 tcp . 8081 : ${endpoint?.address} . 80`);
    await expect(host.publish('web', ['9000:1', '8443:2'])).rejects.toEqual(failure('EPORTTAKEN', /web/));
    await host.unpublish('web', ['8443:443', '8081:80']);
    expect(lab.elements()).toEqual(before);
    expect(host.ports('web')).toEqual([{ protocol: 'tcp', port: 80, hostAddress: '0.0.0.0', hostPort: 8080 }]);
    await expect(host.unpublish('web', ['8443:443'])).rejects.toEqual(failure('ENOTPUBLISHED'));
    await host.detach('web');
  });

  test('follow the default route to another network', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'second' });
    await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
    const first = host.inspect('web').endpoint?.address;
    const { address } = await host.networks.connect('second', 'web', { gatewayPriority: 1 });
    expect(lab.elements()).toContain(`all_ports4 tcp . 8080 : ${address} . 80`);
    await host.networks.disconnect('second', 'web');
    expect(lab.elements()).toEqual([`all_ports4 tcp . 8080 : ${first} . 80`, `published4 ${first} . tcp . 80`]);
    await host.detach('web');
    await host.networks.remove('second');
  });
});

describe('links', () => {
  test('come into force with either end, and follow a sandbox of the same name', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'quiet', options: { 'com.docker.network.bridge.enable_icc': 'false' } });
    const attach = async (name: string, more = {}) => {
      const { endpoint } = await host.attach({ create: true, name, network: 'quiet', ...more });
      return endpoint?.address;
    };
    const db = await attach('db', { expose: ['5432'] });
    const web = await attach('web', { links: ['db:database'] });
    expect(lab.elements()).toEqual([`links4 ${web} . ${db} . tcp . 5432`]);
    await host.detach('db');
    expect(lab.elements()).toEqual([]);
    const other = await attach('db', { expose: ['5433'] });
    expect(lab.elements()).toEqual([`links4 ${web} . ${other} . tcp . 5433`]);
    await host.detach('web');
    expect(lab.elements()).toEqual([]);
    await host.detach('db');
    await host.networks.remove('quiet');
  });
});

describe('rules that somebody has removed', () => {
  const damages = {
    'the whole ruleset': ['flush', 'ruleset'],
    'the rules of our table': ['flush', 'table', 'inet', 'TABLE'],
    'our table': ['delete', 'table', 'inet', 'TABLE'],
    'the elements of a map': ['flush', 'map', 'inet', 'TABLE', 'all_ports4'],
  };

  test.for(Object.entries(damages))('come back at once where a process watches: %s', async ([, command], { lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
    const rules = () => lab.netns.run('nft', '-s', 'list', 'ruleset');
    const before = rules();
    const table = /table inet (\S+)/.exec(before)?.[1] ?? '';
    lab.netns.run('nft', ...command.map((word) => (word === 'TABLE' ? table : word)));
    expect(rules()).not.toBe(before);
    await expect.poll(rules, { timeout: 5000 }).toBe(before);
    await host.detach('web');
  });

  test.for(Object.entries(damages))('come back by gc: %s', async ([, command], { lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
    await host.close();
    const rules = () => lab.netns.run('nft', '-s', 'list', 'ruleset');
    const before = rules();
    const table = /table inet (\S+)/.exec(before)?.[1] ?? '';
    lab.netns.run('nft', ...command.map((word) => (word === 'TABLE' ? table : word)));
    const later = await lab.open();
    expect(await later.gc()).toMatchObject({ restored: ['rules'], errors: [] });
    expect(rules()).toBe(before);
    expect(await later.gc()).toMatchObject({ restored: [], errors: [] });
    await later.detach('web');
  });

  test.for([['-F'], ['-t', 'nat', '-F'], ['-t', 'mangle', '-F', 'PREROUTING']])(
    'come back where a process watches iptables: %s',
    async (flush, { lab }) => {
      const host = await lab.open({ firewall: 'iptables' });
      await host.attach({ create: true, name: 'web', publish: ['8080:80'] });
      const rules = () => lab.netns.run('iptables-save').replaceAll(/^#.*\n/gm, '');
      const before = rules();
      expect(before).toContain('--dport 8080');
      lab.netns.run('iptables', ...flush);
      expect(rules()).not.toBe(before);
      await expect.poll(rules, { timeout: 8000 }).toBe(before);
      await host.detach('web');
      expect(rules()).not.toContain('--dport 8080');
    },
  );

  test('never bring a network back that was removed', async ({ lab }) => {
    const host = await lab.open();
    await host.networks.create({ name: 'gone', subnet: '10.77.0.0/16' });
    expect(lab.netns.run('nft', 'list', 'ruleset')).toContain('10.77.0.0/16');
    await host.networks.remove('gone');
    await host.applyRules();
    expect(lab.netns.run('nft', 'list', 'ruleset')).not.toContain('10.77.0.0/16');
  });
});
