import type { NetworkSpec } from '../../../src/index.js';

/** Addresses that the host has on the first of its two segments. */
export const hostAddresses = { 4: ['192.0.2.1', '192.0.2.10'], 6: ['2001:db8:a::1', '2001:db8:a::10'] } as const;

/** The machine there, the attacker in tests of attacks. */
export const outsideAddress = { 4: '192.0.2.2', 6: '2001:db8:a::2' } as const;

/** A machine on the other segment. */
export const farAddress = { 4: '198.51.100.2', 6: '2001:db8:b::2' } as const;

/** In a sandbox: published on the host, and not. */
export const publishedPort = 80;
export const otherPort = 81;

/** What the host, and machines outside, serve themselves. */
export const servicePort = 7;

/** What is combined with what: a network of its own in the scene, and a table of its own in the documentation. */
export interface Case {
  /** The table's heading. */
  readonly title: string;
  readonly spec?: Omit<NetworkSpec, 'name'>;
  /** Where its first sandbox is published: nothing for all addresses. */
  readonly published?: readonly string[];
  /** Whether a third sandbox is linked to the first. */
  readonly linked?: boolean;
  /** How many sandboxes come before these, and are on the network's own bridge in their stead. */
  readonly fillers?: number;
}

const bridge = 'com.docker.network.bridge';
const routed = { [`${bridge}.gateway_mode_ipv4`]: 'routed', [`${bridge}.gateway_mode_ipv6`]: 'routed' };
const isolated = { [`${bridge}.gateway_mode_ipv4`]: 'isolated', [`${bridge}.gateway_mode_ipv6`]: 'isolated' };
const withoutIcc = { [`${bridge}.enable_icc`]: 'false' };
const guarded = { 'netplumb.spoof_guard': 'true' };
const spread = (ports: number) => ({ 'netplumb.ports_per_bridge': String(ports) });
const fixed = {
  'com.docker.network.host_ipv4': hostAddresses[4][1],
  'com.docker.network.host_ipv6': hostAddresses[6][1],
};

/** Every option by itself, and those together that bear on each other. */
export const cases: readonly Case[] = [
  { title: 'A network without options' },
  { title: 'Without icc', spec: { options: withoutIcc }, linked: true },
  { title: 'Internal', spec: { internal: true } },
  { title: 'Internal, without a gateway', spec: { internal: true, options: isolated } },
  { title: 'Internal, without icc', spec: { internal: true, options: withoutIcc }, linked: true },
  { title: 'Without masquerade', spec: { options: { [`${bridge}.enable_ip_masquerade`]: 'false' } } },
  { title: 'With a fixed source address', spec: { options: fixed } },
  { title: 'Routed', spec: { options: routed } },
  { title: 'Routed, without icc', spec: { options: { ...routed, ...withoutIcc } }, linked: true },
  { title: 'Routed for IPv6 only', spec: { options: { [`${bridge}.gateway_mode_ipv6`]: 'routed' } } },
  { title: 'Published on one address', published: [hostAddresses[4][1], `[${hostAddresses[6][1]}]`] },
  { title: 'Published on the loopback address', published: ['127.0.0.1'] },
  { title: 'Spoof guard', spec: { options: guarded } },
  { title: 'On several bridges', spec: { options: spread(1) }, fillers: 1 },
  { title: 'On a further bridge', spec: { options: spread(2) }, fillers: 2 },
  {
    title: 'On several bridges, without icc',
    spec: { options: { ...spread(1), ...withoutIcc } },
    linked: true,
    fillers: 1,
  },
  { title: 'On several bridges, spoof guard', spec: { options: { ...spread(1), ...guarded } }, fillers: 1 },
  { title: 'ptp', spec: { driver: 'ptp' } },
  { title: 'ptp, without icc', spec: { driver: 'ptp', options: withoutIcc }, linked: true },
  { title: 'ptp, routed', spec: { driver: 'ptp', options: routed } },
];

/** The host's port that stands for a sandbox's port 80. */
export const hostPortOf = (number: number) => 8000 + number;
